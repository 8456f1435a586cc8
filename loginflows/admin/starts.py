"""What a new element begins with: the defaults of its kind, and a title that says what it is until somebody names it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ..editing import EditRefused
from ..elements import KINDS
from ..tree import DECISION, Row
from .outline import kind_name


def new_element(kind: str) -> Row:
    """Return a new element of that kind, without an id; raises EditRefused (``unknown``) when there is no such kind."""
    known = KINDS.get(kind)
    if known is None:
        raise EditRefused("unknown")
    row: Row = {"kind": kind, "title": kind_name(kind)}
    row |= {field.name: _plain(field.default) for field in known.fields if field.default not in (None, False)}
    if kind == DECISION:
        first = {"id": "outcome", **new_outcome()}
        row |= {"outcomes": [first], "otherwise": {"label": _("In every other case"), "elements": []}}
    return row


def new_outcome() -> Row:
    """Return a new outcome, without an id."""
    return {"label": _("New outcome"), "match": "all", "conditions": [], "elements": []}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
