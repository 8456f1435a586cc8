"""Terms to accept. Whoever does not accept them is not let in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..state import View
from .kind import TITLE, Effect, Element, Ending, Field, FieldType, Form, Group, Input, Kind, Move, Values

ACCEPT = Input("accept", "tick", "on")
DECLINE = Input("decline", "button", "yes")
ACCEPTED, DECLINED = "accepted", "declined"


def key(element: Element) -> str:
    """Return what "these terms" are: the document, in its version."""
    return f"{element.text('document')}@{element.text('version')}"


def enter(element: Element, view: View) -> Move:
    """Show the terms, unless once is enough and they were accepted before (R8.7)."""
    if element.ticked("once") and key(element) in view.inputs.accepted:
        return Move(result="accepted_before")
    return Move(waits=True)


def screen(element: Element, view: View) -> Form:
    """Ask for the tick, and offer to decline."""
    return Form((ACCEPT, DECLINE))


def answer(element: Element, values: Values, view: View) -> Move:
    """Accepting goes on and is written down with the version of the terms; declining logs out; nothing else moves."""
    if DECLINE.name in values:
        return Move(ending=Ending.LOG_OUT, reason=DECLINED, text=element.text("declined"), result=DECLINED)
    if ACCEPT.name not in values:
        return Move(waits=True, problems={ACCEPT.name: "not_accepted"})
    written = {"version": element.text("version"), "document": element.text("document")}
    return Move(result=ACCEPTED, effects=(Effect(ACCEPTED, element.id, written),))


def findings(element: Element) -> Iterator[tuple[str, Mapping[str, str | int]]]:
    """Terms that are asked once need a name by which they are known again."""
    if element.ticked("once") and not element.text("document").strip():
        yield "terms.document", {}


KIND = Kind(
    "terms",
    Group.SCREEN,
    fields=(
        TITLE,
        Field("text", FieldType.LONG_TEXT, most=50_000),
        Field("version", most=40),
        Field("declined", FieldType.LONG_TEXT, required=False, most=1_000),
        Field("once", FieldType.TICK, required=False, default=False),
        Field("document", required=False, most=60),
    ),
    enter=enter,
    screen=screen,
    answer=answer,
    results=(ACCEPTED, "accepted_before", DECLINED),
    findings=findings,
)
