"""A login flow of as many elements as one may have."""

from __future__ import annotations

from typing import Any

from benchmarks.browser import Application, UnexpectedAnswer
from benchmarks.operations import Arm, Operation
from loginflows import definition, engine
from loginflows.shape_rules import MOST_ELEMENTS
from loginflows.validate import validate

BLOCK = 8


def long_flow() -> dict[str, Any]:
    """Return it: blocks of a variable, a decision with three outcomes, one of which holds another decision, and a message."""
    rows: list[dict[str, Any]] = []
    for number in range((MOST_ELEMENTS - 1) // BLOCK):
        name = f"b{number}"
        rows += [
            {"id": f"{name}-set", "kind": "assignment", "values": [{"name": name, "value": "{login.network}"}]},
            _decision(name),
            {"id": f"{name}-note", "kind": "history_entry", "text": f"{{variables.{name}}}"},
        ]
    rest = [{"id": f"more{number}", "kind": "history_entry", "text": "More"} for number in range((MOST_ELEMENTS - 1) % BLOCK)]
    return {"schema": 2, "elements": [*rows, *rest, {"id": "end", "kind": "finish"}]}


def _decision(name: str) -> dict[str, Any]:
    def when(outcome: str, subject: str, operator: str, value: str, *elements: dict[str, Any]) -> dict[str, Any]:
        rows = [{"subject": subject, "operator": operator, "value": value}]
        return {"id": outcome, "label": outcome, "conditions": rows, "elements": list(elements)}

    def message(place: str) -> dict[str, Any]:
        return {"id": f"{name}-{place}", "kind": "message", "title": "Read this", "text": f"You came by {{variables.{name}}}."}

    inner = when("weekend", "time.weekday", "is_one_of", "sat\nsun", message("weekend"))
    return {
        "id": f"{name}-where",
        "kind": "decision",
        "title": "Where from?",
        "outcomes": [
            when("office", "login.network", "is", "trusted", message("office")),
            when("many", "sessions.count", "at_least", "3", message("many")),
        ],
        "otherwise": {
            "elements": [
                {
                    "id": f"{name}-when",
                    "kind": "decision",
                    "title": "When?",
                    "outcomes": [inner],
                    "otherwise": {"elements": [message("else")]},
                }
            ]
        },
    }


class ValidateFlow(Operation):
    """The validator alone, on a flow of as many elements as one may have: nested decisions, conditions, variables."""

    def __init__(self, arm: Arm, application: Application) -> None:
        super().__init__(arm, application)
        self.definition = long_flow()

    def run(self) -> None:
        """Validate."""
        if any(found.is_error for found in validate(self.definition)):
            raise UnexpectedAnswer("The flow has errors.")


class RunFlow(ValidateFlow):
    """The engine alone: the same flow, read and run to its end by somebody who reads every screen."""

    def run(self) -> None:
        """Run."""
        flow = definition.read(self.definition)
        turn = engine.begin(flow, "run")
        while isinstance(turn.next, engine.Screen):
            turn = engine.submit(flow, turn.state, engine.Submission("run", turn.next.element.id))
        if not isinstance(turn.next, engine.End):
            raise UnexpectedAnswer(turn.next)
