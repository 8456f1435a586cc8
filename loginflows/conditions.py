"""What a decision may ask: subjects, operators, and how a condition comes out. Pure.

A condition is ``{"subject", "operator", "value"}``. ``value`` is a text; for ``is_one_of`` it holds several, one a line. A
value that is missing or cannot be read makes a condition false (``is_not`` and ``is_empty`` excepted): it never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from ipaddress import ip_network
from typing import Any

from sessions_policy.facts import in_networks
from sessions_policy.levels import Level, Method

from .state import View


class ValueType(StrEnum):
    """What a subject's value is."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    TICK = "tick"
    DATE = "date"
    ADDRESS = "address"


class Operator(StrEnum):
    """How a subject is compared with the condition's value."""

    IS = "is"
    IS_NOT = "is_not"
    IS_ONE_OF = "is_one_of"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"
    BEFORE = "before"
    ON_OR_AFTER = "on_or_after"
    IN_NETWORK = "in_network"
    NOT_IN_NETWORK = "not_in_network"


_O = Operator
OPERATORS: dict[ValueType, tuple[Operator, ...]] = {
    ValueType.TEXT: (_O.IS, _O.IS_NOT, _O.IS_ONE_OF, _O.CONTAINS, _O.STARTS_WITH, _O.IS_EMPTY, _O.IS_NOT_EMPTY),
    ValueType.NUMBER: (_O.IS, _O.IS_NOT, _O.AT_LEAST, _O.AT_MOST),
    ValueType.CHOICE: (_O.IS, _O.IS_NOT, _O.IS_ONE_OF),
    ValueType.TICK: (_O.IS_TRUE, _O.IS_FALSE),
    ValueType.DATE: (_O.IS, _O.BEFORE, _O.ON_OR_AFTER, _O.IS_EMPTY, _O.IS_NOT_EMPTY),
    ValueType.ADDRESS: (_O.IS, _O.IS_NOT, _O.IN_NETWORK, _O.NOT_IN_NETWORK),
}
WITHOUT_VALUE = frozenset({_O.IS_EMPTY, _O.IS_NOT_EMPTY, _O.IS_TRUE, _O.IS_FALSE})


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a condition can ask about."""

    key: str
    type: ValueType = ValueType.TEXT
    choices: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it may be compared."""
        return OPERATORS[self.type]


_LEVELS = tuple(level.slug for level in Level)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLATFORMS = ("windows", "macos", "linux", "android", "ios", "other")
LOGIN_TYPES = ("password", "sso", "passkey", "temporary_code", "other")
TRUSTED, UNTRUSTED = "trusted", "untrusted"

SUBJECTS: dict[str, Subject] = {
    each.key: each
    for each in (
        Subject("login.type", ValueType.CHOICE, LOGIN_TYPES),
        Subject("login.method", ValueType.TEXT),
        Subject("login.ip", ValueType.ADDRESS),
        Subject("login.network", ValueType.CHOICE, (TRUSTED, UNTRUSTED)),
        Subject("login.in_profile_ranges", ValueType.TICK),
        Subject("login.user_agent"),
        Subject("login.platform", ValueType.CHOICE, PLATFORMS),
        Subject("login.app"),
        Subject("login.session_level", ValueType.CHOICE, _LEVELS),
        Subject("login.second_factor", ValueType.TICK),
        Subject("login.first_ever", ValueType.TICK),
        Subject("login.first_today", ValueType.TICK),
        Subject("login.first_this_month", ValueType.TICK),
        Subject("login.first_this_year", ValueType.TICK),
        Subject("login.days_since_last", ValueType.NUMBER),
        Subject("user.id"),
        Subject("user.username"),
        Subject("user.email"),
        Subject("user.first_name"),
        Subject("user.last_name"),
        Subject("user.is_staff", ValueType.TICK),
        Subject("user.days_since_joined", ValueType.NUMBER),
        Subject("profile.name"),
        Subject("profile.required_level", ValueType.CHOICE, _LEVELS),
        Subject("time.weekday", ValueType.CHOICE, WEEKDAYS),
        Subject("time.hour", ValueType.NUMBER),
        Subject("time.date", ValueType.DATE),
        Subject("time.within_login_hours", ValueType.TICK),
        Subject("device.remembered", ValueType.TICK),
        Subject("sessions.count", ValueType.NUMBER),
        Subject("methods.has_authenticator", ValueType.TICK),
        Subject("methods.has_recovery_codes", ValueType.TICK),
        Subject("methods.has_second_factor", ValueType.TICK),
        Subject("methods.recovery_codes_left", ValueType.NUMBER),
    )
}
METHOD_CHOICES = tuple(method.value for method in Method)

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# An element's id; one inside a sub-flow has that element's id in front.
RESULT_OF = re.compile(r"[a-z][a-z0-9_-]{0,39}(\.[a-z][a-z0-9_-]{0,39})*")
FAMILIES = ("variables", "results", "attributes")


def subject(key: str) -> Subject | None:
    """Return the subject named ``key``; None for what is none.

    That is one of ``SUBJECTS``, or ``variables.NAME``, ``attributes.NAME`` or ``results.ELEMENT``.
    """
    found = SUBJECTS.get(key)
    if found is not None:
        return found
    family, _dot, name = key.partition(".")
    if family in ("variables", "attributes") and NAME.fullmatch(name):
        return Subject(key)
    return Subject(key) if family == "results" and RESULT_OF.fullmatch(name) else None


@dataclass(frozen=True, slots=True)
class Checked:
    """How one condition came out: what was asked, the actual value (a secret is masked), and whether it holds."""

    subject: str
    operator: str
    value: str
    actual: Any
    holds: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {name: getattr(self, name) for name in ("subject", "operator", "value", "actual", "holds")}


def evaluate(condition: Mapping[str, Any], view: View) -> Checked:
    """Return how ``condition`` comes out."""
    key, operator, value = (str(condition.get(name) or "") for name in ("subject", "operator", "value"))
    return Checked(key, operator, value, view.shown(key), _holds(operator, view.get(key), value))


def meets(match: str, checked: Iterable[Checked]) -> bool:
    """Whether all, or any, of the conditions hold. None at all never do."""
    found = [each.holds for each in checked]
    return any(found) if match == "any" else bool(found) and all(found)


def _holds(operator: str, actual: Any, value: str) -> bool:
    test = _TESTS.get(operator)
    return test is not None and test(actual, value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip().casefold()


def _number(value: Any) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _same(actual: Any, value: str) -> bool:
    if actual is None:
        return False
    left, right = _number(actual), _number(value)
    return left == right if left is not None and right is not None else _text(actual) == _text(value)


def _compare(actual: Any, value: str, sign: int) -> bool:
    left, right = _number(actual), _number(value)
    return left is not None and right is not None and (left - right) * sign >= 0


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _is_before(actual: Any, value: str) -> bool:
    left, right = _day(actual), _day(value)
    return left is not None and right is not None and left < right


def _is_from(actual: Any, value: str) -> bool:
    left, right = _day(actual), _day(value)
    return left is not None and right is not None and left >= right


def _is_in_network(actual: Any, value: str) -> bool:
    try:
        return in_networks(str(actual), [ip_network(each) for each in value.split()])
    except ValueError:
        return False


def _is_true(actual: Any) -> bool:
    return actual is True or _text(actual) in ("true", "on", "yes")


_TESTS: dict[str, Callable[[Any, str], bool]] = {
    Operator.IS: _same,
    Operator.IS_NOT: lambda actual, value: not _same(actual, value),
    Operator.IS_ONE_OF: lambda actual, value: any(_same(actual, each) for each in value.splitlines() if each.strip()),
    Operator.CONTAINS: lambda actual, value: actual is not None and bool(_text(value)) and _text(value) in _text(actual),
    Operator.STARTS_WITH: lambda actual, value: bool(_text(value)) and _text(actual).startswith(_text(value)),
    Operator.IS_EMPTY: lambda actual, _value: not _text(actual),
    Operator.IS_NOT_EMPTY: lambda actual, _value: bool(_text(actual)),
    Operator.AT_LEAST: lambda actual, value: _compare(actual, value, 1),
    Operator.AT_MOST: lambda actual, value: _compare(actual, value, -1),
    Operator.IS_TRUE: lambda actual, _value: _is_true(actual),
    Operator.IS_FALSE: lambda actual, _value: not _is_true(actual),
    Operator.BEFORE: _is_before,
    Operator.ON_OR_AFTER: _is_from,
    Operator.IN_NETWORK: _is_in_network,
    Operator.NOT_IN_NETWORK: lambda actual, value: actual is not None and not _is_in_network(actual, value),
}
