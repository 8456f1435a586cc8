"""What an outcome's conditions say, as one sentence for administrators."""

from __future__ import annotations

from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from . import element_texts
from .conditions import WITHOUT_VALUE, Operator


def says(outcome: dict[str, Any]) -> str:
    """Return the conditions of ``outcome`` as a sentence; "" where it has none."""
    rows = outcome.get("conditions")
    said = [condition(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    if not said:
        return ""
    joined = get_text_list(said, _("or") if outcome.get("match") == "any" else _("and"))
    return _("When %(conditions)s.") % {"conditions": joined}


def condition(row: dict[str, Any]) -> str:
    """Return one condition in words."""
    subject, operator, value = (str(row.get(name) or "") for name in ("subject", "operator", "value"))
    words = f"{element_texts.subject_label(subject)} {element_texts.OPERATORS.get(operator, operator)}"
    if operator in WITHOUT_VALUE:
        return words
    values = value.splitlines() if operator == Operator.IS_ONE_OF else [value]
    said = [str(element_texts.value_label(subject, each.strip())) for each in values if each.strip()]
    return f"{words} {get_text_list(said, _('or')) if said else '…'}"
