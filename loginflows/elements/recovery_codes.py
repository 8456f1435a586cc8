"""Makes recovery codes and shows them once; the person says that they were saved."""

from __future__ import annotations

from ..state import View
from .kind import OPTIONAL_TEXT, TITLE, Call, Element, Field, FieldType, Form, Group, Input, Kind, Move, Reply, Values

SAVED = Input("saved", "tick", "on")
MAKE, SKIP = Input("make", "button", "yes"), Input("skip", "button", "yes")
MAKE_AGAIN = Input("make", "button", "yes", label="make_again")
MADE, HAS_CODES, NO_DEVICE, SKIPPED = "made", "has_codes", "no_device", "skipped"


def enter(element: Element, view: View) -> Move:
    """Offer codes to whoever has a device and no codes: without a device they would stand alone."""
    if view.get("methods.has_authenticator") is not True and view.get("methods.has_enrolled") is not True:
        return Move(result=NO_DEVICE)
    return Move(result=HAS_CODES) if view.get("methods.has_recovery_codes") is True else Move(waits=True)


def screen(element: Element, view: View) -> Form:
    """Ask for the tick once they were made; until then offer to make them. What was shown cannot be shown again."""
    skip = (SKIP,) if element.ticked("may_skip") and not view.state.memory.get(MADE) else ()
    return Form(
        (SAVED, MAKE_AGAIN) if view.state.memory.get(MADE) else (MAKE, *skip), {MADE: bool(view.state.memory.get(MADE))}
    )


def answer(element: Element, values: Values, view: View) -> Move:
    """Have codes made, or go on once they were saved."""
    if SKIP.name in values:
        return Move(result=SKIPPED)
    if MAKE.name in values:
        return Move(call=Call("make_codes", element.id))
    if not view.state.memory.get(MADE):
        return Move(waits=True, problems={MAKE.name: "not_made"})
    if SAVED.name not in values:
        return Move(waits=True, problems={SAVED.name: "not_saved"})
    return Move(result=MADE, changed={"methods.has_recovery_codes": True})


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Show the codes, this once: they are never in the state."""
    return Move(waits=True, memory={MADE: True}, shown={"codes": reply.values.get("codes", ())})


KIND = Kind(
    "recovery_codes",
    Group.SCREEN,
    fields=(TITLE, OPTIONAL_TEXT, Field("may_skip", FieldType.TICK, required=False, default=False)),
    enter=enter,
    screen=screen,
    answer=answer,
    resolve=resolve,
    results=(MADE, HAS_CODES, NO_DEVICE, SKIPPED),
)
