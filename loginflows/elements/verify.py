"""Asks for a second factor that the person has, with the same checks and the same budget as every other prompt."""

from __future__ import annotations

from ..state import View
from .checks import CODE, FAILED, NO_METHOD, SUCCEEDED, outcome_of
from .kind import (
    FAILED_TEXT,
    ON_FAILURE,
    OPTIONAL_TEXT,
    TITLE,
    TRIES,
    Call,
    Element,
    Field,
    FieldType,
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

# Second factors that a form can take. What others add (security keys) joins here and in ``accounts.devices.METHODS``.
METHODS = ("authenticator_app", "temporary_code", "recovery_code")
CHOSEN = "chosen_method"
PROVEN = "proven_before"
USE = "use_"


def offered(element: Element, view: View) -> list[str]:
    """Return the methods that the element takes and the person has, the chosen one first."""
    has = view.inputs.methods | set(view.state.changed.get("methods", ()))
    found = [name for name in METHODS if name in element.rows("methods") and name in has]
    chosen = view.state.memory.get("method") or view.state.variables.get(CHOSEN)
    return sorted(found, key=lambda name: name != chosen)


def enter(element: Element, view: View) -> Move:
    """Ask, unless a second factor was proven in this login or set up in this run and that is enough."""
    if "enrol" in view.state.verified:
        return Move(result=SUCCEEDED)
    if element.ticked("skip_if_proven") and view.get("login.second_factor") is True:
        return Move(result=PROVEN)
    return Move(waits=True) if offered(element, view) else failed(element, NO_METHOD)


def screen(element: Element, view: View) -> Form:
    """Take a code of the first method, and offer the others as buttons."""
    methods = offered(element, view)
    others = tuple(Input(f"{USE}{name}", "button", "yes") for name in methods[1:])
    return Form((CODE, *others), {"method": methods[0] if methods else ""})


def answer(element: Element, values: Values, view: View) -> Move:
    """Have the code checked, or change over to another method."""
    methods = offered(element, view)
    other = next((name for name in methods if f"{USE}{name}" in values), "")
    if other:
        return Move(waits=True, memory={**view.state.memory, "method": other})
    if not methods:
        return failed(element, NO_METHOD)
    return Move(call=Call("verify", element.id, {"method": methods[0], "value": values[CODE.name]}))


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Go on when the code was right."""
    return outcome_of(element, reply, view, Move(result=SUCCEEDED, verified="verify"))


def verifies(element: Element) -> bool:
    """Whether everybody who passes it has verified: not where failures go on, nor where an earlier proof is enough."""
    return ends_on_failure(element) and not element.ticked("skip_if_proven")


KIND = Kind(
    "verify",
    Group.SCREEN,
    fields=(
        TITLE,
        OPTIONAL_TEXT,
        Field("methods", FieldType.CHOICES, choices=METHODS, default=list(METHODS), least=1, most=10),
        TRIES,
        Field("skip_if_proven", FieldType.TICK, required=False, default=False),
        ON_FAILURE,
        FAILED_TEXT,
    ),
    enter=enter,
    screen=screen,
    answer=answer,
    resolve=resolve,
    results=(SUCCEEDED, FAILED, NO_METHOD, PROVEN),
    verifies=verifies,
    may_verify=True,
    may_end=ends_on_failure,
)
