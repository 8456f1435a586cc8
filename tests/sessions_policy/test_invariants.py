"""The invariants of the decision, over the whole enumerated state space."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, combinations, product

from sessions_policy.decision import RULES, Decision, Outcome, decide
from sessions_policy.facts import AppRule, Facts, Policy, Proof, ResourceRule, TwoFactorDemand, level_of, own_proofs
from sessions_policy.levels import APPROVAL_GRANTS, Channel, Grant, Level, SessionPolicy, category_of
from tests.sessions_policy.world import (
    API_PERMISSION,
    APP,
    HIGH,
    HIGH_PROFILE,
    NO_PROFILE_POLICY,
    STANDARD,
    UI_PERMISSION,
    browser,
    policy,
    proof,
    sara,
)

State = tuple[Policy, Facts]

METHODS = ("password", APP, "recovery_code", "activation", "token_bridge", "sso:corp")
COLUMNS = ({}, {APP: STANDARD}, {"password": HIGH}, {"activation": HIGH, "sso:corp": STANDARD}, {"sso:corp": HIGH})
CHANNELS = (
    (Channel.BROWSER, True, ""),
    (Channel.BROWSER, False, ""),
    (Channel.API_LOGIN, True, Grant.PASSWORD.value),
    (Channel.GRANT, False, Grant.JWT_BEARER.value),
    (Channel.GRANT, False, Grant.AUTHORIZATION_CODE.value),
    (Channel.TOKEN, False, Grant.JWT_BEARER.value),
    (Channel.TOKEN, False, Grant.REFRESH_TOKEN.value),
    (Channel.BRIDGE, False, Grant.REFRESH_TOKEN.value),
)
DEMANDS = (TwoFactorDemand(), UI_PERMISSION, API_PERMISSION, TwoFactorDemand(ui=("S",), waived_by=("W",)))
ACTIONS = tuple(SessionPolicy)
PEOPLE = (sara(), sara("password"), sara(active=False))


def proof_sets() -> list[tuple[Proof, ...]]:
    """Return every set of at most three proofs, and some with a proof that is another person's."""
    sets = [tuple(proof(name) for name in names) for names in chain.from_iterable(combinations(METHODS, n) for n in range(4))]
    return [*sets, (proof("password"), proof(APP, owner="8")), (proof("password", owner="8"), proof(APP))]


def states() -> Iterator[State]:
    """Yield every combination of policies and facts."""
    for columns, profile, demand, resource, app in product(
        COLUMNS, (NO_PROFILE_POLICY, HIGH_PROFILE), DEMANDS, ACTIONS, ACTIONS
    ):
        with_policy = policy(
            profile,
            columns=columns,
            two_factor=demand,
            resources=(ResourceRule("reports", "Reports", resource),),
            app=AppRule("Vault", app),
        )
        for (channel, at_login, grant), person, proofs in product(CHANNELS, PEOPLE, proof_sets()):
            cap = STANDARD if channel is Channel.TOKEN else None
            yield (
                with_policy,
                browser(*proofs, person=person, channel=channel, at_login=at_login, grant=grant, level_cap=cap),
            )


@lru_cache(maxsize=1)
def all_decisions() -> tuple[tuple[Policy, Facts, Decision], ...]:
    """Return every state with its decision."""
    return tuple((p, f, decide(p, f)) for p, f in states())


def test_the_state_space_is_large() -> None:
    assert len(all_decisions()) == 5 * 2 * 4 * 3 * 3 * 8 * 3 * 44


def test_no_session_is_high_without_a_proof_of_its_owner_in_that_column() -> None:
    for with_policy, facts, decision in all_decisions():
        if decision.level is HIGH:
            own = [p for p in facts.proofs if p.owner == "7"]
            assert any(with_policy.columns.get(p.method) is HIGH for p in own)


def test_a_second_factor_alone_or_anothers_proof_is_nothing() -> None:
    for _policy, facts, decision in all_decisions():
        own = [p for p in facts.proofs if p.owner == "7"]
        if not any(category_of(p.method).is_first for p in own):
            assert decision.level is Level.NONE
            assert not decision.allowed


def test_nothing_that_requires_high_assurance_opens_below_it() -> None:
    for with_policy, facts, decision in all_decisions():
        if decision.allowed and facts.channel is Channel.BROWSER and decision.level < HIGH:
            assert with_policy.profile.required_level < HIGH
            assert with_policy.app is None or with_policy.app.action is SessionPolicy.ALLOW
            assert all(rule.action is SessionPolicy.ALLOW for rule in with_policy.resources)


def test_a_grant_without_approval_gives_nothing_under_high_assurance() -> None:
    for with_policy, facts, decision in all_decisions():
        if not facts.grant or facts.grant in APPROVAL_GRANTS:
            continue
        raised = with_policy.app is not None and with_policy.app.action is not SessionPolicy.ALLOW
        guarded = any(rule.action is not SessionPolicy.ALLOW for rule in with_policy.resources)
        if with_policy.profile.required_level is HIGH or raised or guarded:
            assert not decision.allowed


def test_a_session_from_a_token_is_standard() -> None:
    for with_policy, facts, decision in all_decisions():
        if {p.method for p in facts.proofs} == {"token_bridge"}:
            assert decision.level is STANDARD
            if decision.allowed and facts.channel is Channel.BROWSER:
                assert with_policy.profile.required_level < HIGH


def test_an_app_gives_nothing_to_whom_nobody_approved_nor_by_a_grant_it_lacks() -> None:
    for with_policy, facts, decision in all_decisions():
        app = with_policy.app
        if app is None or not decision.allowed:
            continue
        assert not decide(replace(with_policy, app=replace(app, admits=False)), facts).allowed
        if facts.grant:
            assert not decide(replace(with_policy, app=replace(app, grants=frozenset())), facts).allowed


def test_an_inactive_account_opens_nothing() -> None:
    for _policy, facts, decision in all_decisions():
        if facts.person is not None and not facts.person.active:
            assert decision.outcome is Outcome.DENY


def test_an_api_only_user_gets_no_browser_session_and_keeps_everything_else() -> None:
    for with_policy, facts, decision in all_decisions():
        robot = decide(replace(with_policy, api_only=("Robots",)), facts)
        if facts.channel in (Channel.BROWSER, Channel.BRIDGE):
            assert not robot.allowed
        else:
            assert (robot.outcome, robot.reason) == (decision.outcome, decision.reason)


def test_client_credentials_run_as_api_only_users_alone() -> None:
    for with_policy, facts, _decision in all_decisions():
        if facts.channel is Channel.GRANT:
            asking = replace(facts, grant=Grant.CLIENT_CREDENTIALS.value)
            assert not decide(with_policy, asking).allowed


def test_two_factors_are_two_at_every_login_that_demands_them() -> None:
    for with_policy, facts, decision in all_decisions():
        demanded = with_policy.two_factor.ui and not with_policy.two_factor.waived_by
        direct = any(p.method == "password" and p.owner == "7" for p in facts.proofs)
        if facts.at_login and facts.channel is Channel.BROWSER and demanded and direct and decision.allowed:
            assert any(category_of(p.method).is_second and p.owner == "7" for p in facts.proofs)


def test_asking_more_never_opens_more() -> None:
    for with_policy, facts, decision in all_decisions():
        if decision.allowed or facts.channel is not Channel.BROWSER:
            continue
        stricter = replace(with_policy, profile=HIGH_PROFILE)
        assert not decide(stricter, facts).allowed


def test_lowering_a_column_leaves_no_session_with_more_than_it_would_get_today() -> None:
    for with_policy, facts, decision in all_decisions():
        lowered = {**with_policy.columns, APP: STANDARD}
        now = level_of(lowered, own_proofs(facts.person, facts.proofs), facts.level_cap)
        assert now <= decision.level
        assert decide(replace(with_policy, columns=lowered), facts).level is now


def test_every_answer_comes_from_one_rule_and_the_trace_says_which() -> None:
    for _policy, _facts, decision in all_decisions():
        answers = [step for step in decision.trace if step.finding.outcome is not None]
        assert len(answers) == (0 if decision.allowed else 1)
        assert [step.rule for step in decision.trace] == [rule.__name__ for rule in RULES[: len(decision.trace)]]
        assert all(step.sentence for step in decision.trace)


def test_a_challenge_offers_only_what_satisfies_it() -> None:
    for with_policy, facts, decision in all_decisions():
        if decision.outcome is not Outcome.VERIFY or decision.requirement is None:
            continue
        assert decision.methods
        for method in decision.methods:
            assert with_policy.columns[method] >= decision.requirement.level
            assert facts.person is not None and method in (facts.person.methods or ())
