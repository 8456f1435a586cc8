"""Sets variables of the flow: to a text, or to the value of a subject."""

from __future__ import annotations

from typing import Any

from ..placeholders import fill
from ..state import View
from .kind import OPTIONAL_TITLE, Element, Field, FieldType, Group, Kind, Move


def assigned(rows: tuple[Any, ...], view: View) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return name -> value for ``rows``, open ones and those that come from a secret."""
    open_values: dict[str, Any] = {}
    hidden: dict[str, Any] = {}
    for row in rows:
        subject = row.get("subject") or ""
        value = view.get(subject) if subject else fill(str(row.get("value") or ""), view)
        family, _dot, name = subject.partition(".")
        # What comes from a secret stays one.
        (hidden if family == "variables" and name in view.state.secrets else open_values)[row["name"]] = value
    return open_values, hidden


def enter(element: Element, view: View) -> Move:
    """Set them."""
    open_values, hidden = assigned(element.rows("values"), view)
    return Move(variables=open_values, secrets=hidden)


def sets(element: Element) -> frozenset[str]:
    """Each row sets its variable."""
    return frozenset(str(row.get("name")) for row in element.rows("values"))


KIND = Kind(
    "assignment",
    Group.LOGIC,
    fields=(OPTIONAL_TITLE, Field("values", FieldType.INPUTS, least=1, most=20)),
    enter=enter,
    screen=None,
    sets=sets,
)
