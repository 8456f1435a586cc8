"""The one decision. Pure: policies and facts in, an answer with its trace out; no Django, no I/O, no clock.

Every door of the product asks :func:`decide`. Each rule is a small function whose docstring is the sentence that it
enforces; :data:`RULES` is their order (R9.48). A rule passes, does not apply, or is the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .facts import Facts, Policy, Proof, in_networks, level_of, level_of_proof, own_proofs
from .levels import (
    APPROVAL_GRANTS,
    DIRECT_LOGINS,
    ENROLLED_METHODS,
    Channel,
    Grant,
    IpRelaxation,
    Level,
    Method,
    SessionPolicy,
    category_of,
)
from .outcomes import Decision, Finding, Outcome, Reason, Requirement, Step

__all__ = [
    "RULES",
    "Decision",
    "Finding",
    "Outcome",
    "Reason",
    "Requirement",
    "Rule",
    "Step",
    "decide",
    "in_grace",
    "is_fenced",
    "is_relaxed",
    "opens_something",
    "reaches",
    "required_level",
    "requirements_of",
]

Rule = Callable[[Policy, Facts], Finding]

PASSES = Finding("passes")
DOES_NOT_APPLY = Finding("does_not_apply")


def account_is_usable(policy: Policy, facts: Facts) -> Finding:
    """The account is active, not frozen and not locked out."""
    if facts.person is None:
        return DOES_NOT_APPLY
    if not facts.person.active:
        return _answer(Outcome.DENY, Reason.ACCOUNT_INACTIVE, expected="active", actual="inactive")
    if facts.person.frozen:
        return _answer(Outcome.DENY, Reason.ACCOUNT_FROZEN, expected="not frozen", actual="frozen")
    # A lock keeps guesses out; what was proven before it goes on.
    if facts.person.locked and opens_something(facts):
        return _answer(Outcome.DENY, Reason.ACCOUNT_LOCKED, expected="not locked", actual="locked")
    return PASSES


def within_login_hours(policy: Policy, facts: Facts) -> Finding:
    """People of the profile sign in within its login hours."""
    hours = policy.profile.login_hours
    if hours is None or facts.person is None or not is_fenced(policy, facts):
        return DOES_NOT_APPLY
    if hours.open_at(facts.now):
        return PASSES
    requirement, moment = Requirement("profile", policy.profile.name, Level.NONE), f"{facts.now:%A %H:%M}"
    return _answer(Outcome.DENY, Reason.HOURS_OUTSIDE, requirement, expected="within login hours", actual=moment)


def from_an_allowed_network(policy: Policy, facts: Facts) -> Finding:
    """The address lies in the profile's IP ranges, and a locked session stays at its address."""
    if facts.person is None:
        return DOES_NOT_APPLY
    if policy.lock_session_to_ip and facts.session_ip and facts.session_ip != facts.ip:
        return _answer(Outcome.DENY, Reason.NETWORK_CHANGED, expected=facts.session_ip, actual=facts.ip)
    if not policy.profile.ip_ranges or not is_fenced(policy, facts) or is_relaxed(policy, facts):
        return DOES_NOT_APPLY
    if in_networks(facts.ip, policy.profile.ip_ranges):
        return PASSES
    expected = ", ".join(map(str, policy.profile.ip_ranges))
    requirement = Requirement("profile", policy.profile.name, Level.NONE)
    return _answer(Outcome.DENY, Reason.NETWORK_OUTSIDE, requirement, expected=expected, actual=facts.ip)


def first_factor_was_proven(policy: Policy, facts: Facts) -> Finding:
    """Somebody has proven who they are, in a session that lasts; a second factor alone or another's proof proves nothing."""
    ended = _timed_out(policy, facts)
    if ended is not None:
        return ended
    if level_of(policy.columns, own_proofs(facts.person, facts.proofs), facts.level_cap) > Level.NONE:
        return PASSES
    return _answer(Outcome.LOG_IN, Reason.NOT_SIGNED_IN, expected="a first factor", actual="none")


def api_only_users_use_no_browser(policy: Policy, facts: Facts) -> Finding:
    """An API-only user has no browser session: none by a login, none from a token, and a running one ends."""
    if not policy.api_only or facts.channel not in (Channel.BROWSER, Channel.BRIDGE):
        return DOES_NOT_APPLY
    requirement = Requirement("permission", ", ".join(policy.api_only), Level.NONE)
    return _answer(Outcome.DENY, Reason.LOGIN_API_ONLY, requirement, expected="a program", actual=facts.channel.value)


def app_is_open_to_this_use(policy: Policy, facts: Facts) -> Finding:
    """The app is not blocked, an administrator approved the person where the app asks for that, and it may use the grant."""
    app, grant = policy.app, facts.grant
    if app is None:
        return DOES_NOT_APPLY
    if app.action is SessionPolicy.BLOCK:
        requirement = Requirement("app", app.name, Level.HIGH_ASSURANCE, block=True)
        return _answer(Outcome.DENY, Reason.APP_BLOCKED, requirement, expected="an open app", actual="blocked")
    if not app.admits:
        requirement = Requirement("permitted_users", app.name, Level.NONE)
        return _answer(
            Outcome.DENY, Reason.APP_NOT_APPROVED, requirement, expected="an approved person", actual="not approved"
        )
    if grant and app.grants is not None and grant not in app.grants:
        requirement, expected = Requirement("app", app.name, Level.NONE), ", ".join(sorted(app.grants))
        return _answer(Outcome.DENY, Reason.APP_GRANT, requirement, expected=expected, actual=grant)
    return PASSES


def grant_has_an_approval_step(policy: Policy, facts: Facts) -> Finding:
    """Without a user approval step nothing that requires High Assurance is given."""
    grant = facts.grant
    if not grant:
        return DOES_NOT_APPLY
    if grant in APPROVAL_GRANTS:
        return PASSES
    for requirement in requirements_of(policy, facts, every_source=True):
        if requirement.level > Level.STANDARD:
            reason = _GRANT_REASONS.get(requirement.source, Reason.GRANT_RESOURCE)
            return _answer(Outcome.DENY, reason, requirement, expected="an approval step", actual=grant)
    return PASSES


def apps_run_as_api_only_users(policy: Policy, facts: Facts) -> Finding:
    """An app with client credentials runs as an API-only user: no person's account is lent to a program."""
    if facts.channel is not Channel.GRANT or facts.grant != Grant.CLIENT_CREDENTIALS:
        return DOES_NOT_APPLY
    if policy.api_only:
        return PASSES
    requirement = Requirement("app", policy.app.name if policy.app is not None else "", Level.NONE)
    return _answer(Outcome.DENY, Reason.GRANT_RUN_AS, requirement, expected="an API-only user", actual="another user")


def two_factors_at_login(policy: Policy, facts: Facts) -> Finding:
    """Two factors are given at every login for which a permission or the organisation demands them, unless waived."""
    if facts.channel is Channel.BRIDGE:
        return _two_factors_at_the_bridge(policy, facts)
    if not facts.at_login or facts.person is None:
        return DOES_NOT_APPLY
    if facts.channel is Channel.BROWSER:
        return _two_factors_for_ui(policy, facts)
    if facts.channel is Channel.API_LOGIN:
        return _two_factors_for_api(policy, facts)
    return DOES_NOT_APPLY


def device_is_known(policy: Policy, facts: Facts) -> Finding:
    """A login without a second factor comes from a trusted network or a known device; a program shows a security token."""
    if not facts.at_login or facts.person is None:
        return DOES_NOT_APPLY
    proofs = own_proofs(facts.person, facts.proofs)
    if facts.device_known or any(p.category.is_second or p.method == Method.ACTIVATION for p in proofs):
        return PASSES
    if in_networks(facts.ip, policy.trusted_networks):
        return PASSES
    if facts.channel is Channel.API_LOGIN:
        return _answer(Outcome.DENY, Reason.SECURITY_TOKEN, expected="a security token or a trusted network", actual=facts.ip)
    if facts.channel is Channel.BROWSER and policy.activation:
        return _answer(
            Outcome.VERIFY,
            Reason.DEVICE_UNKNOWN,
            methods=(Method.ACTIVATION.value,),
            expected="a known browser or a trusted network",
            actual=facts.ip,
        )
    return DOES_NOT_APPLY


def level_is_enough(policy: Policy, facts: Facts) -> Finding:
    """The session's level is enough for the profile, the connected app, the resource and the request."""
    level = level_of(policy.columns, own_proofs(facts.person, facts.proofs), facts.level_cap)
    asked = requirements_of(policy, facts)
    if not asked:
        return DOES_NOT_APPLY
    for requirement in asked:
        if level < requirement.level:
            if requirement.source == "profile" and in_grace(policy, facts):
                continue
            if requirement.block:
                return _answer(
                    Outcome.DENY,
                    Reason.RESOURCE_BLOCKED,
                    requirement,
                    expected=requirement.level.slug,
                    actual=level.slug,
                )
            return _challenge(policy, facts, _level_reason(facts, requirement), requirement, actual=level.slug)
    return PASSES


def proof_is_fresh(policy: Policy, facts: Facts) -> Finding:
    """The proof is fresh enough wherever a maximum age is set."""
    aged = [requirement for requirement in requirements_of(policy, facts) if requirement.max_age is not None]
    if not aged:
        return DOES_NOT_APPLY
    proofs = own_proofs(facts.person, facts.proofs)
    for requirement in aged:
        newest = max((p.at for p in proofs if reaches(policy, p, requirement.level)), default=None)
        age = None if newest is None else facts.now.timestamp() - newest
        if requirement.max_age is None or (age is not None and age <= requirement.max_age):
            continue
        reason = Reason.PROOF_OLD_ASKED if requirement.source == "request" else Reason.PROOF_OLD_RESOURCE
        actual = "never" if age is None else f"{age:.0f} s"
        return _challenge(policy, facts, reason, requirement, actual=actual, expected=f"{requirement.max_age:.0f} s")
    return PASSES


def login_flow_is_finished(policy: Policy, facts: Facts) -> Finding:
    """The profile's login flow has finished before a browser login becomes a session."""
    if not policy.profile.login_flow or not facts.at_login or facts.channel is not Channel.BROWSER:
        return DOES_NOT_APPLY
    if facts.flow_finished:
        return PASSES
    return _answer(Outcome.RUN_FLOW, Reason.FLOW_UNFINISHED, expected=policy.profile.login_flow, actual="not finished")


RULES: tuple[Rule, ...] = (
    account_is_usable,
    within_login_hours,
    from_an_allowed_network,
    first_factor_was_proven,
    api_only_users_use_no_browser,
    app_is_open_to_this_use,
    grant_has_an_approval_step,
    apps_run_as_api_only_users,
    two_factors_at_login,
    device_is_known,
    level_is_enough,
    proof_is_fresh,
    login_flow_is_finished,
)


def decide(policy: Policy, facts: Facts) -> Decision:
    """Run :data:`RULES` in order, stop at the first answer, and keep what every rule said as the trace.

    Promises: depends on its arguments only; an unknown value is the lowest level; no answer means allow.
    """
    level = level_of(policy.columns, own_proofs(facts.person, facts.proofs), facts.level_cap)
    trace: list[Step] = []
    for rule in RULES:
        finding = rule(policy, facts)
        trace.append(Step(rule.__name__, rule.__doc__ or "", finding))
        if finding.outcome is not None and finding.reason is not None:
            asked, methods = finding.requirement, finding.methods
            return Decision(finding.outcome, finding.reason, level, asked, methods, tuple(trace), policy, facts)
    return Decision(Outcome.ALLOW, Reason.ALLOWED, level, trace=tuple(trace), policy=policy, facts=facts)


def required_level(policy: Policy, facts: Facts) -> Level:
    """Return the highest level that anything asks of ``facts`` (for people to look at; the answer is :func:`decide`)."""
    return max((r.level for r in requirements_of(policy, facts)), default=Level.NONE)


_GRANT_REASONS = {"profile": Reason.GRANT_PROFILE, "app": Reason.GRANT_APP}
_LEVEL_REASONS = {
    "profile": Reason.LEVEL_PROFILE,
    "app": Reason.LEVEL_APP,
    "resource": Reason.LEVEL_RESOURCE,
    "request": Reason.LEVEL_ASKED,
}


def _answer(
    outcome: Outcome,
    reason: Reason,
    requirement: Requirement | None = None,
    methods: Iterable[str] = (),
    *,
    expected: str = "",
    actual: str = "",
) -> Finding:
    return Finding("answers", outcome, reason, requirement, tuple(sorted(methods)), expected, actual)


def _timed_out(policy: Policy, facts: Facts) -> Finding | None:
    """R9.39, NIST SP 800-63B 2.2.3: a session ends without activity, and at its longest age."""
    now, profile = facts.now.timestamp(), policy.profile
    for since, limit, reason in (
        (facts.session_seen, profile.idle_timeout, Reason.SESSION_IDLE),
        (facts.session_started, profile.absolute_timeout, Reason.SESSION_OLD),
    ):
        if since is not None and limit is not None and now - since > limit:
            return _answer(Outcome.LOG_IN, reason, expected=f"at most {limit} s", actual=f"{now - since:.0f} s")
    return None


def opens_something(facts: Facts) -> bool:
    """Whether a session or a token would come of this attempt, rather than one be used."""
    return facts.at_login or facts.channel in (Channel.API_LOGIN, Channel.GRANT, Channel.BRIDGE)


def is_fenced(policy: Policy, facts: Facts) -> bool:
    """R9.48 to R9.50: hours and ranges hold where something is opened, and at every request if the profile says so."""
    return policy.profile.enforce_every_request or opens_something(facts)


def is_relaxed(policy: Policy, facts: Facts) -> bool:
    """R6.35: whether the app's tokens may come from outside the ranges. Browser sessions never may."""
    if policy.app is None or facts.channel not in (Channel.API_LOGIN, Channel.GRANT, Channel.TOKEN):
        return False
    relaxation = policy.app.ip_relaxation
    if relaxation is IpRelaxation.RELAX_ACTIVATED:
        return any(p.category.is_second or p.method == Method.ACTIVATION for p in own_proofs(facts.person, facts.proofs))
    if relaxation is IpRelaxation.RELAX_REFRESH:
        return facts.channel is Channel.GRANT and facts.grant == Grant.REFRESH_TOKEN
    return relaxation is IpRelaxation.RELAX


def requirements_of(policy: Policy, facts: Facts, *, every_source: bool = False) -> list[Requirement]:
    """Return what asks for a level here, profile first.

    The profile's and the app's requirement of a token were met by the approval that made it (R5.10), and the bridge opens
    a Standard session that is challenged at its first request (R7.7); ``every_source`` looks at all of them regardless.
    """
    found: list[Requirement] = []
    browser = facts.channel is Channel.BROWSER
    if not (every_source or browser or facts.channel is Channel.TOKEN):
        return found
    if browser or every_source:
        if policy.profile.required_level > Level.NONE:
            found.append(Requirement("profile", policy.profile.name, policy.profile.required_level))
        if policy.app is not None and policy.app.action is not SessionPolicy.ALLOW:
            found.append(Requirement("app", policy.app.name, Level.HIGH_ASSURANCE))
    for rule in policy.resources:
        if rule.action is not SessionPolicy.ALLOW:
            block = rule.action is SessionPolicy.BLOCK
            found.append(Requirement("resource", rule.label, rule.level, rule.max_age, block))
    if facts.asked_level > Level.NONE or facts.asked_max_age is not None:
        asked = max(facts.asked_level, Level.STANDARD)
        found.append(Requirement("request", "", asked, facts.asked_max_age))
    return found


def _two_factors_for_ui(policy: Policy, facts: Facts) -> Finding:
    demand, proofs = policy.two_factor, own_proofs(facts.person, facts.proofs)
    if not (demand.ui or demand.organisation) or not any(p.method in DIRECT_LOGINS for p in proofs):
        return DOES_NOT_APPLY
    if demand.waived_by:
        return DOES_NOT_APPLY
    if any(p.category.is_second for p in proofs) or in_grace(policy, facts):
        return PASSES
    requirement = Requirement("permission", ", ".join(demand.ui), Level.STANDARD)
    offered = [m for m in _methods(facts) if category_of(m).is_second]
    if offered:
        return _answer(Outcome.VERIFY, Reason.TWO_FACTOR_UI, requirement, offered, expected="two factors", actual="one")
    outcome, reason = Outcome.ENROL, Reason.TWO_FACTOR_UI
    if not policy.enrolable:
        outcome, reason = Outcome.DENY, Reason.LEVEL_UNREACHABLE
    return _answer(outcome, reason, requirement, policy.enrolable, expected="two factors", actual="no method")


def _two_factors_at_the_bridge(policy: Policy, facts: Facts) -> Finding:
    """A token that nobody approved is no way around the second factor of a login: it opens no browser session then."""
    demand = policy.two_factor
    if facts.grant in APPROVAL_GRANTS or demand.waived_by or not (demand.ui or demand.organisation):
        return DOES_NOT_APPLY
    if any(p.category.is_second for p in own_proofs(facts.person, facts.proofs)):
        return PASSES
    requirement = Requirement("permission", ", ".join(demand.ui), Level.STANDARD)
    return _answer(Outcome.DENY, Reason.GRANT_TWO_FACTOR, requirement, expected="two factors", actual=facts.grant)


def _two_factors_for_api(policy: Policy, facts: Facts) -> Finding:
    # R2.1: it needs the UI permission; R2.3: it is in force once the person has an authenticator.
    demand = policy.two_factor
    if not (demand.api and demand.ui) or Method.AUTHENTICATOR_APP not in _methods(facts):
        return DOES_NOT_APPLY
    if any(p.method == Method.AUTHENTICATOR_APP for p in own_proofs(facts.person, facts.proofs)):
        return PASSES
    requirement = Requirement("permission", ", ".join(demand.api), Level.STANDARD)
    return _answer(
        Outcome.DENY,
        Reason.TWO_FACTOR_API,
        requirement,
        (Method.AUTHENTICATOR_APP.value,),
        expected="the current authenticator code",
        actual="none",
    )


def _challenge(
    policy: Policy, facts: Facts, reason: Reason, requirement: Requirement, *, actual: str, expected: str = ""
) -> Finding:
    """Ask for a method that reaches the requirement, or for a first enrolment; refuse when neither can be done (L8)."""
    expected = expected or requirement.level.slug
    methods = _methods(facts)
    reaching = [m for m in methods if policy.columns.get(m, Level.NONE) >= requirement.level]
    if reaching:
        return _answer(Outcome.VERIFY, reason, requirement, reaching, expected=expected, actual=actual)
    enrolable = [m for m in policy.enrolable if policy.columns.get(m, Level.NONE) >= requirement.level]
    if enrolable and not methods & ENROLLED_METHODS:
        return _answer(Outcome.ENROL, reason, requirement, enrolable, expected=expected, actual=actual)
    return _answer(Outcome.DENY, Reason.LEVEL_UNREACHABLE, requirement, expected=expected, actual=actual)


def in_grace(policy: Policy, facts: Facts) -> bool:
    """Whether somebody without a method may still go on: put off in a login, and before the date in a running session.

    Only for who is known to have no method: while nobody has looked, the answer is no.
    """
    until, person = policy.profile.grace_until, facts.person
    if until is None or facts.now.date() >= until or person is None or person.methods is None:
        return False
    may = facts.enrolment_postponed or not facts.at_login
    return may and not any(category_of(method).is_second for method in person.methods)


def _level_reason(facts: Facts, requirement: Requirement) -> Reason:
    bridged = any(p.method == Method.TOKEN_BRIDGE for p in own_proofs(facts.person, facts.proofs))
    if bridged and requirement.source == "profile":
        return Reason.LEVEL_BRIDGE
    return _LEVEL_REASONS[requirement.source]


def reaches(policy: Policy, proof: Proof, level: Level) -> bool:
    """Whether one proof gives ``level``."""
    return level_of_proof(policy.columns, proof) >= level


def _methods(facts: Facts) -> frozenset[str]:
    return facts.person.methods or frozenset() if facts.person is not None else frozenset()
