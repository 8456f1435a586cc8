"""The engine: what moves a flow, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loginflows import engine
from loginflows.definition import Flow, FlowBroken, read
from loginflows.elements.kind import Effect, Ending
from loginflows.engine import Screen, State, Submission
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, flow, run, said, sent

ACCEPTED = sent("terms", accept="on")

TABLE = [
    # what was sent, one after the other           where the run stands then
    ("nothing", (), "welcome"),
    ("reads", (sent("welcome"),), "terms"),
    ("reads, accepts", (sent("welcome"), ACCEPTED), "finish"),
    ("reads, accepts, accepts again", (sent("welcome"), ACCEPTED, ACCEPTED), "finish"),
    ("reads, declines", (sent("welcome"), sent("terms", decline="yes")), "log_out"),
    ("reads, does not tick", (sent("welcome"), sent("terms")), "terms (not_accepted)"),
    ("reads twice", (sent("welcome"), sent("welcome")), "terms (stale)"),
    ("accepts unread", (ACCEPTED,), "welcome (stale)"),
    ("another run's form", (sent("welcome", run="r0"),), "welcome (stale)"),
    ("no run", (sent("welcome", run=""),), "welcome (stale)"),
    ("no element", (sent(""),), "welcome (stale)"),
    ("an element that is not there", (sent("nowhere"),), "welcome (stale)"),
    ("names the end", (sent("end"),), "welcome (stale)"),
    ("an empty submission", (Submission("", ""),), "welcome (stale)"),
    ("a field too many", (sent("welcome", accept="on"),), "welcome (unreadable)"),
    ("a made-up field", (sent("welcome"), sent("terms", accept="on", admin="1")), "terms (unreadable)"),
    ("a made-up value", (sent("welcome"), sent("terms", accept="true")), "terms (unreadable)"),
    ("accepts and declines", (sent("welcome"), sent("terms", accept="on", decline="yes")), "terms (unreadable)"),
    ("ticks twice", (sent("welcome"), Submission("r1", "terms", {"accept": ("on", "on")})), "terms (unreadable)"),
    ("a field without a value", (sent("welcome"), Submission("r1", "terms", {"accept": ()})), "terms (unreadable)"),
]


@pytest.fixture
def onboarding() -> Flow:
    return flow(WELCOME, TERMS, END)


@pytest.mark.parametrize(("sentence", "submissions", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_where_a_run_stands(onboarding: Flow, sentence: str, submissions: tuple[Submission, ...], expected: str) -> None:
    assert said(run(onboarding, *submissions)) == expected


def test_what_does_not_count_leaves_the_state_as_it_was(onboarding: Flow) -> None:
    for _sentence, submissions, expected in TABLE:
        if expected.endswith(")"):
            before = run(onboarding, *submissions[:-1])
            after = run(onboarding, *submissions)
            assert after.state == before.state and not after.effects


def test_accepting_is_one_effect_and_repeating_none(onboarding: Flow) -> None:
    assert run(onboarding, sent("welcome"), ACCEPTED).effects == (
        Effect("accepted", "terms", {"version": "2026-11", "document": ""}),
    )
    assert run(onboarding, sent("welcome"), ACCEPTED, ACCEPTED).effects == ()
    assert run(onboarding, sent("welcome"), sent("terms", decline="yes")).effects == ()


def test_looking_moves_nothing(onboarding: Flow) -> None:
    turn = run(onboarding, sent("welcome"))
    assert engine.show(onboarding, turn.state) == engine.show(onboarding, turn.state)
    assert engine.show(onboarding, turn.state).state == turn.state


def test_a_screen_says_which_step_it_is() -> None:
    unreachable = {**WELCOME, "id": "never"}
    turn = run(flow(WELCOME, TERMS, END, unreachable), sent("welcome"))
    assert isinstance(turn.next, Screen)
    assert (turn.next.step, turn.next.steps) == (2, 2)


def test_a_flow_may_end_at_once() -> None:
    end = run(flow(OUT)).next
    assert end == engine.End(Ending.LOG_OUT, "log_out", "The site is closed until Monday.")


def test_those_who_decline_are_told_what_the_terms_say() -> None:
    strict = {**TERMS, "declined": "Call your contact."}
    assert run(flow(strict, END), sent("terms", decline="yes")).next == engine.End(
        Ending.LOG_OUT, "declined", "Call your contact."
    )


@pytest.mark.parametrize(
    "definition",
    [
        None,
        [],
        {},
        *({"elements": wrong} for wrong in (None, [], ["terms"], [{}])),
        *({"elements": [{"id": "a", "kind": kind}]} for kind in ("teleport", ["finish"], None)),
        {"elements": [TERMS, TERMS]},
    ],
    ids=str,
)
def test_a_definition_that_is_none_is_refused(definition: Any) -> None:
    with pytest.raises(FlowBroken):
        read(definition)


@pytest.mark.parametrize("kept", [None, {}, [], "x", {"run": "r1", "element": 7, "passed": []}, {"run": "r1", "passed": []}])
def test_a_state_that_is_none_is_refused(kept: Any) -> None:
    with pytest.raises(FlowBroken):
        State.from_json(kept)


def test_a_state_of_another_flow_is_refused(onboarding: Flow) -> None:
    with pytest.raises(FlowBroken):
        engine.show(onboarding, State("r1", "elsewhere"))


def test_a_flow_without_an_end_lets_nobody_in() -> None:
    with pytest.raises(FlowBroken):
        run(flow(WELCOME), sent("welcome"))


NAMES = st.sampled_from(["", "r1", "welcome", "terms", "end", "accept", "decline", "finish", "yes", "on"])
FIELDS = st.dictionaries(NAMES, st.lists(NAMES, max_size=2).map(tuple), max_size=2)
SUBMISSIONS = st.lists(st.builds(Submission, NAMES, NAMES, FIELDS), max_size=8)


@given(SUBMISSIONS)
def test_nobody_gets_in_without_accepting(submissions: list[Submission]) -> None:
    turn, accepted = engine.begin(flow(WELCOME, TERMS, END), "r1"), 0
    for each in submissions:
        turn = engine.submit(flow(WELCOME, TERMS, END), turn.state, each)
        accepted += len(turn.effects)
    finished = not isinstance(turn.next, Screen) and turn.next.ending is Ending.FINISH
    assert accepted == (1 if finished else 0)
    assert turn.state.passed == ("welcome", "terms", "end")[: len(turn.state.passed)]
