"""The trace has one shape wherever it comes from, tells each reader what is theirs, and holds no secret."""

from __future__ import annotations

import json

import jsonschema
import pytest

from sessions_policy import trace
from sessions_policy.decision import RULES, Decision, Outcome, Reason, decide
from sessions_policy.levels import Level
from tests.sessions_policy.test_invariants import all_decisions
from tests.sessions_policy.world import APP, HIGH_PROFILE, browser, login, policy, proof, resource


def test_every_trace_keeps_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(trace.SCHEMA)
    for _policy, _facts, decision in all_decisions()[::4001]:
        found = trace.document(decision, mode="enforced", reference="7F3A-91C2")
        validator.validate(json.loads(json.dumps(found)))


def test_it_shows_every_rule_with_what_was_expected_and_what_was_there() -> None:
    found = trace.document(decide(policy(HIGH_PROFILE), browser("password")), mode="enforced")
    assert [step["n"] for step in found["steps"]] == list(range(1, len(RULES) + 1))
    (level,) = [step for step in found["steps"] if step["rule"] == "level_is_enough"]
    assert (level["verdict"], level["expected"], level["actual"]) == ("answers", "high_assurance", "standard")
    assert found["result"]["reason"] == "level.profile" and found["result"]["methods"] == [APP]
    assert not found["steps"][-1]["reached"]


def test_it_names_what_nobody_looked_up() -> None:
    anonymous = trace.document(decide(policy(), browser("password")), mode="simulated")
    assert anonymous["missing"] == ["ip"]


def test_the_person_reads_why_and_what_would_do() -> None:
    told = trace.for_person(decide(policy(HIGH_PROFILE), browser("password")))
    assert told["why"] == "Your profile Assured User needs a High Assurance session."
    assert told["would_do"] == "It opens with: Authenticator app."


def test_the_help_desk_reads_sentences() -> None:
    told = trace.for_help_desk(decide(policy(resources=resource("raise")), login("password", device_known=True)))
    assert told[0] == "The resource Reports requires High Assurance."
    assert any(sentence.endswith("(is the answer)") for sentence in told)


def test_an_answer_that_nobody_decided_has_no_trace() -> None:
    with pytest.raises(ValueError, match="taken on"):
        trace.document(Decision(Outcome.DENY, Reason.RIGHT_MISSING, Level.NONE), mode="enforced")


def test_the_name_of_a_device_is_in_no_trace() -> None:
    given = proof(APP)
    found = trace.document(decide(policy(), browser("password", given)), mode="enforced")
    assert set(found["input"]["proofs"][0]) == {"method", "age", "level"}


def test_rows_from_before_the_version_are_read_too() -> None:
    old = [{"rule": "level_is_enough", "sentence": "As it was then.", "verdict": "answers"}]
    assert trace.stored_steps(old) == old
    assert trace.stored_steps({"version": 1, "steps": [{"rule": "level_is_enough"}]})[0]["sentence"].startswith(
        "The session's"
    )
    assert trace.stored_steps(None) == []
