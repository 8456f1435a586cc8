"""Runs another flow's active version in this place. Its *finish* comes back here; its *log out* ends the login."""

from __future__ import annotations

from ..state import View
from .kind import OPTIONAL_TITLE, Element, Field, FieldType, Group, Kind, Move


def enter(element: Element, view: View) -> Move:
    """Go in."""
    return Move(branch="flow")


KIND = Kind(
    "sub_flow", Group.LOGIC, fields=(OPTIONAL_TITLE, Field("flow", FieldType.FLOW, most=100)), enter=enter, screen=None
)
