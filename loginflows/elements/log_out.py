"""The end of a flow that does not let the person in, and says why (R8.9, R8.18: ForceLogout)."""

from __future__ import annotations

from ..placeholders import fill
from ..state import View
from .kind import OPTIONAL_TITLE, Element, Ending, Field, FieldType, Group, Kind, Move


def enter(element: Element, view: View) -> Move:
    """End the login."""
    return Move(ending=Ending.LOG_OUT, reason="log_out", text=fill(element.text("text"), view))


KIND = Kind(
    "log_out",
    Group.END,
    fields=(OPTIONAL_TITLE, Field("text", FieldType.LONG_TEXT, most=1_000)),
    enter=enter,
    screen=None,
    ending=Ending.LOG_OUT,
)
