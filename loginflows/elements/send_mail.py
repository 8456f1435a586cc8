"""Sends a mail, to the person or to an address of the organisation (R8.34)."""

from __future__ import annotations

from ..placeholders import fill
from ..state import View
from .kind import OPTIONAL_TITLE, Effect, Element, Field, FieldType, Group, Kind, Move

SEND_MAIL = "send_mail"


def enter(element: Element, view: View) -> Move:
    """Have it sent; an empty ``to`` is the person."""
    values = {
        "to": element.text("to").strip(),
        "subject": fill(element.text("subject"), view),
        "text": fill(element.text("text"), view),
    }
    return Move(effects=(Effect(SEND_MAIL, element.id, values),), result="sent")


KIND = Kind(
    "send_mail",
    Group.ACTION,
    fields=(
        OPTIONAL_TITLE,
        Field("to", required=False, most=200),
        Field("subject", most=150),
        Field("text", FieldType.LONG_TEXT, most=10_000),
    ),
    enter=enter,
    screen=None,
    results=("sent",),
)
