"""Conditions: how each operator comes out, also for values that are missing or unreadable."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loginflows import conditions
from loginflows.conditions import OPERATORS, SUBJECTS, Checked, Operator, evaluate, meets
from loginflows.facts import READERS
from loginflows.inputs import Inputs
from loginflows.state import MASK, State, View

TABLE = [
    # the actual value, the operator, the value  it holds
    ("trusted", "is", "trusted", True),
    ("Trusted ", "is", "trusted", True),
    (None, "is", "trusted", False),
    (None, "is_not", "trusted", True),
    ("3", "is", "3.0", True),
    (True, "is", "true", True),
    ("sat", "is_one_of", "sat\nsun", True),
    ("mon", "is_one_of", "sat\n\nsun", False),
    (None, "is_one_of", "", False),
    ("carl@example.org", "contains", "@EXAMPLE.org", True),
    ("carl", "contains", "", False),
    (None, "contains", "none", False),
    ("carl", "starts_with", "ca", True),
    ("", "is_empty", "", True),
    (None, "is_empty", "", True),
    ("x", "is_not_empty", "", True),
    (3, "at_least", "3", True),
    (2, "at_least", "3", False),
    (None, "at_least", "0", False),
    (True, "at_least", "0", False),
    ("many", "at_most", "3", False),
    (3, "at_most", "3", True),
    (True, "is_true", "", True),
    ("on", "is_true", "", True),
    (None, "is_false", "", True),
    ("2026-01-31", "before", "2026-02-01", True),
    ("2026-02-01", "before", "2026-02-01", False),
    ("2026-02-01", "on_or_after", "2026-02-01", True),
    ("never", "on_or_after", "2026-02-01", False),
    ("203.0.113.9", "in_network", "203.0.113.0/24", True),
    ("2001:db8::9", "in_network", "203.0.113.0/24 2001:db8::/32", True),
    ("203.0.113.9", "in_network", "here", False),
    ("198.51.100.1", "not_in_network", "203.0.113.0/24", True),
    (None, "not_in_network", "203.0.113.0/24", False),
    ("x", "sounds_like", "x", False),
]


def view(**values: Any) -> View:
    return View(
        Inputs(values), State("r1", "a", variables={"phone": "1"}, secrets={"word": "swordfish"}, results={"v": "succeeded"})
    )


@pytest.mark.parametrize(("actual", "operator", "value", "expected"), TABLE)
def test_how_a_condition_comes_out(actual: Any, operator: str, value: str, expected: bool) -> None:
    condition = {"subject": "login.app", "operator": operator, "value": value}
    assert evaluate(condition, view(**{"login.app": actual})).holds is expected


def test_the_table_has_every_operator() -> None:
    assert {row[1] for row in TABLE} >= {operator.value for operator in Operator}
    assert {operator for operators in OPERATORS.values() for operator in operators} == set(Operator)


@pytest.mark.parametrize(
    ("subject", "value"), [("variables.phone", "1"), ("variables.word", "swordfish"), ("results.v", "succeeded")]
)
def test_variables_and_results_are_subjects(subject: str, value: str) -> None:
    assert evaluate({"subject": subject, "operator": "is", "value": value}, view()).holds
    assert conditions.subject(subject) is not None


def test_the_actual_value_of_a_secret_is_masked() -> None:
    assert evaluate({"subject": "variables.word", "operator": "is_not_empty"}, view()).actual == MASK


def test_all_and_any() -> None:
    yes, no = (Checked("a", "is", "b", "c", holds) for holds in (True, False))
    assert meets("all", [yes, yes]) and not meets("all", [yes, no])
    assert meets("any", [no, yes]) and not meets("any", [no, no])
    assert not meets("all", []) and not meets("any", [])


def test_every_subject_is_read_from_the_world() -> None:
    assert set(SUBJECTS) <= set(READERS)


@pytest.mark.parametrize("key", ["", "login", "login.nothing", "variables.", "variables.Not A Name", "results.", "a.b.c"])
def test_what_is_no_subject(key: str) -> None:
    assert conditions.subject(key) is None


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats() | st.lists(st.text(max_size=3), max_size=2)
)


@given(ANYTHING, st.sampled_from(sorted(Operator)), st.text(max_size=8))
def test_no_condition_raises(actual: Any, operator: str, value: str) -> None:
    assert evaluate({"subject": "login.app", "operator": operator, "value": value}, view(**{"login.app": actual})).holds in (
        True,
        False,
    )
