"""A definition as boxes and lines. Pure; one layout for every flow; a template draws it as SVG.

The flow goes down one straight line. A decision spreads its branches side by side under itself; each comes straight down, and
those that go on are joined under the longest of them: no line crosses another or goes through a box. Lengths are in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import tree
from .tree import ROOT, Branch, Place, Row

BOX_WIDTH, BOX_HEIGHT = 224, 52
GAP = 24  # between two branches
STEP = 52  # the line between two elements, with its + in the middle
FAN, LABEL, JOIN = 22, 26, 22  # under a decision: to its branches, their labels, and where they come together again
MARGIN = 16
CAP = 28  # the height of the start, and of an open end
MOST_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class Box:
    """An element: where it is drawn, its number in the outline, its title whole and cut, and how it differs (``mark``)."""

    id: str
    kind: str
    number: int
    title: str
    x: int
    y: int
    mark: str = ""
    is_reachable: bool = True
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT

    @property
    def label(self) -> str:
        """Return the title, cut to what fits into the box."""
        return cut(self.title)

    @property
    def centre(self) -> int:
        """Return the middle of the box, from the left."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of straight parts through these points."""

    points: tuple[tuple[int, int], ...]

    @property
    def path(self) -> str:
        """Return the points as SVG writes them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a branch, around its line: ``x`` is its middle."""

    title: str
    x: int
    y: int
    width: int = BOX_WIDTH
    height: int = LABEL

    @property
    def label(self) -> str:
        """Return the title, cut to what fits."""
        return cut(self.title)


@dataclass(frozen=True, slots=True)
class Plus:
    """A ``+`` on a line: something can be added at ``place``."""

    place: str
    x: int
    y: int


@dataclass(slots=True)
class Drawing:
    """Everything to draw. ``open_end`` is where a path comes out of the flow without having ended; None when none does."""

    width: int = 0
    height: int = 0
    start: tuple[int, int] = (0, 0)
    open_end: tuple[int, int] | None = None
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    pluses: list[Plus] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int


def cut(title: str) -> str:
    """Return at most 26 characters of ``title``."""
    return title if len(title) <= MOST_CHARACTERS else title[: MOST_CHARACTERS - 1].rstrip() + "…"


def draw(
    definition: Any, endings: frozenset[str], marks: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> Drawing:
    """Return the drawing of ``definition``.

    ``endings`` are the kinds after which nothing follows, ``marks`` go to boxes by id, ``names`` are what an element without a
    title is called, by kind.
    """
    return _Pen(endings, marks or {}, names or {}).draw(tree.elements_of(definition))


class _Pen:
    def __init__(self, endings: frozenset[str], marks: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.endings, self.marks, self.names = endings, marks, names
        self.drawing = Drawing()
        self.number = 0
        self.sizes: dict[int, _Size] = {}

    def draw(self, rows: list[Row]) -> Drawing:
        size = self._size(rows)
        drawing, centre = self.drawing, MARGIN + size.width // 2
        drawing.width, drawing.height = size.width + 2 * MARGIN, size.height + 2 * (MARGIN + CAP)
        drawing.start = (centre, MARGIN)
        bottom, goes_on = self._sequence(rows, ROOT, centre, MARGIN + CAP, is_reached=True)
        if goes_on:
            drawing.open_end = (centre, bottom)
        return drawing

    # Sizes

    def _size(self, rows: list[Row]) -> _Size:
        """Return the room that a sequence takes: a step before its first element, and one after each."""
        blocks = [self._block_size(row) for row in rows]
        width = max([BOX_WIDTH, *(each.width for each in blocks)])
        return _Size(width, STEP + sum(each.height + STEP for each in blocks))

    def _block_size(self, row: Row) -> _Size:
        known = self.sizes.get(id(row))
        if known is None:
            known = self.sizes[id(row)] = self._measure(row)
        return known

    def _measure(self, row: Row) -> _Size:
        sizes = [self._size(branch.elements) for branch in tree.branches(row)]
        if not sizes:
            return _Size(BOX_WIDTH, BOX_HEIGHT)
        width = sum(each.width for each in sizes) + GAP * (len(sizes) - 1)
        return _Size(width, BOX_HEIGHT + FAN + LABEL + max(each.height for each in sizes) + JOIN)

    # Drawing: each returns how far down it came, and whether the path goes on there

    def _sequence(self, rows: list[Row], key: str, x: int, y: int, *, is_reached: bool) -> tuple[int, bool]:
        y, live = self._step(Place(key, 0), x, y, is_reached), is_reached
        for index, row in enumerate(rows):
            y, goes_on = self._block(row, x, y, is_reached=live)
            live = live and goes_on
            y = self._step(Place(key, index + 1), x, y, live)
        return y, live

    def _step(self, place: Place, x: int, y: int, is_live: bool) -> int:  # noqa: FBT001 - private
        if is_live:
            self.drawing.lines.append(Line(((x, y), (x, y + STEP))))
            self.drawing.pluses.append(Plus(str(place), x, y + STEP // 2))
        return y + STEP

    def _block(self, row: Row, x: int, y: int, *, is_reached: bool) -> tuple[int, bool]:
        self.number += 1
        kind, name = tree.text(row, "kind"), tree.text(row, "id")
        title = tree.text(row, "title") or self.names.get(kind, name)
        left = x - BOX_WIDTH // 2
        self.drawing.boxes.append(Box(name, kind, self.number, title, left, y, self.marks.get(name, ""), is_reached))
        branches = tree.branches(row)
        if not branches:
            return y + BOX_HEIGHT, kind not in self.endings
        return self._branches(row, branches, x, y + BOX_HEIGHT, is_reached=is_reached)

    def _branches(self, row: Row, branches: list[Branch], x: int, y: int, *, is_reached: bool) -> tuple[int, bool]:
        bottom = y - BOX_HEIGHT + self._block_size(row).height
        left, join, joined = x - self._block_size(row).width // 2, bottom - JOIN, False
        for branch in branches:
            width = self._size(branch.elements).width
            middle, top = left + width // 2, y + FAN + LABEL
            if is_reached:
                self.drawing.lines.append(Line(((x, y), (x, y + FAN // 2), (middle, y + FAN // 2), (middle, y + FAN))))
            self.drawing.labels.append(Label(branch.label, middle, y + FAN))
            end, goes_on = self._sequence(branch.elements, branch.key, middle, top, is_reached=is_reached)
            if goes_on:
                # Straight down, then across: a bend at half the height would go through the boxes of the neighbours.
                self.drawing.lines.append(
                    Line(((middle, end), (middle, join + JOIN // 2), (x, join + JOIN // 2), (x, bottom)))
                )
            joined, left = joined or goes_on, left + width + GAP
        return bottom, joined
