"""What a rule says beside its answer: who asks, which methods would do, what was expected and what was found.

The table of sentences (``test_policy_table.py``) says which answer is given; this one holds every word of it, for the trace,
What-If and the histories show them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import ip_network
from typing import Any

import pytest

from sessions_policy.decision import (
    RULES,
    decide,
    in_grace,
    is_relaxed,
    level_is_enough,
    proof_is_fresh,
    required_level,
    requirements_of,
)
from sessions_policy.facts import Facts, LoginHours, Policy, ProfilePolicy, TwoFactorDemand
from sessions_policy.levels import Channel, Grant, IpRelaxation, Level
from sessions_policy.outcomes import Finding, Outcome, Reason, Requirement
from tests.sessions_policy.world import (
    API_PERMISSION,
    APP,
    HIGH,
    HIGH_PROFILE,
    NOON,
    STANDARD,
    UI_PERMISSION,
    app,
    browser,
    login,
    policy,
    proof,
    resource,
    sara,
)

NONE = Level.NONE
OFFICE = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))
FENCED = ProfilePolicy("Office", ip_ranges=OFFICE)
MORNINGS = ProfilePolicy("Mornings", login_hours=LoginHours.parse({"1": ("08:00", "12:00")}))
BARE = sara("password")
NOW = NOON.timestamp()
KEY = "security_key"


def ends(outcome: Outcome, reason: Reason, requirement: Requirement | None = None, methods: Any = (), **words: str) -> Finding:
    return Finding("answers", outcome, reason, requirement, tuple(methods), **words)


def grant(name: str, *given: str, channel: Channel = Channel.GRANT, **changes: Any) -> Facts:
    return browser(*given, channel=channel, grant=name, **changes)


PROFILE_HIGH = Requirement("profile", "Assured User", HIGH)
REPORTS = Requirement("resource", "Reports", HIGH)
STRICT = Requirement("permission", "Strict", STANDARD)
TWO = TwoFactorDemand(ui=("Strict", "Stricter"), api=("Strict", "Stricter"))
BOTH_SETS = Requirement("permission", "Strict, Stricter", STANDARD)

FINDINGS: dict[str, tuple[Policy, Facts, Finding]] = {
    "an inactive account": (
        policy(),
        browser("password", person=sara(active=False)),
        ends(Outcome.DENY, Reason.ACCOUNT_INACTIVE, expected="active", actual="inactive"),
    ),
    "a frozen account": (
        policy(),
        browser("password", person=sara(frozen=True)),
        ends(Outcome.DENY, Reason.ACCOUNT_FROZEN, expected="not frozen", actual="frozen"),
    ),
    "a locked account at login": (
        policy(),
        login("password", person=sara(locked=True)),
        ends(Outcome.DENY, Reason.ACCOUNT_LOCKED, expected="not locked", actual="locked"),
    ),
    "outside the hours": (
        policy(MORNINGS),
        login("password"),
        ends(
            Outcome.DENY,
            Reason.HOURS_OUTSIDE,
            Requirement("profile", "Mornings", NONE),
            expected="within login hours",
            actual="Tuesday 12:00",
        ),
    ),
    "a session that moved": (
        policy(lock_session_to_ip=True),
        browser("password", session_ip="192.0.2.1", ip="192.0.2.2"),
        ends(Outcome.DENY, Reason.NETWORK_CHANGED, expected="192.0.2.1", actual="192.0.2.2"),
    ),
    "outside the ranges": (
        policy(FENCED),
        login("password", ip="198.51.100.1"),
        ends(
            Outcome.DENY,
            Reason.NETWORK_OUTSIDE,
            Requirement("profile", "Office", NONE),
            expected="192.0.2.0/24, 2001:db8::/32",
            actual="198.51.100.1",
        ),
    ),
    "nobody signed in": (
        policy(),
        browser(),
        ends(Outcome.LOG_IN, Reason.NOT_SIGNED_IN, expected="a first factor", actual="none"),
    ),
    "an idle session": (
        policy(ProfilePolicy("Idle", idle_timeout=60)),
        browser("password", session_seen=NOW - 61),
        ends(Outcome.LOG_IN, Reason.SESSION_IDLE, expected="at most 60 s", actual="61 s"),
    ),
    "an old session": (
        policy(ProfilePolicy("Old", absolute_timeout=600)),
        browser("password", session_started=NOW - 700.4),
        ends(Outcome.LOG_IN, Reason.SESSION_OLD, expected="at most 600 s", actual="700 s"),
    ),
    "a blocked app": (
        policy(app=app("block")),
        browser("password", APP),
        ends(
            Outcome.DENY,
            Reason.APP_BLOCKED,
            Requirement("app", "Vault", HIGH, block=True),
            expected="an open app",
            actual="blocked",
        ),
    ),
    "an app that nobody approved": (
        policy(app=app("allow", admits=False)),
        browser("password"),
        ends(
            Outcome.DENY,
            Reason.APP_NOT_APPROVED,
            Requirement("permitted_users", "Vault", NONE),
            expected="an approved person",
            actual="not approved",
        ),
    ),
    "a grant that the app may not use": (
        policy(app=app("allow", grants=frozenset({"refresh_token", "authorization_code"}))),
        grant(Grant.PASSWORD, "password"),
        ends(
            Outcome.DENY,
            Reason.APP_GRANT,
            Requirement("app", "Vault", NONE),
            expected="authorization_code, refresh_token",
            actual="password",
        ),
    ),
    "a grant without approval for a High Assurance profile": (
        policy(HIGH_PROFILE),
        grant(Grant.PASSWORD, "password"),
        ends(Outcome.DENY, Reason.GRANT_PROFILE, PROFILE_HIGH, expected="an approval step", actual="password"),
    ),
    "a grant without approval for an app that raises": (
        policy(app=app("raise")),
        grant(Grant.PASSWORD, "password"),
        ends(
            Outcome.DENY,
            Reason.GRANT_APP,
            Requirement("app", "Vault", HIGH),
            expected="an approval step",
            actual="password",
        ),
    ),
    "a grant without approval at a resource that raises": (
        policy(resources=resource("raise")),
        grant(Grant.PASSWORD, "password", channel=Channel.TOKEN),
        ends(Outcome.DENY, Reason.GRANT_RESOURCE, REPORTS, expected="an approval step", actual="password"),
    ),
    "a grant without approval that asks for High Assurance itself": (
        policy(),
        grant(Grant.PASSWORD, "password", asked_level=HIGH),
        ends(
            Outcome.DENY,
            Reason.GRANT_RESOURCE,
            Requirement("request", "", HIGH),
            expected="an approval step",
            actual="password",
        ),
    ),
    "two factors at a login, with a method": (
        policy(two_factor=TWO),
        login("password"),
        ends(Outcome.VERIFY, Reason.TWO_FACTOR_UI, BOTH_SETS, [APP], expected="two factors", actual="one"),
    ),
    "two factors at a login, without a method": (
        policy(two_factor=UI_PERMISSION),
        login("password", person=BARE),
        ends(Outcome.ENROL, Reason.TWO_FACTOR_UI, STRICT, [APP], expected="two factors", actual="no method"),
    ),
    "two factors at a login, and no method to set up": (
        policy(two_factor=UI_PERMISSION, enrolable=frozenset()),
        login("password", person=BARE),
        ends(Outcome.DENY, Reason.LEVEL_UNREACHABLE, STRICT, expected="two factors", actual="no method"),
    ),
    "two factors at the bridge": (
        policy(two_factor=TWO),
        grant(Grant.PASSWORD, "token_bridge", channel=Channel.BRIDGE),
        ends(Outcome.DENY, Reason.GRANT_TWO_FACTOR, BOTH_SETS, expected="two factors", actual="password"),
    ),
    "two factors at an API login": (
        policy(two_factor=TWO),
        login("password", channel=Channel.API_LOGIN, device_known=True),
        ends(
            Outcome.DENY,
            Reason.TWO_FACTOR_API,
            BOTH_SETS,
            [APP],
            expected="the current authenticator code",
            actual="none",
        ),
    ),
    "an API login from elsewhere": (
        policy(),
        login("password", channel=Channel.API_LOGIN, ip="198.51.100.1"),
        ends(
            Outcome.DENY,
            Reason.SECURITY_TOKEN,
            expected="a security token or a trusted network",
            actual="198.51.100.1",
        ),
    ),
    "an unknown browser": (
        policy(activation=True),
        login("password", ip="198.51.100.1"),
        ends(
            Outcome.VERIFY,
            Reason.DEVICE_UNKNOWN,
            methods=["activation"],
            expected="a known browser or a trusted network",
            actual="198.51.100.1",
        ),
    ),
    "a profile's level": (
        policy(HIGH_PROFILE),
        browser("password"),
        ends(Outcome.VERIFY, Reason.LEVEL_PROFILE, PROFILE_HIGH, [APP], expected="high_assurance", actual="standard"),
    ),
    "a profile's level after a token opened the session": (
        policy(HIGH_PROFILE),
        browser("token_bridge"),
        ends(Outcome.VERIFY, Reason.LEVEL_BRIDGE, PROFILE_HIGH, [APP], expected="high_assurance", actual="standard"),
    ),
    "a resource's level after a token opened the session": (
        policy(resources=resource("raise")),
        browser("token_bridge"),
        ends(Outcome.VERIFY, Reason.LEVEL_RESOURCE, REPORTS, [APP], expected="high_assurance", actual="standard"),
    ),
    "a resource's level, with two methods": (
        policy(resources=resource("raise")),
        browser("password", person=sara("password", KEY, APP)),
        ends(Outcome.VERIFY, Reason.LEVEL_RESOURCE, REPORTS, [APP, KEY], expected="high_assurance", actual="standard"),
    ),
    "a resource's level, without a method": (
        policy(resources=resource("raise"), enrolable=frozenset({APP, KEY})),
        browser("password", person=BARE),
        ends(Outcome.ENROL, Reason.LEVEL_RESOURCE, REPORTS, [APP, KEY], expected="high_assurance", actual="standard"),
    ),
    "a resource's level, and only what gives Standard to set up": (
        policy(resources=resource("raise"), columns={APP: STANDARD}),
        browser("password", person=BARE),
        ends(Outcome.DENY, Reason.LEVEL_UNREACHABLE, REPORTS, expected="high_assurance", actual="standard"),
    ),
    "a resource's level, and a method that does not reach it guards the enrolment": (
        policy(resources=resource("raise"), columns={APP: STANDARD}, enrolable=frozenset({APP, KEY})),
        browser("password"),
        ends(Outcome.DENY, Reason.LEVEL_UNREACHABLE, REPORTS, expected="high_assurance", actual="standard"),
    ),
    "a resource that blocks": (
        policy(resources=resource("block")),
        browser("password"),
        ends(
            Outcome.DENY,
            Reason.RESOURCE_BLOCKED,
            replace(REPORTS, block=True),
            expected="high_assurance",
            actual="standard",
        ),
    ),
    "an app's level": (
        policy(app=app("raise")),
        browser("password"),
        ends(
            Outcome.VERIFY,
            Reason.LEVEL_APP,
            Requirement("app", "Vault", HIGH),
            [APP],
            expected="high_assurance",
            actual="standard",
        ),
    ),
    "an asked level": (
        policy(),
        browser("password", asked_level=HIGH),
        ends(
            Outcome.VERIFY,
            Reason.LEVEL_ASKED,
            Requirement("request", "", HIGH),
            [APP],
            expected="high_assurance",
            actual="standard",
        ),
    ),
    "an old proof at a resource": (
        policy(resources=resource("raise", max_age=600)),
        browser(proof("password", ago=5), proof(APP, ago=601)),
        ends(
            Outcome.VERIFY,
            Reason.PROOF_OLD_RESOURCE,
            replace(REPORTS, max_age=600),
            [APP],
            expected="600 s",
            actual="601 s",
        ),
    ),
    "an asked age": (
        policy(),
        browser(proof("password", ago=61), asked_max_age=60),
        ends(
            Outcome.VERIFY,
            Reason.PROOF_OLD_ASKED,
            Requirement("request", "", STANDARD, 60),
            [APP, "password"],
            expected="60 s",
            actual="61 s",
        ),
    ),
    "an API-only user in a browser": (
        policy(api_only=("Robots", "Machines")),
        browser("password"),
        ends(
            Outcome.DENY,
            Reason.LOGIN_API_ONLY,
            Requirement("permission", "Robots, Machines", NONE),
            expected="a program",
            actual="browser",
        ),
    ),
    "an app that runs as a person": (
        policy(app=app("allow")),
        grant(Grant.CLIENT_CREDENTIALS, "client_credentials"),
        ends(
            Outcome.DENY,
            Reason.GRANT_RUN_AS,
            Requirement("app", "Vault", NONE),
            expected="an API-only user",
            actual="another user",
        ),
    ),
    "a login flow": (
        policy(ProfilePolicy("Contractor", login_flow="Terms")),
        login("password", device_known=True),
        ends(Outcome.RUN_FLOW, Reason.FLOW_UNFINISHED, expected="Terms", actual="not finished"),
    ),
}


@pytest.mark.parametrize("sentence", FINDINGS)
def test_the_answer_says_who_asks_and_what_was_found(sentence: str) -> None:
    with_policy, facts, expected = FINDINGS[sentence]
    decision = decide(with_policy, facts)
    assert decision.trace[-1].finding == expected
    assert (decision.outcome, decision.reason) == (expected.outcome, expected.reason)
    assert (decision.requirement, decision.methods) == (expected.requirement, expected.methods)
    assert (decision.policy, decision.facts) == (with_policy, facts)


def test_every_reason_that_a_rule_gives_is_in_the_table() -> None:
    given = {finding.reason for _policy, _facts, finding in FINDINGS.values()}
    # The first is no refusal, and the second is said by doors of their own about rights, which are no levels.
    assert set(Reason) - given == {Reason.ALLOWED, Reason.RIGHT_MISSING}


ON_THE_EDGE: dict[str, tuple[Policy, Facts, str]] = {
    "a session may be idle for exactly its time": (
        policy(ProfilePolicy("Idle", idle_timeout=60)),
        browser("password", session_seen=NOW - 60),
        "allowed",
    ),
    "and be exactly as old as it may": (
        policy(ProfilePolicy("Old", absolute_timeout=600)),
        browser("password", session_started=NOW - 600),
        "allowed",
    ),
    "a proof may be exactly as old as asked": (
        policy(),
        browser(proof("password", ago=60), asked_max_age=60),
        "allowed",
    ),
    "the newest proof counts": (
        policy(),
        browser(proof("password", ago=600), proof(APP, ago=5), asked_max_age=60),
        "allowed",
    ),
    "the second of two ages is looked at, too": (
        policy(resources=resource("raise", max_age=600)),
        browser(proof("password", ago=300), proof(APP, ago=300), asked_max_age=60),
        "freshness.asked",
    ),
    "a session of no known address is not held to one": (
        policy(lock_session_to_ip=True),
        browser("password", session_ip="", ip="192.0.2.2"),
        "allowed",
    ),
    "nor is one held where sessions are not locked": (
        policy(),
        browser("password", session_ip="192.0.2.1", ip="192.0.2.2"),
        "allowed",
    ),
    "a lock does not end what was opened before": (policy(), browser("password", person=sara(locked=True)), "allowed"),
    "an asked level of Standard is no obstacle for a grant without approval": (
        policy(),
        grant(Grant.PASSWORD, "password", asked_level=STANDARD),
        "allowed",
    ),
    "a resource of an allowed level does not hide the next one": (
        policy(resources=(*resource("allow"), *resource("raise"))),
        browser("password"),
        "level.resource",
    ),
    "a profile in grace does not hide a resource": (
        policy(replace(HIGH_PROFILE, grace_until=date(2026, 12, 1)), resources=resource("raise")),
        browser("password", person=BARE),
        "level.resource",
    ),
    "an organisation's demand asks without any permission": (
        policy(two_factor=TwoFactorDemand(organisation=True)),
        login("password"),
        "two_factor.ui",
    ),
    "and at the bridge": (
        policy(two_factor=TwoFactorDemand(organisation=True)),
        grant(Grant.PASSWORD, "token_bridge", channel=Channel.BRIDGE),
        "grant.no_approval_step.two_factor",
    ),
    "a waiver holds at the bridge, too": (
        policy(two_factor=replace(UI_PERMISSION, waived_by=("Robots",))),
        grant(Grant.PASSWORD, "token_bridge", channel=Channel.BRIDGE),
        "allowed",
    ),
    "a second factor opens the bridge": (
        policy(two_factor=UI_PERMISSION),
        grant(Grant.PASSWORD, "token_bridge", APP, channel=Channel.BRIDGE),
        "allowed",
    ),
    "the API permission alone asks nothing": (
        policy(two_factor=TwoFactorDemand(api=("Strict",))),
        login("password", channel=Channel.API_LOGIN, device_known=True),
        "allowed",
    ),
    "the UI permission alone asks nothing of an API login": (
        policy(two_factor=UI_PERMISSION),
        login("password", channel=Channel.API_LOGIN, device_known=True),
        "allowed",
    ),
    "a recovery code is no authenticator code": (
        policy(two_factor=API_PERMISSION),
        login("password", "recovery_code", channel=Channel.API_LOGIN, device_known=True),
        "two_factor.api",
    ),
    "a login flow is for browsers": (
        policy(ProfilePolicy("Contractor", login_flow="Terms")),
        login("password", channel=Channel.API_LOGIN, device_known=True),
        "allowed",
    ),
    "hours ask nothing of whom nobody knows yet": (
        policy(MORNINGS),
        replace(login("password"), person=None),
        "login.no_first_factor",
    ),
    "a proof that counts for nothing is no first factor": (
        policy(),
        browser("password", channel=Channel.TOKEN, level_cap=NONE),
        "login.no_first_factor",
    ),
    "an unknown browser with a running session goes on": (
        policy(activation=True),
        browser("password", ip="198.51.100.1"),
        "allowed",
    ),
    "a method of no column reaches nothing": (
        policy(resources=resource("raise"), enrolable=frozenset()),
        browser("password", person=sara("password", "carrier_pigeon")),
        "level.unreachable",
    ),
    "nor is one set up": (
        policy(resources=resource("raise"), enrolable=frozenset({"carrier_pigeon"})),
        browser("password", person=BARE),
        "level.unreachable",
    ),
    "and for logins": (policy(ProfilePolicy("Contractor", login_flow="Terms")), browser("password"), "allowed"),
}


@pytest.mark.parametrize("sentence", ON_THE_EDGE)
def test_on_the_edge(sentence: str) -> None:
    with_policy, facts, reason = ON_THE_EDGE[sentence]
    assert decide(with_policy, facts).reason == reason


def test_an_allowed_decision_keeps_what_every_rule_said() -> None:
    with_policy, facts = policy(), browser("password")
    decision = decide(with_policy, facts)
    assert [(step.rule, step.sentence) for step in decision.trace] == [(rule.__name__, rule.__doc__) for rule in RULES]
    assert [step.finding.verdict for step in decision.trace] == [
        "passes",
        "does_not_apply",
        "does_not_apply",
        "passes",
        *["does_not_apply"] * 9,
    ]
    assert (decision.policy, decision.facts) == (with_policy, facts)


def test_what_everything_asks_of_a_login_passes() -> None:
    profile = ProfilePolicy("All", HIGH, MORNINGS.login_hours, OFFICE, login_flow="Terms")
    rules = policy(profile, two_factor=UI_PERMISSION, app=app("raise"), resources=resource("raise", max_age=60))
    facts = login("password", APP, ip="192.0.2.9", flow_finished=True)
    morning = replace(facts, now=datetime(2026, 11, 24, 11, 59, tzinfo=UTC))
    verdicts = [step.finding.verdict for step in decide(rules, morning).trace]
    assert verdicts == ["passes"] * 4 + ["does_not_apply"] + ["passes"] + ["does_not_apply"] * 2 + ["passes"] * 5
    assert required_level(rules, facts) is HIGH
    assert required_level(policy(), facts) is NONE


def test_grace_ends_on_its_day_and_is_for_people_without_a_method() -> None:
    def graced(day: date, **changes: Any) -> bool:
        return in_grace(policy(replace(HIGH_PROFILE, grace_until=day)), browser("password", **changes))

    assert graced(date(2026, 11, 25), person=BARE)
    assert not graced(date(2026, 11, 24), person=BARE)
    assert not graced(date(2026, 11, 25))
    assert not graced(date(2026, 11, 25), person=replace(BARE, methods=None))
    assert not graced(date(2026, 11, 25), person=BARE, at_login=True)
    assert graced(date(2026, 11, 25), person=BARE, at_login=True, enrolment_postponed=True)


@pytest.mark.parametrize(
    ("relaxation", "channel", "grant_type", "given", "relaxed"),
    [
        ("RELAX", Channel.TOKEN, Grant.PASSWORD, (), True),
        ("RELAX", Channel.API_LOGIN, "", (), True),
        ("RELAX", Channel.BROWSER, "", (), False),
        ("ENFORCE", Channel.TOKEN, Grant.PASSWORD, (APP,), False),
        ("RELAX_REFRESH", Channel.GRANT, Grant.REFRESH_TOKEN, (), True),
        ("RELAX_REFRESH", Channel.TOKEN, Grant.REFRESH_TOKEN, (), False),
        ("RELAX_ACTIVATED", Channel.GRANT, Grant.PASSWORD, ("password",), False),
        ("RELAX_ACTIVATED", Channel.GRANT, Grant.PASSWORD, ("password", "activation"), True),
        ("RELAX_ACTIVATED", Channel.GRANT, Grant.PASSWORD, ("password", APP), True),
    ],
)
def test_which_tokens_may_come_from_elsewhere(
    relaxation: str, channel: Channel, grant_type: str, given: tuple[str, ...], relaxed: bool
) -> None:
    rules = policy(app=app("allow", ip_relaxation=IpRelaxation[relaxation]))
    assert is_relaxed(rules, grant(grant_type, *given, channel=channel)) is relaxed
    assert not is_relaxed(policy(), grant(grant_type, *given, channel=channel))


def test_a_token_is_asked_for_its_resource_only() -> None:
    rules = policy(HIGH_PROFILE, app=app("raise"), resources=resource("raise", max_age=60))
    token = browser("token", channel=Channel.TOKEN, asked_max_age=30)
    asked = Requirement("request", "", STANDARD, 30)
    assert requirements_of(rules, token) == [replace(REPORTS, max_age=60), asked]
    assert [each.source for each in requirements_of(rules, token, every_source=True)] == [
        "profile",
        "app",
        "resource",
        "request",
    ]
    assert requirements_of(rules, replace(token, channel=Channel.GRANT)) == []


def test_a_refused_decision_keeps_the_level() -> None:
    assert decide(policy(HIGH_PROFILE), browser("password")).level is STANDARD
    assert decide(policy(HIGH_PROFILE), browser()).level is NONE


def test_a_rule_by_itself_knows_what_was_never_proven() -> None:
    found = proof_is_fresh(policy(resources=resource("raise", max_age=600)), browser("password"))
    assert found == ends(
        Outcome.VERIFY,
        Reason.PROOF_OLD_RESOURCE,
        replace(REPORTS, max_age=600),
        [APP],
        expected="600 s",
        actual="never",
    )


def test_a_rule_by_itself_asks_nobody_for_a_method() -> None:
    found = level_is_enough(policy(HIGH_PROFILE), replace(browser(), person=None))
    assert (found.outcome, found.methods, found.actual) == (Outcome.ENROL, (APP,), "none")
