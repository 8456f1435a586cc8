"""What the organisation knows of the person, to be confirmed or put right (R8.29)."""

from __future__ import annotations

from ..state import View
from .form import ADDRESS, SET_ATTRIBUTE, attribute_subject, changed_attributes
from .kind import OPTIONAL_TEXT, TITLE, Effect, Element, Field, FieldType, Form, Group, Input, Kind, Move, Values


def screen(element: Element, view: View) -> Form:
    """Show each attribute with its value."""
    return Form(tuple(_input(name, view) for name in element.rows("attributes")))


def answer(element: Element, values: Values, view: View) -> Move:
    """Keep what is different now."""
    different = {
        name: values[name] for name in element.rows("attributes") if name in values and values[name] != _known(name, view)
    }
    effects = tuple(
        Effect(SET_ATTRIBUTE, element.id, {"attribute": name, "value": value}) for name, value in different.items()
    )
    result = "changed" if different else "confirmed"
    return Move(result=result, effects=effects, changed=changed_attributes(effects))


def _known(name: str, view: View) -> str:
    value = view.get(attribute_subject(name))
    return "" if value is None else str(value)


def _input(name: str, view: View) -> Input:
    return Input(name, "email" if name == ADDRESS else "text", _known(name, view), most=150)


def changes_address(element: Element) -> bool:
    """Whether the e-mail address can be changed here: codes go there, so that needs a verification in this run."""
    return ADDRESS in element.rows("attributes")


KIND = Kind(
    "confirm_details",
    Group.SCREEN,
    fields=(TITLE, OPTIONAL_TEXT, Field("attributes", FieldType.ATTRIBUTES, most=20, least=1)),
    screen=screen,
    answer=answer,
    results=("confirmed", "changed"),
    needs_verification=changes_address,
)
