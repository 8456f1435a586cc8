"""Flows for the tests, and the words to run them."""

from __future__ import annotations

from typing import Any

from loginflows import definition, engine
from loginflows.definition import Flow
from loginflows.engine import State, Submission, Turn
from loginflows.models import FlowAssignment, FlowVersion, LoginFlow
from sessions_policy import policy_book
from sessions_policy.models import Profile

WELCOME = {"id": "welcome", "kind": "message", "title": "Welcome", "text": "We are glad that you are here."}
TERMS = {
    "id": "terms",
    "kind": "terms",
    "title": "Terms for contractors",
    "text": "Keep what you see to yourself.",
    "version": "2026-11",
}
END = {"id": "end", "kind": "finish"}
OUT = {"id": "out", "kind": "log_out", "text": "The site is closed until Monday."}


def elements(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return a definition of ``rows``."""
    return {"schema": 2, "elements": list(rows)}


def flow(*rows: dict[str, Any]) -> Flow:
    """Return the flow of ``rows``."""
    return definition.read(elements(*rows))


def sent(element: str, run: str = "r1", **values: str) -> Submission:
    """Return a submission that answers ``element``."""
    return Submission(run, element, {name: (value,) for name, value in values.items()})


def said(turn: Turn) -> str:
    """Return a turn as the words of the table: where it stands or how it ended, and what was wrong."""
    where = turn.next.element.id if isinstance(turn.next, engine.Screen) else turn.next.ending.value
    wrong = turn.refusal.value if turn.refusal else ", ".join(turn.problems.values())
    return f"{where} ({wrong})" if wrong else where


def run(a_flow: Flow, *submissions: Submission, name: str = "r1") -> Turn:
    """Return the last turn of a run that takes ``submissions`` in their order."""
    turn = engine.begin(a_flow, name)
    for each in submissions:
        turn = engine.submit(a_flow, State.from_json(turn.state.as_json()), each)
    return turn


def active(*rows: dict[str, Any], name: str = "Contractor terms") -> FlowVersion:
    """Return the active version of a new flow of ``rows``."""
    version = LoginFlow.objects.create(name=name).new_draft(elements(*rows))
    version.activate()
    policy_book.refresh()
    return version


def assign(version: FlowVersion, to: Profile) -> None:
    """Give the profile ``to`` the flow of ``version``."""
    FlowAssignment.objects.create(profile=to, flow=version.flow)
    policy_book.refresh()
