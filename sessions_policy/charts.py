"""Charts as geometry: numbers in, boxes with their places out; ``templates/_chart.html`` draws them as SVG. Pure: no Django.

Every chart carries its numbers as a table too, which stands beside the picture: nobody has to see it, or its colours. A series
is told from the others by its pattern, its place and its name; its colour comes last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Number = int | float

# The unit of all measures is one pixel of a picture this wide, which is scaled to the room that there is.
WIDTH = 360
ROW, BAR = 34, 14
TEXT_ABOVE = 11
COLUMNS_HIGH, AXIS = 120, 18
LEFT = 30
# As many patterns as there are in the template; further series begin again.
PATTERNS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of one series. ``words`` say what it stands for."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place. ``anchor`` is SVG's: start, middle, end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: its name, its numbers, and where more of it is to be seen ("" for nowhere)."""

    name: str
    numbers: tuple[Number, ...]
    url: str = ""

    @property
    def total(self) -> Number:
        """The sum of the numbers."""
        return sum(self.numbers)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its table. ``name`` is unique on the page; ``series`` are the names of the numbers' columns."""

    name: str
    title: str
    of: str
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    height: float
    boxes: tuple[Box, ...] = ()
    labels: tuple[Label, ...] = ()
    line: str = ""
    width: float = WIDTH

    @property
    def description(self) -> str:
        """The numbers in one text, for who hears the picture."""
        return "; ".join(f"{row.name}: {self._numbers_of(row)}" for row in self.rows)

    @property
    def legend(self) -> tuple[tuple[int, str], ...]:
        """Return each series' pattern and name; nothing where there is one series only."""
        if len(self.series) < 2:
            return ()
        return tuple((number % PATTERNS + 1, name) for number, name in enumerate(self.series))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(row.total for row in self.rows)

    def _numbers_of(self, row: Row) -> str:
        if len(self.series) < 2:
            return ", ".join(f"{number:g}" for number in row.numbers)
        return ", ".join(f"{name} {number:g}" for name, number in zip(self.series, row.numbers, strict=True))


def bars(name: str, title: str, of: str, rows: Sequence[Row], *, series: Sequence[str] = ("",), shares: bool = False) -> Chart:
    """Return horizontal bars, each below its label; the parts of one bar are the row's numbers, side by side.

    ``of`` names what the rows are (the table's first column), ``series`` what the numbers are. With ``shares`` every bar is as
    wide as the picture, and its parts are shares of the row.
    """
    largest = max((row.total for row in rows), default=0)
    boxes: list[Box] = []
    labels: list[Label] = []
    for index, row in enumerate(rows):
        top = index * ROW
        labels.append(Label(0, top + TEXT_ABOVE, row.name))
        labels.append(Label(WIDTH, top + TEXT_ABOVE, f"{row.total:g}", "end"))
        left, most = 0.0, (row.total if shares else largest) or 1
        for number, part in enumerate(row.numbers):
            wide = round(part / most * WIDTH, 2)
            if wide:
                words = f"{row.name}, {series[number]}: {part:g}" if series[number] else f"{row.name}: {part:g}"
                boxes.append(Box(round(left, 2), top + TEXT_ABOVE + 4, wide, BAR, number % PATTERNS + 1, words))
            left += wide
    return Chart(name, title, of, tuple(series), tuple(rows), max(len(rows) * ROW, 1), tuple(boxes), tuple(labels))


def columns(name: str, title: str, of: str, rows: Sequence[Row], *, series: Sequence[str]) -> Chart:
    """Return upright bars, one for each row from left to right, whose parts stand on one another: a course of time."""
    most = max((row.total for row in rows), default=0) or 1
    step = (WIDTH - LEFT) / max(len(rows), 1)
    boxes: list[Box] = []
    labels = [Label(LEFT - 4, TEXT_ABOVE, f"{most:g}", "end"), Label(LEFT - 4, COLUMNS_HIGH, "0", "end")]
    every = -(-len(rows) // 6) or 1
    for index, row in enumerate(rows):
        left, foot = LEFT + index * step, float(COLUMNS_HIGH)
        for number, part in enumerate(row.numbers):
            high = round(part / most * (COLUMNS_HIGH - 4), 2)
            if high:
                words = f"{row.name}, {series[number]}: {part:g}"
                box = Box(
                    round(left + step * 0.1, 2),
                    round(foot - high, 2),
                    round(step * 0.8, 2),
                    high,
                    number % PATTERNS + 1,
                    words,
                )
                boxes.append(box)
            foot -= high
        if index % every == 0:
            middle = left + step / 2
            # The last label would stick out of the picture.
            at = Label(WIDTH, 0, "", "end") if middle > WIDTH - AXIS else Label(round(middle, 2), 0, "", "middle")
            labels.append(Label(at.x, COLUMNS_HIGH + AXIS - 4, row.name, at.anchor))
    return Chart(name, title, of, tuple(series), tuple(rows), COLUMNS_HIGH + AXIS, tuple(boxes), tuple(labels))


def sparkline(name: str, title: str, of: str, rows: Sequence[Row]) -> Chart:
    """Return one small line through the rows' totals."""
    most = max((row.total for row in rows), default=0) or 1
    wide, high = 120.0, 28.0
    step = wide / max(len(rows) - 1, 1)
    points = [f"{index * step:.1f},{high - 2 - row.total / most * (high - 4):.1f}" for index, row in enumerate(rows)]
    return Chart(name, title, of, ("",), tuple(rows), high, line=" ".join(points), width=wide)


def counted(counts: Mapping[str, Number], *, names: Mapping[str, str] | None = None, most: int = 12) -> list[Row]:
    """Return a row for each of ``counts``, the largest first, named by ``names`` where they know it; at most ``most``."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Row((names or {}).get(key, key), (value,)) for key, value in ordered[:most]]
