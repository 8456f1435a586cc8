"""Whether the conditions of an outcome can be asked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from ipaddress import ip_network
from typing import Any

from sessions_policy.storable_text import is_storable

from . import conditions
from .conditions import WITHOUT_VALUE, Operator, ValueType

Found = tuple[str, dict[str, str | int]]
MOST_CONDITIONS = 20
VALUE_LENGTH = 1_000


def find(outcome: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what is wrong with the conditions of ``outcome``."""
    rows = outcome.get("conditions", [])
    if not 1 <= len(rows) <= MOST_CONDITIONS:
        yield "outcome.conditions", {"most": MOST_CONDITIONS}
    for row in rows:
        yield from _in_condition(row)


def _in_condition(row: Any) -> Iterator[Found]:
    if not isinstance(row, dict) or set(row) - {"subject", "operator", "value"}:
        yield "condition.shape", {}
        return
    key, operator, value = row.get("subject"), row.get("operator"), row.get("value", "")
    subject = conditions.subject(key) if isinstance(key, str) else None
    if subject is None:
        yield "condition.subject", {"subject": str(key)[:80]}
    elif not isinstance(operator, str) or operator not in allowed_operators(subject):
        yield "condition.operator", {"subject": subject.key, "operators": ", ".join(allowed_operators(subject))}
    elif operator not in WITHOUT_VALUE and not _is_value(subject, operator, value):
        yield "condition.value", {"subject": subject.key}


def allowed_operators(subject: conditions.Subject) -> tuple[str, ...]:
    """Return how ``subject`` may be compared. The type of a variable is not known before it runs: it may be any."""
    if subject.key.startswith("variables."):
        return tuple(operator.value for operator in Operator)
    return tuple(operator.value for operator in subject.operators)


def _is_value(subject: conditions.Subject, operator: str, value: Any) -> bool:
    if not isinstance(value, str) or not value.strip() or len(value) > VALUE_LENGTH or not is_storable(value):
        return False
    lines = (
        [each.strip() for each in value.splitlines() if each.strip()] if operator == Operator.IS_ONE_OF else [value.strip()]
    )
    if operator in (Operator.IN_NETWORK, Operator.NOT_IN_NETWORK):
        return _reads(lambda: [ip_network(each) for each in value.split()])
    if operator in (Operator.BEFORE, Operator.ON_OR_AFTER):
        return _reads(lambda: date.fromisoformat(value))
    if operator in (Operator.AT_LEAST, Operator.AT_MOST) or subject.type is ValueType.NUMBER:
        return all(_reads(lambda each=each: float(each)) for each in lines)  # type: ignore[misc]
    return subject.type is not ValueType.CHOICE or all(each in subject.choices for each in lines)


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except ValueError:
        return False
    return True
