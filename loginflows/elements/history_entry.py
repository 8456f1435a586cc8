"""Writes a line into the history of the run, for administrators."""

from __future__ import annotations

from ..placeholders import fill
from ..state import View
from .kind import OPTIONAL_TITLE, Effect, Element, Field, FieldType, Group, Kind, Move

HISTORY_ENTRY = "history_entry"


def enter(element: Element, view: View) -> Move:
    """Have it written."""
    return Move(effects=(Effect(HISTORY_ENTRY, element.id, {"text": fill(element.text("text"), view)}),))


KIND = Kind(
    "history_entry",
    Group.ACTION,
    fields=(OPTIONAL_TITLE, Field("text", FieldType.LONG_TEXT, most=300)),
    enter=enter,
    screen=None,
)
