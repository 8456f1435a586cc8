"""The end of a flow that lets the person in at a place of its own (R8.8, R8.18: FinishLocation)."""

from __future__ import annotations

from ..state import View
from .kind import OPTIONAL_TITLE, Element, Ending, Field, FieldType, Group, Kind, Move


def enter(element: Element, view: View) -> Move:
    """End the flow; the caller leads to the location if it may."""
    return Move(ending=Ending.FINISH, reason="finish", location=element.text("location"))


KIND = Kind(
    "finish_at",
    Group.END,
    fields=(OPTIONAL_TITLE, Field("location", FieldType.LOCATION, most=500)),
    enter=enter,
    screen=None,
    ending=Ending.FINISH,
)
