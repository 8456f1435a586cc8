"""Actions that developers register: typed, checked when they are registered and when they run."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from loginflows import actions, calls, effects
from loginflows.actions import ActionFailed, ActionRun, login_flow_action
from loginflows.elements import KINDS

RUN = ActionRun(user=None, run="r1")


@pytest.fixture
def score() -> Iterator[None]:
    @login_flow_action("score", outputs={"score": int, "sure": bool, "why": str})
    def look(run: ActionRun, country: str, days: int, strict: bool = False) -> dict[str, Any]:
        if country == "nowhere":
            raise ActionFailed("There is no such country.")
        return {"score": str(days), "sure": strict, "why": country} if country != "odd" else {"other": 1}

    yield
    actions.forget("score")


def test_values_have_the_types_of_the_function(score: None) -> None:
    given = {"country": 31, "days": "7", "strict": "on"}
    assert actions.run("score", RUN, given) == {"score": 7, "sure": True, "why": "31"}


@pytest.mark.parametrize(
    "given",
    [
        {"country": "NL"},
        {"country": "NL", "days": "many"},
        {"country": "NL", "days": None},
        {"country": "NL", "days": 1, "more": 2},
        {"country": "nowhere", "days": 1},
        {"country": "odd", "days": 1},
    ],
)
def test_what_does_not_fit_fails(score: None, given: dict[str, Any]) -> None:
    with pytest.raises(ActionFailed):
        actions.run("score", RUN, given)


def test_an_action_that_is_gone_fails() -> None:
    with pytest.raises(ActionFailed):
        actions.run("gone", RUN, {})


def test_the_builder_is_told_what_it_takes(score: None) -> None:
    signature = actions.signatures()["score"]
    assert dict(signature.inputs) == {"country": "text", "days": "number", "strict": "tick"}
    assert dict(signature.outputs) == {"score": "number", "sure": "tick", "why": "text"}
    assert (signature.required, signature.verifies) == ({"country", "days"}, False)


def test_a_name_or_a_type_that_cannot_be_used_is_an_error_at_once() -> None:
    def takes_a_list(run: ActionRun, items: list[str]) -> None:
        pass

    with pytest.raises(ImproperlyConfigured, match="items"):
        login_flow_action("lists")(takes_a_list)
    with pytest.raises(ImproperlyConfigured, match="Not A Name"):
        login_flow_action("Not A Name")(lambda _run: None)


def test_every_call_and_every_effect_that_an_element_has_is_made() -> None:
    """Read from the elements' own code, so that a new one cannot be forgotten."""
    called, done = set[str](), set[str]()
    for kind in KINDS.values():
        module = inspect.getmodule(kind.enter if kind.enter.__module__ != "loginflows.elements.kind" else kind.answer)
        for node in ast.walk(ast.parse(inspect.getsource(module) if module else "")):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Call", "Effect"):
                first = node.args[0]
                name = first.value if isinstance(first, ast.Constant) else getattr(module, first.id)  # type: ignore[attr-defined]
                (called if node.func.id == "Call" else done).add(str(name))
    assert called == calls.CALLS
    assert done == effects.EFFECTS
