"""Sets an attribute of the user, from those that flows may set."""

from __future__ import annotations

from ..placeholders import fill
from ..state import View
from .form import ADDRESS, SET_ATTRIBUTE, changed_attributes
from .kind import OPTIONAL_TITLE, Effect, Element, Field, FieldType, Group, Kind, Move


def enter(element: Element, view: View) -> Move:
    """Have it set."""
    values = {"attribute": element.text("attribute"), "value": fill(element.text("value"), view)}
    effects = (Effect(SET_ATTRIBUTE, element.id, values),)
    return Move(effects=effects, changed=changed_attributes(effects))


def changes_address(element: Element) -> bool:
    """Whether the e-mail address is changed: codes go there, so that needs a verification in this run."""
    return element.text("attribute") == ADDRESS


KIND = Kind(
    "set_attribute",
    Group.ACTION,
    fields=(OPTIONAL_TITLE, Field("attribute", FieldType.ATTRIBUTE, most=40), Field("value", required=False, most=500)),
    enter=enter,
    screen=None,
    needs_verification=changes_address,
)
