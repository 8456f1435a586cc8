"""A passcode that the organisation gives to some: the way in while the site is closed (R8.36). It verifies nobody."""

from __future__ import annotations

from ..state import View
from .checks import FAILED, SUCCEEDED, outcome_of
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
)

# Named like every code, so that what checks codes finds it; it is typed unseen.
PASSCODE = Input("code", "password", label="passcode", most=200)


def screen(element: Element, view: View) -> Form:
    """Ask for it."""
    return Form((PASSCODE,))


def answer(element: Element, values: Values, view: View) -> Move:
    """Have it compared."""
    return Move(
        call=Call("check_passcode", element.id, {"value": values[PASSCODE.name], "passcode": element.text("passcode")})
    )


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Go on when it was right."""
    return outcome_of(element, reply, view, Move(result=SUCCEEDED))


KIND = Kind(
    "passcode",
    Group.SCREEN,
    fields=(TITLE, OPTIONAL_TEXT, Field("passcode", FieldType.SECRET, least=8, most=400), TRIES, ON_FAILURE, FAILED_TEXT),
    screen=screen,
    answer=answer,
    resolve=resolve,
    results=(SUCCEEDED, FAILED),
    may_end=ends_on_failure,
)
