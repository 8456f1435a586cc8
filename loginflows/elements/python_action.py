"""Runs an action that a developer has registered (R8.11b, R8.32): third-party checks, look-ups, anything with typed values."""

from __future__ import annotations

from ..state import View
from .assignment import assigned
from .kind import (
    FAILED_TEXT,
    ON_FAILURE,
    OPTIONAL_TITLE,
    Call,
    Element,
    Field,
    FieldType,
    Group,
    Kind,
    Move,
    Reply,
    ends_on_failure,
    failed,
)

SUCCEEDED, FAILED = "succeeded", "failed"


def enter(element: Element, view: View) -> Move:
    """Have it run."""
    open_values, hidden = assigned(element.rows("inputs"), view)
    return Move(call=Call("action", element.id, {"action": element.text("action"), "inputs": {**open_values, **hidden}}))


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Keep its outputs in the variables that the flow names; an action that verified somebody counts as a verification."""
    names = {str(row.get("name")): str(row.get("value")) for row in element.rows("outputs")}
    if reply.status != "ok":
        return failed(element, FAILED, variables=dict.fromkeys(names.values(), ""))
    variables = {variable: reply.values.get(output) for output, variable in names.items()}
    verified = f"action {element.text('action')}" if reply.values.get("verified") is True else ""
    return Move(result=SUCCEEDED, variables=variables, verified=verified)


def sets(element: Element) -> frozenset[str]:
    """Each output that is kept is a variable, empty when the action failed."""
    return frozenset(str(row.get("value")) for row in element.rows("outputs"))


KIND = Kind(
    "python_action",
    Group.ACTION,
    fields=(
        OPTIONAL_TITLE,
        Field("action", FieldType.ACTION, most=60),
        Field("inputs", FieldType.INPUTS, required=False, most=20),
        Field("outputs", FieldType.OUTPUTS, required=False, most=20),
        ON_FAILURE,
        FAILED_TEXT,
    ),
    enter=enter,
    screen=None,
    resolve=resolve,
    results=(SUCCEEDED, FAILED),
    sets=sets,
    may_verify=True,
    may_end=ends_on_failure,
)
