"""Calls a web address of the organisation: signed, in good time, and closed when it fails unless the flow says otherwise."""

from __future__ import annotations

from typing import Any

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
ANSWER_LENGTH = 500


def enter(element: Element, view: View) -> Move:
    """Have it called."""
    open_values, hidden = assigned(element.rows("payload"), view)
    values = {
        "url": element.text("url"),
        "secret": element.text("secret"),
        "timeout": element.number("timeout", 5),
        "payload": {**open_values, **hidden},
    }
    return Move(call=Call("webhook", element.id, values))


def resolve(element: Element, reply: Reply, view: View) -> Move:
    """Keep what the answer says under the names that the flow wants; or fail."""
    if reply.status != "ok":
        return failed(element, FAILED, variables=dict.fromkeys(sets(element), ""))
    return Move(result=SUCCEEDED, variables={name: _kept(reply.values.get(name)) for name in sets(element)})


def _kept(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) else str("" if value is None else value)[:ANSWER_LENGTH]


def sets(element: Element) -> frozenset[str]:
    """Each name of the answer is a variable, empty when the call failed."""
    return frozenset(str(name) for name in element.rows("answer"))


KIND = Kind(
    "webhook",
    Group.ACTION,
    fields=(
        OPTIONAL_TITLE,
        Field("url", FieldType.URL, most=500),
        Field("secret", FieldType.SECRET, least=16, most=400),
        Field("payload", FieldType.INPUTS, required=False, most=20),
        Field("answer", FieldType.VARIABLES, required=False, most=20),
        Field("timeout", FieldType.NUMBER, required=False, default=5, least=1, most=10),
        ON_FAILURE,
        FAILED_TEXT,
    ),
    enter=enter,
    screen=None,
    resolve=resolve,
    results=(SUCCEEDED, FAILED),
    sets=sets,
    may_end=ends_on_failure,
)
