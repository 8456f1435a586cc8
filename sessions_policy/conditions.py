"""Why each rule said what it said: its conditions, all of them, also of rules that did not apply. Pure: no Django, no I/O.

:mod:`sessions_policy.decision` decides, and stops at the first answer; this module only tells. It asks every rule, and names
the conditions behind its verdict: the rule applies where all of its ``applies`` hold, and passes where its ``wants`` do. A
test holds both modules to one another over the whole state space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .decision import RULES, Finding, in_grace, is_fenced, is_relaxed, opens_something, reaches, requirements_of
from .facts import Facts, Policy, in_networks, level_of, own_proofs
from .levels import APPROVAL_GRANTS, DIRECT_LOGINS, Channel, Grant, Level, Method, SessionPolicy

NOT_GIVEN = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a rule looked at. ``name`` is a stable code; ``applies``: it decides whether the rule is asked at all."""

    name: str
    expected: str
    actual: str
    holds: bool
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Explained:
    """What one rule says about the facts, and why. ``reached`` is false behind the rule that was the answer."""

    rule: str
    sentence: str
    finding: Finding
    conditions: tuple[Condition, ...]
    reached: bool = True

    @property
    def verdict(self) -> str:
        """``passes``, ``does_not_apply`` or ``answers``."""
        return self.finding.verdict

    @property
    def failed(self) -> tuple[Condition, ...]:
        """The conditions that do not hold: every reason for which the rule does not apply, or is the answer."""
        return tuple(each for each in self.conditions if not each.holds)


def explain(policy: Policy, facts: Facts) -> tuple[Explained, ...]:
    """Return what every rule says, in their order, also those behind the answer."""
    found, reached = [], True
    for rule in RULES:
        finding = rule(policy, facts)
        conditions = tuple(_CONDITIONS[rule.__name__](policy, facts))
        found.append(Explained(rule.__name__, rule.__doc__ or "", finding, conditions, reached))
        reached = reached and finding.outcome is None
    return tuple(found)


def verdict_of(conditions: Iterable[Condition]) -> str:
    """Return the verdict that ``conditions`` amount to."""
    known = tuple(conditions)
    if not all(each.holds for each in known if each.applies):
        return "does_not_apply"
    return "passes" if all(each.holds for each in known) else "answers"


def _somebody(facts: Facts) -> Condition:
    return Condition("person.known", "somebody", "somebody" if facts.person else "nobody", facts.person is not None)


def _wants(name: str, expected: str, actual: str, holds: bool) -> Condition:  # noqa: FBT001 - the last of four columns
    return Condition(name, expected, actual, holds, applies=False)


def _account(_policy: Policy, facts: Facts) -> list[Condition]:
    person = facts.person
    if person is None:
        return [_somebody(facts)]
    locked, shut = "locked" if person.locked else "not locked", person.locked and opens_something(facts)
    return [
        _somebody(facts),
        _wants("account.active", "active", "active" if person.active else "inactive", person.active),
        _wants("account.frozen", "not frozen", "frozen" if person.frozen else "not frozen", not person.frozen),
        _wants("account.locked", "not locked, where something is opened", locked, not shut),
    ]


def _fenced(policy: Policy, facts: Facts, *, anyhow: bool = False) -> Condition:
    actual = "something is opened" if opens_something(facts) else "a session or a token is used"
    expected = "something is opened, or the profile says every request"
    return Condition("moment.fenced", expected, actual, anyhow or is_fenced(policy, facts))


def _hours(policy: Policy, facts: Facts) -> list[Condition]:
    hours = policy.profile.login_hours
    found = [
        Condition("profile.login_hours", "set", "set" if hours else "not set", hours is not None),
        _somebody(facts),
        _fenced(policy, facts),
    ]
    if hours is not None:
        found.append(_wants("time", "within login hours", f"{facts.now:%A %H:%M}", hours.open_at(facts.now)))
    return found


def _network(policy: Policy, facts: Facts) -> list[Condition]:
    ranges = policy.profile.ip_ranges
    moved = bool(policy.lock_session_to_ip and facts.session_ip and facts.session_ip != facts.ip)
    listed = ", ".join(map(str, ranges))
    relaxed = is_relaxed(policy, facts)
    found = [
        _somebody(facts),
        Condition("profile.ip_ranges", "set", listed or "not set", bool(ranges) or moved),
        _fenced(policy, facts, anyhow=moved),
        Condition("app.ip_relaxation", "ranges hold", "relaxed" if relaxed else "ranges hold", not relaxed or moved),
        _wants("session.address", facts.session_ip or "any", facts.ip, not moved),
    ]
    if ranges and is_fenced(policy, facts) and not relaxed:
        found.append(_wants("network", listed, facts.ip, in_networks(facts.ip, ranges)))
    return found


def _first_factor(policy: Policy, facts: Facts) -> list[Condition]:
    now, profile = facts.now.timestamp(), policy.profile
    found = []
    for name, since, limit in (
        ("session.idle", facts.session_seen, profile.idle_timeout),
        ("session.age", facts.session_started, profile.absolute_timeout),
    ):
        if since is not None and limit is not None:
            found.append(_wants(name, f"at most {limit} s", f"{now - since:.0f} s", now - since <= limit))
    own = own_proofs(facts.person, facts.proofs)
    given = ", ".join(proof.method for proof in own) or "nothing"
    proven = level_of(policy.columns, own, facts.level_cap) > Level.NONE
    return [*found, _wants("proofs.first_factor", "a first factor", given, proven)]


def _app(policy: Policy, facts: Facts) -> list[Condition]:
    app, grant = policy.app, facts.grant
    if app is None:
        return [Condition("app.given", "an app", "none", holds=False)]
    blocked = app.action is SessionPolicy.BLOCK
    may = not grant or app.grants is None or grant in app.grants
    grants = "any" if app.grants is None else ", ".join(sorted(app.grants)) or "none"
    return [
        Condition("app.given", "an app", app.name, holds=True),
        _wants("app.open", "an open app", "blocked" if blocked else "open", not blocked),
        _wants("app.admits", "an approved person", "approved" if app.admits else "not approved", app.admits),
        _wants("app.grants", grants, grant or "no grant", may),
    ]


def _grant(policy: Policy, facts: Facts) -> list[Condition]:
    grant = facts.grant
    found = [Condition("grant.given", "a grant", grant or "none", bool(grant))]
    if grant and grant not in APPROVAL_GRANTS:
        for each in requirements_of(policy, facts, every_source=True):
            free = each.level <= Level.STANDARD
            found.append(_wants(f"grant.approval_for.{each.source}", "an approval step", grant, free))
    return found


def _two_factors(policy: Policy, facts: Facts) -> list[Condition]:
    if facts.channel is Channel.BRIDGE:
        return _two_factors_at_the_bridge(policy, facts)
    found = [_at_login(facts), _somebody(facts)]
    if facts.channel is Channel.API_LOGIN:
        return found + _two_factors_for_api(policy, facts)
    here = facts.channel is Channel.BROWSER
    return [*found, Condition("channel", "browser, api_login or bridge", facts.channel.value, here), *_ui(policy, facts)]


def _ui(policy: Policy, facts: Facts) -> list[Condition]:
    own = own_proofs(facts.person, facts.proofs)
    direct = any(proof.method in DIRECT_LOGINS for proof in own)
    second = any(proof.category.is_second for proof in own)
    grace = "put off" if in_grace(policy, facts) else "one"
    return [
        *_demanded(policy),
        Condition("login.direct", "a direct login", "direct" if direct else "not direct", direct),
        _wants("proofs.second_factor", "two factors", "two" if second else grace, second or in_grace(policy, facts)),
    ]


def _demanded(policy: Policy) -> list[Condition]:
    demand = policy.two_factor
    by = ", ".join((*demand.ui, *(("organisation",) if demand.organisation else ()))) or "nobody"
    waived = ", ".join(demand.waived_by)
    return [
        Condition("two_factor.ui", "demanded", by, bool(demand.ui or demand.organisation)),
        Condition("two_factor.waived", "not waived", waived or "not waived", not waived),
    ]


def _two_factors_at_the_bridge(policy: Policy, facts: Facts) -> list[Condition]:
    second = any(proof.category.is_second for proof in own_proofs(facts.person, facts.proofs))
    approved = facts.grant in APPROVAL_GRANTS
    return [
        Condition("grant.unapproved", "no approval step", facts.grant or "none", not approved),
        *_demanded(policy),
        _wants("proofs.second_factor", "two factors", "two" if second else "one", second),
    ]


def _two_factors_for_api(policy: Policy, facts: Facts) -> list[Condition]:
    demand, methods = policy.two_factor, (facts.person.methods or frozenset()) if facts.person else frozenset()
    own = {proof.method for proof in own_proofs(facts.person, facts.proofs)}
    has, given = Method.AUTHENTICATOR_APP in methods, Method.AUTHENTICATOR_APP in own
    by = ", ".join(demand.api) if demand.ui else ""
    return [
        Condition("two_factor.api", "demanded", by or "nobody", bool(demand.api and demand.ui)),
        Condition("person.authenticator", "set up", "set up" if has else "not set up", has),
        _wants("proofs.authenticator", "the current authenticator code", "given" if given else "none", given),
    ]


def _at_login(facts: Facts) -> Condition:
    return Condition("login.unfinished", "a login", "a login" if facts.at_login else "no login", facts.at_login)


def _device(policy: Policy, facts: Facts) -> list[Condition]:
    own = own_proofs(facts.person, facts.proofs)
    proven = any(proof.category.is_second or proof.method == Method.ACTIVATION for proof in own)
    known = facts.device_known or proven or in_networks(facts.ip, policy.trusted_networks)
    program = facts.channel is Channel.API_LOGIN
    asked = program or (facts.channel is Channel.BROWSER and policy.activation)
    actual = "known browser" if facts.device_known else "second factor" if proven else facts.ip
    return [
        _at_login(facts),
        _somebody(facts),
        Condition("device.asked", "activation is on, or a program", facts.channel.value, asked or known),
        _wants("device.known", "a known browser, a trusted network, a security token or a second factor", actual, known),
    ]


def _level(policy: Policy, facts: Facts) -> list[Condition]:
    level = level_of(policy.columns, own_proofs(facts.person, facts.proofs), facts.level_cap)
    asked = requirements_of(policy, facts)
    found = [Condition("requirement.given", "something asks for a level", f"{len(asked)}", bool(asked))]
    for each in asked:
        put_off = each.source == "profile" and in_grace(policy, facts)
        found.append(_wants(f"level.{each.source}", each.level.slug, level.slug, level >= each.level or put_off))
    return found


def _fresh(policy: Policy, facts: Facts) -> list[Condition]:
    aged = [each for each in requirements_of(policy, facts) if each.max_age is not None]
    found = [Condition("max_age.given", "something asks for a newer proof", f"{len(aged)}", bool(aged))]
    own = own_proofs(facts.person, facts.proofs)
    for each in aged:
        newest = max((proof.at for proof in own if reaches(policy, proof, each.level)), default=None)
        age = None if newest is None else facts.now.timestamp() - newest
        fresh = age is not None and each.max_age is not None and age <= each.max_age
        found.append(_wants(f"age.{each.source}", f"{each.max_age:.0f} s", "never" if age is None else f"{age:.0f} s", fresh))
    return found


def _api_only(policy: Policy, facts: Facts) -> list[Condition]:
    names, pages = ", ".join(policy.api_only), facts.channel in (Channel.BROWSER, Channel.BRIDGE)
    expected = f"{Channel.BROWSER.value} or {Channel.BRIDGE.value}"
    return [
        Condition("person.api_only", "granted", names or "not granted", bool(names)),
        Condition("channel", expected, facts.channel.value, pages),
        _wants("channel.program", "a program", facts.channel.value, holds=not pages),
    ]


def _run_as(policy: Policy, facts: Facts) -> list[Condition]:
    credentials = facts.grant == Grant.CLIENT_CREDENTIALS
    return [
        Condition("channel", Channel.GRANT.value, facts.channel.value, facts.channel is Channel.GRANT),
        Condition("grant.given", Grant.CLIENT_CREDENTIALS.value, facts.grant or "none", credentials),
        _wants("person.api_only", "granted", ", ".join(policy.api_only) or "not granted", bool(policy.api_only)),
    ]


def _flow(policy: Policy, facts: Facts) -> list[Condition]:
    flow, browser = policy.profile.login_flow, facts.channel is Channel.BROWSER
    finished = "finished" if facts.flow_finished else "not finished"
    return [
        Condition("profile.login_flow", "set", flow or "not set", bool(flow)),
        _at_login(facts),
        Condition("channel", Channel.BROWSER.value, facts.channel.value, browser),
        _wants("flow.finished", "finished", finished, facts.flow_finished),
    ]


_CONDITIONS: dict[str, Callable[[Policy, Facts], list[Condition]]] = {
    "account_is_usable": _account,
    "within_login_hours": _hours,
    "from_an_allowed_network": _network,
    "first_factor_was_proven": _first_factor,
    "api_only_users_use_no_browser": _api_only,
    "app_is_open_to_this_use": _app,
    "grant_has_an_approval_step": _grant,
    "apps_run_as_api_only_users": _run_as,
    "two_factors_at_login": _two_factors,
    "device_is_known": _device,
    "level_is_enough": _level,
    "proof_is_fresh": _fresh,
    "login_flow_is_finished": _flow,
}
