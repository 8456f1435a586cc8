"""The policy as a table of sentences: who, having proven what, under which policy, gets which answer."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from sessions_policy.facts import Facts, LoginHours, Policy, ProfilePolicy, TwoFactorDemand
from sessions_policy.levels import Channel, Grant, IpRelaxation
from tests.sessions_policy.world import (
    API_PERMISSION,
    APP,
    HIGH,
    HIGH_PROFILE,
    NO_PROFILE_POLICY,
    STANDARD,
    UI_PERMISSION,
    answer,
    app,
    browser,
    login,
    policy,
    proof,
    resource,
    sara,
)

LOGIN: dict[str, tuple[Policy, Facts, str]] = {
    "L1 a password is enough where nothing is asked": (policy(), login("password"), "allow standard"),
    "L2 the UI permission asks for a second factor": (
        policy(two_factor=UI_PERMISSION),
        login("password"),
        "verify two_factor.ui",
    ),
    "L2 with the second factor the session is High Assurance": (
        policy(two_factor=UI_PERMISSION),
        login("password", APP),
        "allow high_assurance",
    ),
    "L3 the UI permission asks even when two-factor gives Standard": (
        policy(two_factor=UI_PERMISSION, columns={APP: STANDARD}),
        login("password"),
        "verify two_factor.ui",
    ),
    "L3 and then the session is Standard": (
        policy(two_factor=UI_PERMISSION, columns={APP: STANDARD}),
        login("password", APP),
        "allow standard",
    ),
    "L4 a High Assurance profile asks after a password": (
        policy(HIGH_PROFILE),
        login("password"),
        "verify level.profile",
    ),
    "L4 and lets in with the second factor": (policy(HIGH_PROFILE), login("password", APP), "allow high_assurance"),
    "L5 permission and profile together ask once": (
        policy(HIGH_PROFILE, two_factor=UI_PERMISSION),
        login("password", APP),
        "allow high_assurance",
    ),
    "L6 activation in the Standard column does not satisfy the profile": (
        policy(HIGH_PROFILE, activation=True),
        login("password", "activation"),
        "verify level.profile",
    ),
    "L7 activation in the High Assurance column does": (
        policy(HIGH_PROFILE, activation=True, columns={"activation": HIGH}),
        login("password", "activation"),
        "allow high_assurance",
    ),
    "L8 a High Assurance profile that nothing can satisfy is an error": (
        policy(HIGH_PROFILE, columns={APP: STANDARD}),
        login("password"),
        "deny level.unreachable",
    ),
    "L9 a password in the High Assurance column satisfies the profile": (
        policy(HIGH_PROFILE, columns={"password": HIGH}),
        login("password"),
        "allow high_assurance",
    ),
    "L10 SSO in the High Assurance column satisfies the profile": (
        policy(HIGH_PROFILE, columns={"sso:corp": HIGH}),
        login("sso:corp"),
        "allow high_assurance",
    ),
    "L11 SSO in the Standard column is challenged": (
        policy(HIGH_PROFILE, columns={"sso:corp": STANDARD}),
        login("sso:corp"),
        "verify level.profile",
    ),
    "L12 a level that the assertion carries counts in place of the column": (
        policy(HIGH_PROFILE, columns={"sso:corp": STANDARD}),
        login(proof("sso:corp", level=HIGH)),
        "allow high_assurance",
    ),
    "L13 social A in the Standard column is challenged": (
        policy(HIGH_PROFILE, columns={"sso:a": STANDARD, "sso:b": HIGH}),
        login("sso:a"),
        "verify level.profile",
    ),
    "L13 social B in the High Assurance column is not": (
        policy(HIGH_PROFILE, columns={"sso:a": STANDARD, "sso:b": HIGH}),
        login("sso:b"),
        "allow high_assurance",
    ),
    "L14 the UI permission is about passwords, not about SSO": (
        policy(two_factor=UI_PERMISSION, columns={"sso:corp": STANDARD}),
        login("sso:corp"),
        "allow standard",
    ),
    "the organisation's switch asks like the permission": (
        policy(two_factor=TwoFactorDemand(organisation=True)),
        login("password"),
        "verify two_factor.ui",
    ),
    "a waiver lifts the permission": (
        policy(two_factor=TwoFactorDemand(ui=("Strict",), waived_by=("Robots",))),
        login("password"),
        "allow standard",
    ),
    "a waiver lifts the organisation's switch": (
        policy(two_factor=TwoFactorDemand(organisation=True, waived_by=("Robots",))),
        login("password"),
        "allow standard",
    ),
    "a waiver never lifts the profile's level": (
        policy(HIGH_PROFILE, two_factor=TwoFactorDemand(ui=("Strict",), waived_by=("Robots",))),
        login("password"),
        "verify level.profile",
    ),
    "whoever has no method sets one up, for the permission": (
        policy(two_factor=UI_PERMISSION),
        login("password", person=sara("password")),
        "enrol two_factor.ui",
    ),
    "whoever has no method sets one up, for the profile": (
        policy(HIGH_PROFILE),
        login("password", person=sara("password")),
        "enrol level.profile",
    ),
    "an e-mailed code does not satisfy the permission": (
        policy(two_factor=UI_PERMISSION),
        login("password", "email_code"),
        "verify two_factor.ui",
    ),
    "a user-verified passkey is two factors": (policy(two_factor=UI_PERMISSION), login("passkey"), "allow high_assurance"),
    "a second factor alone is nobody": (policy(), login(APP), "log_in login.no_first_factor"),
    "another person's password is nobody's": (policy(), login(proof("password", owner="8")), "log_in login.no_first_factor"),
    "another person's second factor does not count": (
        policy(HIGH_PROFILE),
        login("password", proof(APP, owner="8")),
        "verify level.profile",
    ),
    "an unknown browser is activated": (policy(activation=True), login("password"), "verify activation.unknown_device"),
    "a remembered browser is not": (policy(activation=True), login("password", device_known=True), "allow standard"),
    "a second factor makes activation needless": (policy(activation=True), login("password", APP), "allow high_assurance"),
    "an inactive account is refused": (policy(), login("password", person=sara(active=False)), "deny account.inactive"),
    "a frozen account is refused": (policy(), login("password", person=sara(frozen=True)), "deny account.frozen"),
    "a locked account is refused": (policy(), login("password", person=sara(locked=True)), "deny account.locked"),
    "a lock leaves running sessions alone": (policy(), browser("password", person=sara(locked=True)), "allow standard"),
    "outside the login hours nobody comes in": (
        policy(ProfilePolicy("Day", login_hours=LoginHours({1: (0, 12 * 60)}))),
        login("password"),
        "deny hours.outside",
    ),
    "inside them people do": (
        policy(ProfilePolicy("Day", login_hours=LoginHours({1: (12 * 60, 13 * 60)}))),
        login("password"),
        "allow standard",
    ),
    "a login flow runs before the session": (
        policy(ProfilePolicy("Contractor", login_flow="Terms")),
        login("password"),
        "run_flow flow.unfinished",
    ),
    "a finished login flow lets in": (
        policy(ProfilePolicy("Contractor", login_flow="Terms")),
        login("password", flow_finished=True),
        "allow standard",
    ),
    "a login flow runs after the profile's level": (
        policy(ProfilePolicy("Contractor", HIGH, login_flow="Terms")),
        login("password"),
        "verify level.profile",
    ),
}


def api(*given: str, grant: str = "api_login", **changes: object) -> Facts:
    """Return the facts of a program that logs in with what was ``given``."""
    return login(*given, **{"channel": Channel.API_LOGIN, "grant": grant, "ip": "198.51.100.7", **changes})


def _networks(*names: str) -> tuple[object, ...]:
    return tuple(ip_network(name) for name in names)


OFFICE = _networks("192.0.2.0/24", "2001:db8::/32")

API: dict[str, tuple[Policy, Facts, str]] = {
    "from an untrusted network a program shows the security token": (
        policy(),
        api("password"),
        "deny activation.security_token",
    ),
    "with the security token it comes in": (policy(), api("password", device_known=True), "allow standard"),
    "from a trusted network it needs none": (
        policy(trusted_networks=OFFICE),
        api("password", ip="192.0.2.9"),
        "allow standard",
    ),
    "a trusted IPv6 network counts too": (
        policy(trusted_networks=OFFICE),
        api("password", ip="2001:db8::9"),
        "allow standard",
    ),
    "the API permission refuses the security token": (
        policy(two_factor=API_PERMISSION),
        api("password", device_known=True),
        "deny two_factor.api",
    ),
    "the API permission holds in a trusted network as well": (
        policy(two_factor=API_PERMISSION, trusted_networks=OFFICE),
        api("password", ip="192.0.2.9"),
        "deny two_factor.api",
    ),
    "the code stands in for the token": (
        policy(two_factor=API_PERMISSION),
        api("password", APP),
        "allow high_assurance",
    ),
    "the API permission is in force only with an authenticator": (
        policy(two_factor=API_PERMISSION),
        api("password", device_known=True, person=sara("password")),
        "allow standard",
    ),
    "the API permission needs the UI permission": (
        policy(two_factor=TwoFactorDemand(api=("Strict",))),
        api("password", device_known=True),
        "allow standard",
    ),
    "the UI permission alone leaves API logins alone": (
        policy(two_factor=UI_PERMISSION),
        api("password", device_known=True),
        "allow standard",
    ),
    "a code serves where only a token is asked": (policy(), api("password", APP), "allow high_assurance"),
    "a High Assurance profile ends password logins of programs": (
        policy(HIGH_PROFILE),
        api("password", APP),
        "deny grant.no_approval_step.profile",
    ),
}

WITHOUT_APPROVAL = (
    Grant.JWT_BEARER,
    Grant.PASSWORD,
    Grant.CLIENT_CREDENTIALS,
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:device_code",
    "something nobody has heard of",
)
WITH_APPROVAL = (Grant.AUTHORIZATION_CODE, Grant.IMPLICIT, Grant.REFRESH_TOKEN)


def token(grant: str, *, cap: object = STANDARD, **changes: object) -> Facts:
    """Return the facts of an API call with a token that came by ``grant``."""
    return browser("password", APP, channel=Channel.TOKEN, grant=grant, level_cap=cap, **changes)


def bridge(grant: str, *given: str, **changes: object) -> Facts:
    """Return the facts of a browser session that is opened with a token."""
    return browser(*given, channel=Channel.BRIDGE, grant=grant, level_cap=STANDARD, **changes)


BRIDGE: dict[str, tuple[Policy, Facts, str]] = {
    "a token of an approval opens the browser, whatever is demanded at a login": (
        policy(two_factor=UI_PERMISSION),
        bridge(Grant.AUTHORIZATION_CODE, "password"),
        "allow standard",
    ),
    "a token for a password alone is no way around the second factor": (
        policy(two_factor=UI_PERMISSION),
        bridge(Grant.PASSWORD, "password"),
        "deny grant.no_approval_step.two_factor",
    ),
    "nor is one for a signed assertion": (
        policy(two_factor=TwoFactorDemand(organisation=True)),
        bridge(Grant.JWT_BEARER, "client_assertion"),
        "deny grant.no_approval_step.two_factor",
    ),
    "a token for a password and a code opens the browser": (
        policy(two_factor=UI_PERMISSION),
        bridge(Grant.PASSWORD, "password", APP),
        "allow standard",
    ),
    "a waiver lifts that as well": (
        policy(two_factor=TwoFactorDemand(ui=("Strict",), waived_by=("Robots",))),
        bridge(Grant.PASSWORD, "password"),
        "allow standard",
    ),
    "a bridged session adds no first method": (
        policy().for_first_enrolment(),
        browser("token_bridge", person=sara("password")),
        "log_in login.no_first_factor",
    ),
    "a session with a password does": (
        policy(HIGH_PROFILE).for_first_enrolment(),
        browser("token_bridge", "password", person=sara("password")),
        "allow standard",
    ),
}

STEP_UP: dict[str, tuple[Policy, Facts, str]] = {
    "Standard, no policy: shown": (policy(resources=resource("allow")), browser("password"), "allow standard"),
    "Standard, raise: challenged": (policy(resources=resource("raise")), browser("password"), "verify level.resource"),
    "Standard, raise, after the challenge: shown": (
        policy(resources=resource("raise")),
        browser("password", APP),
        "allow high_assurance",
    ),
    "Standard, block: refused": (policy(resources=resource("block")), browser("password"), "deny resource.blocked"),
    "High Assurance, block: shown": (policy(resources=resource("block")), browser("password", APP), "allow high_assurance"),
    "no method, raise: set one up": (
        policy(resources=resource("raise")),
        browser("password", person=sara("password")),
        "enrol level.resource",
    ),
    "raise again after ten minutes: shown at nine": (
        policy(resources=resource("raise", max_age=600)),
        browser("password", proof(APP, ago=540)),
        "allow high_assurance",
    ),
    "raise again after ten minutes: challenged at eleven": (
        policy(resources=resource("raise", max_age=600)),
        browser("password", proof(APP, ago=660)),
        "verify freshness.resource",
    ),
    "a fresh password does not refresh an old second factor": (
        policy(resources=resource("raise", max_age=600)),
        browser(proof("password", ago=1), proof(APP, ago=660)),
        "verify freshness.resource",
    ),
    "a running session below its profile's level is challenged": (
        policy(HIGH_PROFILE),
        browser("password"),
        "verify level.profile",
    ),
    "a session from a token is told why it is asked again": (
        policy(HIGH_PROFILE),
        browser("token_bridge"),
        "verify level.token_bridge",
    ),
    "a session from a token is Standard and enough elsewhere": (policy(), browser("token_bridge"), "allow standard"),
    "the permission does not reach running sessions": (
        policy(two_factor=UI_PERMISSION),
        browser("password"),
        "allow standard",
    ),
    "an app that raises challenges a Standard session": (policy(app=app("raise")), browser("password"), "verify level.app"),
    "an app that blocks is closed to High Assurance too": (
        policy(app=app("block")),
        browser("password", APP),
        "deny app.blocked",
    ),
    "a requested acr challenges": (policy(), browser("password", asked_level=HIGH), "verify level.asked"),
    "a requested age challenges with any method": (
        policy(),
        browser(proof("password", ago=100), asked_max_age=60),
        "verify freshness.asked",
    ),
    "a session locked to its address moves: refused": (
        policy(lock_session_to_ip=True),
        browser("password", session_ip="192.0.2.1", ip="192.0.2.2"),
        "deny network.session_address_changed",
    ),
    "ranges hold at login only": (
        policy(ProfilePolicy("Office", ip_ranges=OFFICE)),  # type: ignore[arg-type]
        browser("password", ip="198.51.100.7"),
        "allow standard",
    ),
    "ranges hold at every request where the profile says so": (
        policy(ProfilePolicy("Office", ip_ranges=OFFICE, enforce_every_request=True)),  # type: ignore[arg-type]
        browser("password", ip="198.51.100.7"),
        "deny network.outside_ranges",
    ),
    "an unreadable address lies in no range": (
        policy(ProfilePolicy("Office", ip_ranges=OFFICE)),  # type: ignore[arg-type]
        login("password", ip=""),
        "deny network.outside_ranges",
    ),
}

FENCED = ProfilePolicy("Office", ip_ranges=OFFICE)  # type: ignore[arg-type]
ALWAYS_FENCED = ProfilePolicy("Office", ip_ranges=OFFICE, enforce_every_request=True)  # type: ignore[arg-type]
OUTSIDE = "198.51.100.7"


def at_token_endpoint(grant: str, *given: str) -> Facts:
    """Return the facts of a token request from outside the office."""
    return browser(*(given or ("password",)), channel=Channel.GRANT, grant=grant, level_cap=STANDARD, ip=OUTSIDE)


APPS: dict[str, tuple[Policy, Facts, str]] = {
    "an app for approved people refuses everybody else in the browser": (
        policy(app=app("allow", admits=False)),
        browser("password", APP),
        "deny app.not_approved",
    ),
    "nobody is told who is approved before they sign in": (
        policy(app=app("allow", admits=False)),
        browser(),
        "log_in login.no_first_factor",
    ),
    "at the token endpoint as well": (
        policy(app=app("allow", admits=False)),
        at_token_endpoint(Grant.REFRESH_TOKEN),
        "deny app.not_approved",
    ),
    "and at the API, with an older token": (
        policy(app=app("allow", admits=False)),
        token(Grant.AUTHORIZATION_CODE),
        "deny app.not_approved",
    ),
    "and at the bridge": (
        policy(app=app("allow", admits=False)),
        bridge(Grant.AUTHORIZATION_CODE, "password"),
        "deny app.not_approved",
    ),
    "an app that is closed says so to people who are not approved either": (
        policy(app=app("block", admits=False)),
        browser("password"),
        "deny app.blocked",
    ),
    "a grant that was switched off ends its older tokens": (
        policy(app=app("allow", grants=frozenset({"authorization_code"}))),
        token(Grant.PASSWORD),
        "deny app.grant_switched_off",
    ),
    "and leaves those of the other grants alone": (
        policy(app=app("allow", grants=frozenset({"authorization_code"}))),
        token(Grant.AUTHORIZATION_CODE),
        "allow standard",
    ),
    "a profile's ranges hold at the token endpoint": (
        policy(FENCED, app=app("allow")),
        at_token_endpoint(Grant.AUTHORIZATION_CODE),
        "deny network.outside_ranges",
    ),
    "unless the app relaxes them": (
        policy(FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX)),
        at_token_endpoint(Grant.AUTHORIZATION_CODE),
        "allow standard",
    ),
    "relaxing holds at the API of a profile that is fenced at every request": (
        policy(ALWAYS_FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX)),
        token(Grant.AUTHORIZATION_CODE, ip=OUTSIDE),
        "allow standard",
    ),
    "relaxing never opens the browser from outside": (
        policy(ALWAYS_FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX)),
        browser("password", ip=OUTSIDE),
        "deny network.outside_ranges",
    ),
    "nor by the bridge": (
        policy(FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX)),
        bridge(Grant.AUTHORIZATION_CODE, "password", ip=OUTSIDE),
        "deny network.outside_ranges",
    ),
    "relaxed for activated devices: a password alone stays inside": (
        policy(FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX_ACTIVATED)),
        at_token_endpoint(Grant.AUTHORIZATION_CODE, "password"),
        "deny network.outside_ranges",
    ),
    "relaxed for activated devices: with the activation of the device it does not": (
        policy(FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX_ACTIVATED)),
        at_token_endpoint(Grant.AUTHORIZATION_CODE, "password", "activation"),
        "allow standard",
    ),
    "relaxed for refreshing: the refresh comes from anywhere": (
        policy(FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX_REFRESH)),
        at_token_endpoint(Grant.REFRESH_TOKEN),
        "allow standard",
    ),
    "relaxed for refreshing: the first token does not": (
        policy(FENCED, app=app("allow", ip_relaxation=IpRelaxation.RELAX_REFRESH)),
        at_token_endpoint(Grant.AUTHORIZATION_CODE),
        "deny network.outside_ranges",
    ),
}

ROBOT = policy(api_only=("Integration",))
API_ONLY: dict[str, tuple[Policy, Facts, str]] = {
    "an API-only user is refused at the login form": (ROBOT, login("password"), "deny login.api_only"),
    "but not before they have proven who they are": (ROBOT, login(), "log_in login.no_first_factor"),
    "a second factor changes nothing": (ROBOT, login("password", APP), "deny login.api_only"),
    "nor does single sign-on": (
        policy(api_only=("Robots",), columns={"sso:corp": HIGH}),
        login("sso:corp"),
        "deny login.api_only",
    ),
    "a browser session of an API-only user that runs is refused": (ROBOT, browser("password", APP), "deny login.api_only"),
    "a token of an API-only user opens no browser": (
        ROBOT,
        bridge(Grant.AUTHORIZATION_CODE, "password"),
        "deny login.api_only",
    ),
    "an API login of an API-only user works": (
        ROBOT,
        login("password", channel=Channel.API_LOGIN, device_known=True, grant=Grant.PASSWORD.value),
        "allow standard",
    ),
    "a token of an API-only user works at the API": (ROBOT, token(Grant.JWT_BEARER), "allow standard"),
    "client credentials run as an API-only user": (
        ROBOT,
        at_token_endpoint(Grant.CLIENT_CREDENTIALS, "client_credentials"),
        "allow standard",
    ),
    "and as nobody else": (
        policy(),
        at_token_endpoint(Grant.CLIENT_CREDENTIALS, "client_credentials"),
        "deny grant.run_as_not_api_only",
    ),
}

SENTENCES = {**LOGIN, **API, **BRIDGE, **STEP_UP, **APPS, **API_ONLY}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_policy(sentence: str) -> None:
    with_policy, facts, expected = SENTENCES[sentence]
    assert answer(with_policy, facts) == expected


@pytest.mark.parametrize("grant", WITHOUT_APPROVAL)
@pytest.mark.parametrize("channel", [Channel.GRANT, Channel.TOKEN])
class TestGrantsWithoutAnApprovalStep:
    def facts(self, grant: str, channel: Channel) -> Facts:
        return browser("client_assertion", channel=channel, grant=grant, level_cap=STANDARD)

    def test_are_refused_by_a_high_assurance_profile(self, grant: str, channel: Channel) -> None:
        assert answer(policy(HIGH_PROFILE), self.facts(grant, channel)) == "deny grant.no_approval_step.profile"

    def test_are_refused_by_a_high_assurance_app(self, grant: str, channel: Channel) -> None:
        assert answer(policy(app=app("raise")), self.facts(grant, channel)) == "deny grant.no_approval_step.app"

    def test_are_refused_by_a_closed_app(self, grant: str, channel: Channel) -> None:
        assert answer(policy(app=app("block")), self.facts(grant, channel)) == "deny app.blocked"

    def test_are_refused_at_a_resource_that_requires_high_assurance(self, grant: str, channel: Channel) -> None:
        answered = answer(policy(resources=resource("raise")), self.facts(grant, channel))
        assert answered == "deny grant.no_approval_step.resource"

    def test_work_where_nothing_requires_high_assurance(self, grant: str, channel: Channel) -> None:
        runs_as = ("Integration",) if grant == Grant.CLIENT_CREDENTIALS else ()
        assert answer(policy(api_only=runs_as), self.facts(grant, channel)) == "allow standard"


@pytest.mark.parametrize("grant", WITH_APPROVAL)
class TestGrantsWithAnApprovalStep:
    def test_give_tokens_under_a_high_assurance_profile(self, grant: str) -> None:
        facts = browser("password", channel=Channel.GRANT, grant=grant)
        assert answer(policy(HIGH_PROFILE), facts) == "allow standard"

    def test_keep_working_at_the_api_under_a_high_assurance_profile(self, grant: str) -> None:
        assert answer(policy(HIGH_PROFILE), token(grant)) == "allow standard"

    def test_keep_working_at_the_api_of_an_app_that_raises(self, grant: str) -> None:
        assert answer(policy(app=app("raise")), token(grant)) == "allow standard"

    def test_do_not_carry_the_level_of_the_session(self, grant: str) -> None:
        assert answer(policy(resources=resource("raise")), token(grant)) == "verify level.resource"

    def test_carry_the_level_that_the_client_asked_for(self, grant: str) -> None:
        assert answer(policy(resources=resource("raise")), token(grant, cap=HIGH)) == "allow high_assurance"

    def test_carry_no_more_than_was_proven(self, grant: str) -> None:
        facts = browser("password", channel=Channel.TOKEN, grant=grant, level_cap=HIGH)
        assert answer(policy(resources=resource("raise")), facts) == "verify level.resource"

    def test_end_with_the_app(self, grant: str) -> None:
        assert answer(policy(app=app("block")), token(grant, cap=HIGH)) == "deny app.blocked"

    def test_end_with_the_account(self, grant: str) -> None:
        assert answer(policy(NO_PROFILE_POLICY), token(grant, person=sara(active=False))) == "deny account.inactive"
