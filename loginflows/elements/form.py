"""A form: what the person says is kept in the flow's variables or in attributes of the user (R8.29)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..state import View
from .kind import OPTIONAL_TEXT, TITLE, Effect, Element, Field, FieldType, Form, Group, Input, Kind, Move, Values

TYPES = ("text", "long_text", "choice", "tick", "date", "email")
VARIABLE, ATTRIBUTE = "variable", "attribute"
KEEPS = (VARIABLE, ATTRIBUTE)
SET_ATTRIBUTE = "set_attribute"


def screen(element: Element, view: View) -> Form:
    """Ask for each field, with the value that it has."""
    return Form(tuple(_input(row, view) for row in element.rows("fields")))


def answer(element: Element, values: Values, view: View) -> Move:
    """Keep what was said, each where its field says."""
    rows = element.rows("fields")
    problems = {row["name"]: "not_ticked" for row in rows if _is_unticked(row, values)}
    if problems:
        return Move(waits=True, problems=problems)
    said = {row["name"]: _value(row, values) for row in rows}
    hidden = {row["name"] for row in rows if row.get("secret")}
    effects = tuple(
        Effect(SET_ATTRIBUTE, element.id, {"attribute": row["attribute"], "value": str(said[row["name"]])})
        for row in rows
        if row.get("keep") == ATTRIBUTE
    )
    return Move(
        result="answered",
        variables={name: value for name, value in said.items() if name not in hidden},
        secrets={name: value for name, value in said.items() if name in hidden},
        effects=effects,
        changed=changed_attributes(effects),
    )


def changed_attributes(effects: tuple[Effect, ...]) -> dict[str, str]:
    """Return the inputs that the effects change, so that later elements of the run see the new values."""
    changed: dict[str, str] = {}
    for effect in effects:
        name, value = effect.values["attribute"], effect.values["value"]
        changed[f"user.{name}" if name in USER_FIELDS else f"attributes.{name}"] = value
    return changed


# What stands in the user's own row; every other attribute is one that an administrator has declared.
USER_FIELDS = ("first_name", "last_name", "email")
ADDRESS = "email"


def attribute_subject(name: str) -> str:
    """Return the subject that has the value of the attribute ``name``."""
    return f"user.{name}" if name in USER_FIELDS else f"attributes.{name}"


def _input(row: Mapping[str, Any], view: View) -> Input:
    kept = view.get(f"variables.{row['name']}")
    if row.get("keep") == ATTRIBUTE:
        kept = view.get(attribute_subject(row["attribute"]))
    kind, is_tick = row.get("type", "text"), row.get("type") == "tick"
    return Input(
        row["name"],
        "password" if kind == "text" and row.get("secret") else kind,
        "on" if is_tick else ("" if kept is None or row.get("secret") else str(kept)),
        row["label"],
        row.get("required") is not False,
        tuple((each, each) for each in row.get("choices") or ()),
        most=4_000 if kind == "long_text" else 200,
    )


def _value(row: Mapping[str, Any], values: Values) -> Any:
    said = values.get(row["name"], "")
    return bool(said) if row.get("type") == "tick" else said


def _is_unticked(row: Mapping[str, Any], values: Values) -> bool:
    return row.get("type") == "tick" and row.get("required") is not False and row["name"] not in values


def sets(element: Element) -> frozenset[str]:
    """Every field is a variable, also one that is kept in an attribute."""
    return frozenset(str(row.get("name")) for row in element.rows("fields"))


def changes_address(element: Element) -> bool:
    """Whether the e-mail address is changed: codes go there, so that needs a verification in this run."""
    return any(row.get("keep") == ATTRIBUTE and row.get("attribute") == ADDRESS for row in element.rows("fields"))


def findings(element: Element) -> Iterator[tuple[str, Mapping[str, str | int]]]:
    """A secret is a variable: an attribute is there to be read."""
    for row in element.rows("fields"):
        if row.get("secret") and row.get("keep") == ATTRIBUTE:
            yield "form.secret_attribute", {"field": str(row.get("name"))}


KIND = Kind(
    "form",
    Group.SCREEN,
    fields=(TITLE, OPTIONAL_TEXT, Field("fields", FieldType.FORM_FIELDS, most=20, least=1)),
    screen=screen,
    answer=answer,
    results=("answered",),
    sets=sets,
    needs_verification=changes_address,
    findings=findings,
)
