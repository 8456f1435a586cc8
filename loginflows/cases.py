"""Test cases: a scenario with its answers, and the path that it is to take. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import dry_run
from .definition import FlowBroken, read
from .dry_run import Answer, Scenario

RESULT = frozenset({"path", "ending", "waits"})


@dataclass(frozen=True, slots=True)
class Case:
    """A test case by its name."""

    name: str
    scenario: Scenario
    answers: tuple[Answer, ...]
    expected: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """How a case came out: ``problem`` is "" when it took its path, else what broke; ``actual`` is what it did."""

    name: str
    expected: Mapping[str, Any]
    actual: Mapping[str, Any]
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether it took its path to its end."""
        return not self.problem and dict(self.expected) == dict(self.actual)

    @property
    def differs_at(self) -> int:
        """Return the number of the first element (from 1) at which the paths differ; 0 where they do not."""
        expected, actual = self.expected.get("path", []), self.actual.get("path", [])
        for place, (one, other) in enumerate(zip(expected, actual, strict=False), start=1):
            if one != other:
                return place
        return min(len(expected), len(actual)) + 1 if len(expected) != len(actual) else 0


def read_case(row: Any) -> Case:
    """Return the case in ``{"name", "inputs", "answers", "expected"}``; raises ValueError for anything else."""
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not isinstance(row.get("answers"), list):
        raise ValueError("A test case has a name, inputs, answers and what is expected.")
    expected = row.get("expected")
    if not isinstance(expected, dict) or set(expected) != RESULT or not isinstance(expected["path"], list):
        raise ValueError("What a test case expects is a path, how it ends, and where it waits.")
    answers = tuple(Answer.from_json(each) for each in row["answers"])
    return Case(row["name"], Scenario.from_json(row.get("inputs")), answers, expected)


def try_out(definition: Any, sub_flows: Mapping[str, Any], case: Case) -> Tried:
    """Run ``case`` dry against ``definition``."""
    try:
        played = dry_run.play(read(definition, sub_flows), case.scenario, case.answers)
    except FlowBroken as broken:
        return Tried(case.name, case.expected, {}, str(broken))
    return Tried(case.name, case.expected, played.result())
