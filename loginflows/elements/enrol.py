"""Sets up an authenticator app for somebody who has no method yet.

SECURITY: whoever has one passes by. A further device needs a fresh proof, and a thief of the password must not add one of
their own.
"""

from __future__ import annotations

from ..state import View
from .checks import CODE, SUCCEEDED, outcome_of
from .kind import OPTIONAL_TEXT, TITLE, Call, Element, Field, FieldType, Form, Group, Input, Kind, Move, Reply, Values

NAME = Input("name", most=64)
RESTART, LATER = Input("restart", "button", "yes"), Input("later", "button", "yes")
HAS_METHOD, PUT_OFF = "has_method", "later"
NEW_SECRET, SECRET = "new_secret", "secret"
TRIES = 10


def enter(element: Element, view: View) -> Move:
    """Have a secret made, or pass by."""
    has = view.get("methods.has_authenticator") is True or view.get("methods.has_enrolled") is True
    return Move(result=HAS_METHOD) if has else Move(call=Call(NEW_SECRET, element.id))


def screen(element: Element, view: View) -> Form:
    """Show the key, and take a name and a code."""
    later = (LATER,) if element.ticked("may_put_off") else ()
    return Form((NAME, CODE, RESTART, *later), {SECRET: view.state.memory.get(SECRET, "")})


def answer(element: Element, values: Values, view: View) -> Move:
    """Have the code checked against the secret; make a new secret; or put it off."""
    if LATER.name in values:
        return Move(result=PUT_OFF)
    if RESTART.name in values:
        return Move(call=Call(NEW_SECRET, element.id))
    sent = {"code": values[CODE.name], "name": values[NAME.name], SECRET: view.state.memory.get(SECRET, "")}
    return Move(call=Call("finish_enrol", element.id, sent))


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Keep the secret that was made, or go on with the new device."""
    if SECRET in reply.values:
        return Move(waits=True, memory={**view.state.memory, SECRET: reply.values[SECRET]})
    changed = {"methods.has_authenticator": True, "methods.has_second_factor": True, "methods": ["authenticator_app"]}
    done = Move(result=SUCCEEDED, verified="enrol", changed=changed)
    return outcome_of(element, reply, view, done, most=TRIES)


KIND = Kind(
    "enrol",
    Group.SCREEN,
    fields=(TITLE, OPTIONAL_TEXT, Field("may_put_off", FieldType.TICK, required=False, default=False)),
    enter=enter,
    screen=screen,
    answer=answer,
    resolve=resolve,
    results=(SUCCEEDED, HAS_METHOD, PUT_OFF),
    may_verify=True,
)
