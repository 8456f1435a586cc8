"""The end of a flow that lets the person in; inside a sub-flow, the end of that one."""

from __future__ import annotations

from ..state import View
from .kind import OPTIONAL_TITLE, Element, Ending, Group, Kind, Move


def enter(element: Element, view: View) -> Move:
    """End the flow, to the page that was asked for (R8.8)."""
    return Move(ending=Ending.FINISH, reason="finish")


KIND = Kind("finish", Group.END, fields=(OPTIONAL_TITLE,), enter=enter, screen=None, ending=Ending.FINISH)
