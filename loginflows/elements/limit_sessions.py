"""Limits how many sessions somebody has at once: refuses the new one, or ends the oldest (R8.33)."""

from __future__ import annotations

from ..state import View
from .kind import FAILED_TEXT, OPTIONAL_TITLE, Effect, Element, Ending, Field, FieldType, Group, Kind, Move

DENY, END_OLDEST = "deny", "end_oldest"
END_SESSIONS = "end_sessions"


def enter(element: Element, view: View) -> Move:
    """Count, with the session that this login would open."""
    most = element.number("most", 1)
    running = view.get("sessions.count") or 0
    if running < most:
        return Move(result="within")
    if element.text("action") == END_OLDEST:
        left = most - 1
        return Move(
            result="ended", effects=(Effect(END_SESSIONS, element.id, {"keep": left}),), changed={"sessions.count": left}
        )
    return Move(ending=Ending.LOG_OUT, reason="too_many_sessions", text=element.text("failed"), result="refused")


def refuses(element: Element) -> bool:
    """Whether it may end the login."""
    return element.text("action") != END_OLDEST


KIND = Kind(
    "limit_sessions",
    Group.ACTION,
    fields=(
        OPTIONAL_TITLE,
        Field("most", FieldType.NUMBER, default=1, least=1, most=100),
        Field("action", FieldType.CHOICE, choices=(DENY, END_OLDEST), default=DENY),
        FAILED_TEXT,
    ),
    enter=enter,
    screen=None,
    results=("within", "ended", "refused"),
    may_end=refuses,
)
