"""The conditions that explain a rule amount to what the rule said, over the whole state space and its edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import ip_network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_policy.condition_texts import CONDITION_NAMES
from sessions_policy.conditions import explain, verdict_of
from sessions_policy.decision import RULES, decide
from sessions_policy.facts import AppRule, Facts, LoginHours, Policy, ProfilePolicy, ResourceRule, TwoFactorDemand
from sessions_policy.levels import Channel, Grant, IpRelaxation, Level, SessionPolicy
from tests.sessions_policy.test_invariants import PEOPLE, all_decisions, proof_sets
from tests.sessions_policy.world import HIGH, NOON, browser, login, policy, sara

OFFICE = ip_network("192.0.2.0/24")
DAY = LoginHours({1: (8 * 60, 18 * 60)})
FENCED = ProfilePolicy("S", HIGH, DAY, (OFFICE,), idle_timeout=900, absolute_timeout=3600)
AGED: dict[str, Any] = {"asked_max_age": 30, "session_seen": 0.0, "session_started": 0.0}
NIGHT = LoginHours({1: (0, 60)})

profiles = st.builds(
    ProfilePolicy,
    st.just("Sales"),
    required_level=st.sampled_from((Level.NONE, HIGH)),
    login_hours=st.sampled_from((None, DAY, NIGHT)),
    ip_ranges=st.sampled_from(((), (OFFICE,))),
    enforce_every_request=st.booleans(),
    login_flow=st.sampled_from(("", "Terms")),
    idle_timeout=st.sampled_from((None, 900)),
    absolute_timeout=st.sampled_from((None, 3600)),
    grace_until=st.sampled_from((None, date(2026, 12, 1), date(2026, 1, 1))),
)
demands = st.builds(
    TwoFactorDemand,
    ui=st.sampled_from(((), ("S",))),
    api=st.sampled_from(((), ("S",))),
    organisation=st.booleans(),
    waived_by=st.sampled_from(((), ("W",))),
)
rules = st.builds(
    ResourceRule,
    st.just("reports"),
    st.just("Reports"),
    st.sampled_from(SessionPolicy),
    max_age=st.sampled_from((None, 60)),
)
apps = st.builds(
    AppRule,
    st.just("Vault"),
    st.sampled_from(SessionPolicy),
    st.sampled_from(IpRelaxation),
    grants=st.sampled_from((None, frozenset({"password"}), frozenset({"refresh_token", "authorization_code"}))),
    admits=st.booleans(),
)
policies: st.SearchStrategy[Policy] = st.builds(
    policy,
    profiles,
    two_factor=demands,
    resources=st.lists(rules, max_size=1).map(tuple),
    app=st.one_of(st.none(), apps),
    trusted_networks=st.sampled_from(((), (OFFICE,))),
    activation=st.booleans(),
    lock_session_to_ip=st.booleans(),
)
situations: st.SearchStrategy[Facts] = st.builds(
    Facts,
    now=st.just(NOON),
    channel=st.sampled_from(Channel),
    person=st.sampled_from((None, *PEOPLE, sara(frozen=True), sara(locked=True), replace(sara(), methods=None))),
    proofs=st.sampled_from(proof_sets()),
    at_login=st.booleans(),
    ip=st.sampled_from(("", "192.0.2.1", "198.51.100.1")),
    session_ip=st.sampled_from(("", "192.0.2.1")),
    session_started=st.sampled_from((None, NOON.timestamp(), NOON.timestamp() - 9000)),
    session_seen=st.sampled_from((None, NOON.timestamp(), NOON.timestamp() - 9000)),
    enrolment_postponed=st.booleans(),
    device_known=st.booleans(),
    grant=st.sampled_from(("", *(grant.value for grant in Grant))),
    level_cap=st.sampled_from((None, Level.STANDARD)),
    asked_level=st.sampled_from(Level),
    asked_max_age=st.sampled_from((None, 30)),
    flow_finished=st.booleans(),
)


def agrees(with_policy: Policy, facts: Facts) -> None:
    """Hold the explanation to the decision."""
    decision, explained = decide(with_policy, facts), explain(with_policy, facts)
    assert [each.rule for each in explained] == [rule.__name__ for rule in RULES]
    assert [each.finding for each in explained if each.reached] == [step.finding for step in decision.trace]
    for each in explained:
        assert verdict_of(each.conditions) == each.verdict, (each.rule, each.conditions)
        assert bool(each.failed) == (each.verdict != "passes")


def test_over_the_enumerated_states() -> None:
    for with_policy, facts, _decision in all_decisions()[::23]:
        agrees(with_policy, facts)


@settings(max_examples=1500, deadline=None)
@given(policies, situations)
def test_over_everything_else(with_policy: Policy, facts: Facts) -> None:
    agrees(with_policy, facts)


def test_a_rule_that_does_not_apply_names_every_condition_that_fails() -> None:
    (flow,) = [each for each in explain(policy(), browser("password")) if each.rule == "login_flow_is_finished"]
    assert [each.name for each in flow.failed] == ["profile.login_flow", "login.unfinished", "flow.finished"]


def test_rules_behind_the_answer_say_what_they_would_have_said() -> None:
    asked = policy(ProfilePolicy("Sales", HIGH, login_flow="Terms"), two_factor=TwoFactorDemand(ui=("Strict",)))
    steps = {each.rule: each for each in explain(asked, login("password", device_known=True))}
    assert steps["two_factors_at_login"].reached and steps["two_factors_at_login"].verdict == "answers"
    assert not steps["level_is_enough"].reached and steps["level_is_enough"].verdict == "answers"
    (level,) = steps["level_is_enough"].failed
    assert (level.name, level.expected, level.actual) == ("level.profile", "high_assurance", "standard")


def test_names_of_conditions_are_a_closed_list() -> None:
    seen = {
        each.name
        for with_policy, facts, _decision in all_decisions()[::501]
        for step in explain(replace(with_policy, profile=FENCED), replace(facts, **AGED))
        for each in step.conditions
    }
    assert seen | {"age.resource"} == set(CONDITION_NAMES)
