"""Lets the person choose how they will verify; the next *verify* asks for that."""

from __future__ import annotations

from ..state import View
from .kind import OPTIONAL_TEXT, TITLE, Element, Field, FieldType, Form, Group, Input, Kind, Move, Values
from .verify import CHOSEN, METHODS, offered


def enter(element: Element, view: View) -> Move:
    """Ask where there is a choice."""
    methods = offered(element, view)
    if len(methods) > 1:
        return Move(waits=True)
    return (
        Move(result="only_one", variables={CHOSEN: methods[0]})
        if methods
        else Move(result="no_method", variables={CHOSEN: ""})
    )


def screen(element: Element, view: View) -> Form:
    """Offer the methods that the person has."""
    return Form((Input("method", "choice", choices=tuple((name, "") for name in offered(element, view))),))


def answer(element: Element, values: Values, view: View) -> Move:
    """Keep the choice."""
    return Move(result="chosen", variables={CHOSEN: values["method"]})


def sets(element: Element) -> frozenset[str]:
    """The choice is a variable."""
    return frozenset({CHOSEN})


KIND = Kind(
    "choose_method",
    Group.SCREEN,
    fields=(
        TITLE,
        OPTIONAL_TEXT,
        Field("methods", FieldType.CHOICES, choices=METHODS, default=list(METHODS), least=1, most=10),
    ),
    enter=enter,
    screen=screen,
    answer=answer,
    results=("chosen", "only_one", "no_method"),
    sets=sets,
)
