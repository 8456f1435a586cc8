"""The validator's promise, over generated flows: one that passes ends for every answer, and raises nothing unearned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from loginflows import definition, engine
from loginflows.elements.kind import Call
from loginflows.engine import End, Screen, State, Submission
from loginflows.inputs import Inputs
from loginflows.validate import validate
from tests.loginflows.generated import DEFINITIONS, SUB_FLOWS
from tests.loginflows.worlds import SITE, answer_for, reply_to, world

CONTEXT = replace(SITE, flows=SUB_FLOWS)
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
WORLDS = st.builds(
    lambda has, network, count, proven, address: world(
        methods=has,
        login__network=network,
        sessions__count=count,
        login__second_factor=proven,
        user__email=address,
        methods__has_authenticator="authenticator_app" in has,
        methods__has_enrolled="authenticator_app" in has,
    ),
    st.sets(st.sampled_from(["authenticator_app", "recovery_code", "password"])),
    st.sampled_from(["trusted", "untrusted"]),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from(["carl@example.org", ""]),
)
KEPT = st.sets(st.sampled_from(["own"])).map(frozenset)
# More than every try of every element that a generated flow can hold.
MOST_TURNS = 2_000
# Checks that verify a factor; a passcode is none.
VERIFYING = {"verify", "finish_enrol", "check_mailed_code", "check_totp"}


class Watched:
    """A run in which everything that is verified, and everything that is raised, is seen."""

    def __init__(self, flow: definition.Flow, inputs: Inputs, luck: list[bool]) -> None:
        self.flow, self.inputs, self.luck = flow, inputs, luck
        self.verified = False
        self.done: list[tuple[str, str]] = []

    def settle(self, turn: engine.Turn) -> engine.Turn:
        self.look(turn)
        while isinstance(turn.next, Call):
            call, right = turn.next, self.luck.pop() if self.luck else True
            reply = reply_to(call, right=right)
            self.verified |= call.kind in VERIFYING and right
            self.verified |= call.kind == "action" and reply.values.get("verified") is True
            turn = engine.resolve(self.flow, State.from_json(turn.state.as_json()), reply, self.inputs)
            self.look(turn)
        return turn

    def look(self, turn: engine.Turn) -> None:
        for effect in turn.effects:
            assert (effect.kind, effect.element, str(effect.values)) not in self.done
            self.done.append((effect.kind, effect.element, str(effect.values)))
            if effect.kind == "raise_level" or effect.values.get("attribute") == "email":
                assert self.verified


@QUICK
@given(DEFINITIONS, WORLDS, KEPT, st.lists(st.integers(0, 7), max_size=30), st.lists(st.booleans(), max_size=30))
def test_a_flow_that_passes_ends_for_every_answer(
    wanted: Any, inputs: Inputs, kept: frozenset[str], choices: list[int], luck: list[bool]
) -> None:
    assume(not any(found.is_error for found in validate(wanted, CONTEXT)))
    flow = definition.read(wanted, SUB_FLOWS)
    watched = Watched(flow, replace(inputs, kept_secrets=kept), luck)
    turn = watched.settle(engine.begin(flow, "r1", watched.inputs))
    for _turn in range(MOST_TURNS):
        if not isinstance(turn.next, Screen):
            break
        assert turn.next.step <= turn.next.steps
        submission = answer_for(turn, choices.pop() if choices else 0)
        turn = watched.settle(engine.submit(flow, State.from_json(turn.state.as_json()), submission, watched.inputs))
    assert isinstance(turn.next, End)
    assert len(set(turn.state.passed)) == len(turn.state.passed)


NAMES = st.sampled_from(
    ["", "r1", "e1", "e2", "e3", "accept", "decline", "code", "phone", "finish", "yes", "on", "123456", "make"]
)
FIELDS = st.dictionaries(NAMES, st.lists(NAMES, max_size=2).map(tuple), max_size=3)
HOSTILE = st.lists(st.builds(Submission, NAMES, NAMES, FIELDS), max_size=12)


@QUICK
@given(DEFINITIONS, WORLDS, HOSTILE)
def test_nothing_moves_that_was_not_answered(wanted: Any, inputs: Inputs, submissions: list[Submission]) -> None:
    assume(not any(found.is_error for found in validate(wanted, CONTEXT)))
    flow = definition.read(wanted, SUB_FLOWS)
    watched = Watched(flow, inputs, [False] * 50)
    turn = watched.settle(engine.begin(flow, "r1", inputs))
    for each in submissions:
        if not isinstance(turn.next, Screen):
            break
        before, waiting = turn.state, turn.next.element.id
        after = engine.submit(flow, before, each, inputs)
        if (each.run, each.element) != ("r1", waiting) or after.refusal or after.problems:
            assert after.state == before or after.problems
            assert not after.effects
        turn = watched.settle(after)
        if len(turn.state.passed) > len(before.passed):
            assert (each.run, each.element) == ("r1", waiting)


@QUICK
@given(DEFINITIONS)
def test_whatever_is_written_is_answered_with_findings_and_no_error(wanted: Any) -> None:
    for found in validate(wanted, CONTEXT):
        assert found.code


def test_the_generator_makes_flows_that_pass_and_flows_that_do_not() -> None:
    seen = set[bool]()

    @settings(max_examples=60, deadline=None, database=None)
    @given(DEFINITIONS)
    def look(wanted: Any) -> None:
        seen.add(any(found.is_error for found in validate(wanted, CONTEXT)))

    look()
    assert seen == {True, False}
