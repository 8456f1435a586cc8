"""The dry run is the engine: it goes where a real run goes, and does nothing on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loginflows import cases, dry_run, engine, flow_templates
from loginflows.definition import FlowBroken, read
from loginflows.dry_run import Answer, Scenario, play
from loginflows.elements.kind import Call
from loginflows.engine import End, Screen, State, Submission
from loginflows.validate import validate
from tests.loginflows.flows import END, TERMS, WELCOME, elements
from tests.loginflows.trees import definitions

CODE = {"id": "code", "kind": "verify", "title": "Code", "methods": ["authenticator_app"], "tries": 2}
APP = {"methods": frozenset({"authenticator_app"})}


def driven(definition: Any, scenario: Scenario, answers: list[Answer]) -> State:
    """Drive the engine as the page of a login does: keep the state as JSON between requests, and report each call back."""
    flow, inputs = read(definition), scenario.inputs()
    turn = engine.begin(flow, dry_run.RUN, inputs)
    for answer in [None, *answers]:
        if answer is not None:
            sent = Submission(dry_run.RUN, answer.element, {name: (value,) for name, value in answer.values.items()})
            turn = engine.submit(flow, State.from_json(turn.state.as_json()), sent, inputs)
        while isinstance(turn.next, Call):
            reply = dry_run.reply_to(turn.next, scenario.codes, scenario.calls)
            turn = engine.resolve(flow, turn.state, reply, inputs)
    return turn.state


@st.composite
def runs(draw: Any) -> tuple[Any, Scenario, list[Answer]]:
    definition = draw(definitions)
    codes, network = draw(st.sampled_from(["right", "wrong"])), draw(st.sampled_from(["trusted", "untrusted"]))
    scenario = Scenario({"login.network": network}, codes=codes, **APP)
    flow = draw(st.permutations([element.id for element in _elements(definition)])) if _elements(definition) else []
    values = st.sampled_from([{}, {"accept": "on"}, {"decline": "yes"}, {"code": "123456"}, {"made_up": "x"}])
    answers = [Answer(name, draw(values)) for name in flow[:8]]
    return definition, scenario, answers


def _elements(definition: Any) -> Any:
    try:
        return list(read(definition).all())
    except FlowBroken:
        return []


@settings(max_examples=80, deadline=None)
@given(runs())
def test_the_dry_run_and_the_engine_agree(run: tuple[Any, Scenario, list[Answer]]) -> None:
    definition, scenario, answers = run
    try:
        expected: Any = driven(definition, scenario, answers).as_json()
    except FlowBroken as broken:
        expected = str(broken)
    try:
        actual: Any = play(read(definition), scenario, answers).state.as_json()
    except FlowBroken as broken:
        actual = str(broken)
    assert actual == expected


@pytest.mark.parametrize("key", flow_templates.NAMES)
def test_every_template_goes_the_same_way_dry_and_driven(key: str) -> None:
    template = flow_templates.all_templates()[key]
    for row in template.luggage.test_cases:
        case = cases.read_case(row)
        state = driven(template.definition, case.scenario, list(case.answers))
        assert list(state.passed) == case.expected["path"]
        assert state.ended.get("ending", "") == case.expected["ending"]


def test_codes_are_right_or_wrong_as_the_scenario_says() -> None:
    flow = read(elements(CODE, END))
    sent = [Answer("code", {"code": "0"})]
    assert isinstance(play(flow, Scenario(**APP), sent).turn.next, End)
    wrong = play(flow, Scenario(codes="wrong", **APP), sent)
    assert isinstance(wrong.turn.next, Screen) and wrong.turn.problems == {"code": "wrong"}
    mixed = [Answer("code", {"code": "0"}, codes="wrong"), Answer("code", {"code": "0"})]
    assert play(flow, Scenario(**APP), mixed).result()["ending"] == "finish"


def test_what_a_real_run_would_have_done_is_listed() -> None:
    played = play(
        read(elements(TERMS, CODE, END)), Scenario(**APP), [Answer("terms", {"accept": "on"}), Answer("code", {"code": "0"})]
    )
    assert [each.kind for each in played.effects] == ["accepted"]
    assert [each.kind for each in played.calls] == ["verify"]
    assert [each.element for each in played.steps] == ["terms", "code", "end"]


def test_answers_that_do_not_count_are_told_apart() -> None:
    played = play(read(elements(WELCOME, END)), Scenario(), [Answer("end"), Answer("welcome"), Answer("welcome")])
    assert played.ignored == 2 and played.result() == {"path": ["welcome", "end"], "ending": "finish", "waits": ""}


def test_a_case_that_differs_says_where() -> None:
    definition = elements(WELCOME, END)
    row = {"name": "x", "inputs": {}, "answers": [{"element": "welcome"}]}
    expected = {"path": ["welcome", "terms"], "ending": "finish", "waits": ""}
    tried = cases.try_out(definition, {}, cases.read_case({**row, "expected": expected}))
    assert (tried.passed, tried.differs_at) == (False, 2)
    broken = cases.try_out(elements(WELCOME), {}, cases.read_case({**row, "expected": expected}))
    assert broken.problem == "Nothing follows 'welcome'."


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {"now": "soon"},
        {"codes": "maybe"},
        {"methods": "all"},
        {"values": []},
        {"now": True},
        {"stranger": 1},
        {"methods": [1]},
    ],
)
def test_what_is_no_scenario_is_refused(kept: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Scenario.from_json(kept)


@pytest.mark.parametrize(
    "kept", [None, {}, {"element": 1}, {"element": "x", "values": {"a": 1}}, {"element": "x", "codes": "so so"}]
)
def test_what_is_no_answer_is_refused(kept: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Answer.from_json(kept)


def test_a_scenario_and_an_answer_come_back_as_they_went() -> None:
    scenario = Scenario(
        {"a": 1}, 2.5, frozenset({"x"}), {"phone": "1"}, frozenset({"t@1"}), frozenset({"k"}), "wrong", "failed"
    )
    assert Scenario.from_json(scenario.as_json()) == scenario
    answer = Answer("code", {"code": "0"}, "wrong")
    assert Answer.from_json(answer.as_json()) == answer


def test_the_validator_passes_what_these_tests_run() -> None:
    assert not [each for each in validate(elements(TERMS, CODE, END)) if each.is_error]
