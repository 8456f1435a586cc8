"""A code of a secret that the flow makes itself: a second factor of the organisation's own (R8.22, R8.23, R8.31).

The first time the screen shows the secret as a QR code. With ``keep_as`` it is kept for the person under that name, and
later logins ask for its code alone. SECURITY: only a code of a kept secret verifies anything: whoever has just scanned one
has proven nothing.
"""

from __future__ import annotations

from ..state import View
from .checks import CODE, FAILED, SUCCEEDED, outcome_of
from .enrol import NEW_SECRET, SECRET
from .kind import (
    FAILED_TEXT,
    ON_FAILURE,
    OPTIONAL_TEXT,
    TITLE,
    Call,
    Element,
    Field,
    FieldType,
    Form,
    Group,
    Kind,
    Move,
    Reply,
    Values,
    ends_on_failure,
)

REGISTERED = "registered"
# R8.23: more than ten tries are an error, whatever the code.
TRIES = Field("tries", FieldType.NUMBER, required=False, default=10, least=1, most=10)


def _is_kept(element: Element, view: View) -> bool:
    name = element.text("keep_as")
    return bool(name) and name in view.inputs.kept_secrets


def enter(element: Element, view: View) -> Move:
    """Ask for the code of the kept secret, or have a secret made."""
    return Move(waits=True) if _is_kept(element, view) else Move(call=Call(NEW_SECRET, element.id))


def screen(element: Element, view: View) -> Form:
    """Show the key where it is new, and take a code."""
    return Form((CODE,), {SECRET: view.state.memory.get(SECRET, "")})


def answer(element: Element, values: Values, view: View) -> Move:
    """Have the code checked: against the new secret, or the kept one."""
    sent = {"code": values[CODE.name], SECRET: view.state.memory.get(SECRET, ""), "keep_as": element.text("keep_as")}
    return Move(call=Call("check_totp", element.id, sent))


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Keep the secret that was made, or go on when the code was right."""
    if SECRET in reply.values:
        return Move(waits=True, memory={**view.state.memory, SECRET: reply.values[SECRET]})
    new = bool(view.state.memory.get(SECRET))
    passed = Move(result=REGISTERED) if new else Move(result=SUCCEEDED, verified="totp_check")
    return outcome_of(element, reply, view, passed, most=element.number("tries", 10))


KIND = Kind(
    "totp_check",
    Group.SCREEN,
    fields=(
        TITLE,
        OPTIONAL_TEXT,
        Field("keep_as", FieldType.VARIABLE, required=False, most=40),
        TRIES,
        ON_FAILURE,
        FAILED_TEXT,
    ),
    enter=enter,
    screen=screen,
    answer=answer,
    resolve=resolve,
    results=(SUCCEEDED, REGISTERED, FAILED),
    may_verify=True,
    may_end=ends_on_failure,
)
