"""The map of a flow: the boxes and lines of its layout, with the shapes, words and links that the SVG needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import layout
from ..elements import KINDS
from ..elements.kind import Group
from ..layout import Box, Drawing
from . import outline

CORNER, SIDE = 8, 16


@dataclass(frozen=True, slots=True)
class Shape:
    """A box with its group, its type in words, and the outline that is drawn for its group."""

    box: Box
    group: str
    kind_name: str
    path: str


@dataclass(frozen=True, slots=True)
class FlowMap:
    """Everything that the SVG shows. ``with_plus`` is off where nothing can be added."""

    drawing: Drawing
    shapes: tuple[Shape, ...]
    with_plus: bool


def flow_map(definition: Any, marks: Mapping[str, str] | None = None, *, with_plus: bool = False) -> FlowMap:
    """Return the map of ``definition``; ``marks`` are drawn at the elements that differ from another version."""
    drawing = layout.draw(definition, outline.endings(), marks, {name: outline.kind_name(name) for name in KINDS})
    shapes = tuple(_shape(box) for box in drawing.boxes)
    return FlowMap(drawing, shapes, with_plus)


def _shape(box: Box) -> Shape:
    group = outline.group_of(box.kind)
    return Shape(box, group, outline.kind_name(box.kind), _PATHS.get(group, _cornered)(box))


def _rounded(box: Box, radius: int) -> str:
    across, down = box.width - 2 * radius, box.height - 2 * radius
    turn = f"a{radius},{radius} 0 0 1"
    return (
        f"M{box.x + radius},{box.y} h{across} {turn} {radius},{radius} v{down} {turn} -{radius},{radius} h-{across} "
        f"{turn} -{radius},-{radius} v-{down} {turn} {radius},-{radius} z"
    )


def _screen(box: Box) -> str:
    return _rounded(box, CORNER)


def _end(box: Box) -> str:
    return _rounded(box, box.height // 2)


def _decision(box: Box) -> str:
    half, across = box.height // 2, box.width - 2 * SIDE
    return f"M{box.x + SIDE},{box.y} h{across} l{SIDE},{half} -{SIDE},{half} h-{across} l-{SIDE},-{half} z"


def _cornered(box: Box) -> str:
    return f"M{box.x},{box.y} h{box.width} v{box.height} h-{box.width} z"


def _action(box: Box) -> str:
    """A box with a bar at each side."""
    bars = f"M{box.x + CORNER},{box.y} v{box.height} M{box.x + box.width - CORNER},{box.y} v{box.height}"
    return f"{_cornered(box)} {bars}"


_PATHS = {
    Group.SCREEN.value: _screen,
    Group.LOGIC.value: _decision,
    Group.ACTION.value: _action,
    Group.END.value: _end,
}
