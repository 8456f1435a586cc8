"""Which outcomes of a decision can happen at all. Pure.

Every combination of values that the conditions can tell apart is tried. A subject with few values (a choice, a tick, a
number against bounds) is tried with each; of any other, each question is free to come out either way. So "never" is certain,
and "perhaps" is allowed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from . import conditions
from .conditions import Operator, ValueType
from .elements.kind import Branch, Element
from .findings import Finding
from .inputs import Inputs
from .state import State, View

MOST_COMBINATIONS = 4_096
_NEGATIONS = {
    Operator.IS_NOT: Operator.IS,
    Operator.IS_NOT_EMPTY: Operator.IS_EMPTY,
    Operator.IS_FALSE: Operator.IS_TRUE,
    Operator.NOT_IN_NETWORK: Operator.IN_NETWORK,
    Operator.ON_OR_AFTER: Operator.BEFORE,
}
_ENUMERABLE = {ValueType.CHOICE, ValueType.TICK, ValueType.NUMBER}
_NOWHERE = State("", "")


def find(decision: Element) -> Iterator[Finding]:
    """Yield the outcomes that never happen, and those that always do."""
    outcomes, happened, alone = decision.branches[:-1], set[str](), set[str]()
    always = {each.id for each in outcomes}
    combinations = _combinations([dict(each) for branch in outcomes for each in branch.conditions])
    if combinations is None:
        return
    for world in combinations:
        holding = [branch.id for branch in outcomes if _holds(branch, world)]
        happened.add(holding[0] if holding else decision.branches[-1].id)
        alone |= set(holding)
        always &= set(holding)
    for branch in outcomes:
        values: dict[str, str | int] = {"outcome": branch.label or branch.id}
        if branch.id not in alone:
            yield Finding("outcome.never", decision.id, values)
        elif branch.id not in happened:
            yield Finding("outcome.covered", decision.id, values)
        elif branch.id in always:
            yield Finding("outcome.always", decision.id, values, is_error=False)
    if decision.branches[-1].id not in happened and not always:
        yield Finding("otherwise.never", decision.id, is_error=False)


def _holds(branch: Branch, world: Mapping[Any, Any]) -> bool:
    found = [_outcome_of(each, world) for each in branch.conditions]
    return any(found) if branch.match == "any" else bool(found) and all(found)


def _outcome_of(condition: Mapping[str, Any], world: Mapping[Any, Any]) -> bool:
    subject = str(condition.get("subject"))
    if subject in world:
        return conditions.evaluate(condition, View(Inputs({subject: world[subject]}), _NOWHERE)).holds
    question, negated = _question(condition)
    return bool(world[question]) is not negated


def _question(condition: Mapping[str, Any]) -> tuple[tuple[str, str, str], bool]:
    """Return the question that a condition asks, and whether it wants the answer no."""
    operator, value = str(condition.get("operator")), " ".join(str(condition.get("value") or "").casefold().split())
    positive = _NEGATIONS.get(Operator(operator))
    return (str(condition.get("subject")), positive or operator, value), positive is not None


def _combinations(asked: list[dict[str, Any]]) -> list[dict[Any, Any]] | None:
    """Return every world that the conditions can tell apart; None when there are too many to try."""
    axes: dict[Any, list[Any]] = {}
    for condition in asked:
        subject = conditions.subject(str(condition.get("subject")))
        if subject is not None and subject.type in _ENUMERABLE:
            axes[subject.key] = _values_of(subject, [each for each in asked if each.get("subject") == subject.key])
        else:
            axes[_question(condition)[0]] = [True, False]
    total = 1
    for values in axes.values():
        total *= len(values)
        if total > MOST_COMBINATIONS:
            return None
    return [dict(zip(axes, world, strict=True)) for world in itertools.product(*axes.values())]


def _values_of(subject: conditions.Subject, asked: list[dict[str, Any]]) -> list[Any]:
    if subject.type is ValueType.TICK:
        return [True, False]
    if subject.type is ValueType.CHOICE:
        return list(subject.choices)
    bounds = {float(each["value"]) for each in asked}
    # Below, at and above each bound; and a value that nobody knows.
    near = {value for bound in bounds for value in (bound - 1, bound - 0.5, bound, bound + 0.5, bound + 1)}
    return [None, *sorted(near)]
