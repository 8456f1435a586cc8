"""Raises the session's level (R8.21), only after something was verified in this run."""

from __future__ import annotations

from ..state import View
from .kind import OPTIONAL_TITLE, Effect, Element, Field, FieldType, Group, Kind, Move

RAISE_LEVEL = "raise_level"


def enter(element: Element, view: View) -> Move:
    """Leave a proof with that level; ``by`` says what was verified for it."""
    values = {"level": element.text("level") or "high_assurance", "by": ", ".join(view.state.verified)}
    return Move(
        effects=(Effect(RAISE_LEVEL, element.id, values),), result="raised", changed={"login.session_level": values["level"]}
    )


def always(element: Element) -> bool:
    """A level has to be earned."""
    return True


KIND = Kind(
    "raise_level",
    Group.ACTION,
    fields=(
        OPTIONAL_TITLE,
        Field("level", FieldType.CHOICE, choices=("standard", "high_assurance"), default="high_assurance"),
    ),
    enter=enter,
    screen=None,
    results=("raised",),
    needs_verification=always,
)
