"""Bars as SVG: how many went on and how many dropped out at each element. The numbers stand in a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..layout import cut
from .numbers import ElementNumbers

ROW, LABEL, BAR, NUMBER = 26, 250, 380, 90


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart. Lengths are in pixels."""

    y: int
    label: str
    passed: int
    dropped: int
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars, and how large the picture is."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    label: int = LABEL


def chart(rows: Sequence[ElementNumbers]) -> Chart:
    """Return the bars of ``rows``, the longest of which fills the width."""
    most = max((row.came for row in rows), default=0) or 1
    bars = tuple(_bar(place, row, most) for place, row in enumerate(rows))
    return Chart(bars, LABEL + BAR + NUMBER, ROW * len(rows) + 8)


def _bar(place: int, row: ElementNumbers, most: int) -> Bar:
    passed, dropped = (round(BAR * count / most) for count in (row.passed, row.dropped))
    return Bar(place * ROW + 4, f"{row.number} {cut(row.title)}", passed, dropped, f"{row.passed} / {row.dropped}")
