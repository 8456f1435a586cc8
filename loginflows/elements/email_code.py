"""A code by e-mail as a step of the flow, with its counter first (R8.35)."""

from __future__ import annotations

from ..state import View
from .checks import CODE, FAILED, SUCCEEDED, outcome_of
from .kind import (
    FAILED_TEXT,
    ON_FAILURE,
    OPTIONAL_TEXT,
    TITLE,
    TRIES,
    Call,
    Element,
    Form,
    Group,
    Input,
    Kind,
    Move,
    Reply,
    Values,
    ends_on_failure,
    failed,
)

AGAIN = Input("again", "button", "yes")
SENT, NO_ADDRESS, KEPT = "sent", "no_address", "kept"


def enter(element: Element, view: View) -> Move:
    """Have a code sent, if there is an address."""
    return Move(call=_send(element, view)) if view.get("user.email") else failed(element, NO_ADDRESS)


def screen(element: Element, view: View) -> Form:
    """Take the code, and offer another one."""
    return Form((CODE, AGAIN), {"note": view.state.memory.get("note", "")})


def answer(element: Element, values: Values, view: View) -> Move:
    """Have the code checked, or another one sent."""
    if AGAIN.name in values:
        return Move(call=_send(element, view))
    sent = {"code": values[CODE.name], KEPT: view.state.memory.get(KEPT, [])}
    return Move(call=Call("check_mailed_code", element.id, sent))


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Keep the digests of what was sent, or go on when the code was right."""
    if reply.status == SENT:
        kept = reply.values.get(KEPT, view.state.memory.get(KEPT, []))
        return Move(waits=True, memory={**view.state.memory, KEPT: kept, "note": reply.values.get("note", "")})
    return outcome_of(element, reply, view, Move(result=SUCCEEDED, verified="email_code"))


def _send(element: Element, view: View) -> Call:
    return Call("send_code", element.id, {KEPT: view.state.memory.get(KEPT, [])})


KIND = Kind(
    "email_code",
    Group.SCREEN,
    fields=(TITLE, OPTIONAL_TEXT, TRIES, ON_FAILURE, FAILED_TEXT),
    enter=enter,
    screen=screen,
    answer=answer,
    resolve=resolve,
    results=(SUCCEEDED, FAILED, NO_ADDRESS),
    verifies=ends_on_failure,
    may_verify=True,
    may_end=ends_on_failure,
)
