"""What a decision was taken on, as JSON and back: so that it can be taken again, under its own revision or any other.

No code, no token and no secret is in it: what was proven is kept by method, time, owner and device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from . import proofs
from .decision import Decision, decide
from .facts import AppRule, Facts, Person, Policy, ResourceRule, TwoFactorDemand
from .levels import Channel, IpRelaxation, Level, SessionPolicy
from .policy_compiler import PolicyBook

VERSION = 1
Json = dict[str, Any]
# The methods of somebody of whom nobody has asked yet, by their id.
MethodsOf = Callable[[str], frozenset[str]]


class Unreadable(ValueError):
    """A record of inputs that this version of the product cannot read."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The inputs of one decision: who by profile and permission sets, what they asked for, and the facts.

    ``resources`` are keys; ``fixed`` are rules that a view's own code names; ``app`` is the app's rule of that time, which
    holds where a book no longer knows the app, and ``two_factor`` the demand of that time: both are read beside the book,
    which may be a second older. ``api_only`` is what made the person API-only then. ``outcome`` and ``reason`` are the answer
    of that time.
    """

    facts: Facts
    profile_id: int = 0
    sets: tuple[int, ...] = ()
    resources: tuple[str, ...] = ()
    fixed: tuple[ResourceRule, ...] = ()
    app: AppRule | None = None
    two_factor: TwoFactorDemand = field(default_factory=TwoFactorDemand)
    api_only: tuple[str, ...] = ()
    enrolment: bool = False
    revision: int = 0
    outcome: str = ""
    reason: str = ""

    @classmethod
    def of(cls, policy: Policy, facts: Facts) -> Recorded:
        """Return what a decision about ``facts`` under ``policy`` is taken on."""
        return cls(
            facts=facts,
            profile_id=policy.profile.id,
            sets=policy.two_factor.sets,
            resources=tuple(rule.key for rule in policy.resources if rule.key),
            fixed=tuple(rule for rule in policy.resources if not rule.key),
            app=policy.app,
            two_factor=policy.two_factor,
            api_only=policy.api_only,
            enrolment=policy.first_enrolment,
            revision=policy.revision,
        )


def of(decision: Decision) -> Json | None:
    """Return the inputs of ``decision`` and its answer, to be kept; None for an answer that nobody decided."""
    if decision.policy is None or decision.facts is None:
        return None
    answer = {"o": decision.outcome.value, "r": decision.reason.value}
    return {**pack(decision.policy, decision.facts), **answer}


def pack(policy: Policy, facts: Facts) -> Json:
    """Return what a decision about ``facts`` under ``policy`` is taken on, as JSON values; defaults are left out."""
    asked = Recorded.of(policy, facts)
    values = {
        "pr": asked.profile_id,
        "s": list(asked.sets),
        "res": list(asked.resources),
        "fix": [[int(rule.level), rule.max_age] for rule in asked.fixed],
        "app": None if asked.app is None else _pack_app(asked.app),
        "d": _pack_demand(asked.two_factor),
        "ao": list(asked.api_only),
        "enr": asked.enrolment,
        "rev": asked.revision,
        "f": _pack_facts(facts),
    }
    return {"v": VERSION, **{name: value for name, value in values.items() if value not in (None, [], {}, False, 0)}}


def unpack(data: Json) -> Recorded:
    """Return the inputs that :func:`pack` or :func:`of` wrote. Raises Unreadable."""
    try:
        if data["v"] != VERSION:
            raise Unreadable(f"Version {data['v']} of recorded inputs is unknown.")
        app = data.get("app")
        return Recorded(
            facts=_unpack_facts(data["f"]),
            profile_id=int(data.get("pr", 0)),
            sets=tuple(int(each) for each in data.get("s", ())),
            resources=tuple(str(key) for key in data.get("res", ())),
            fixed=tuple(ResourceRule.fixed(Level(level), max_age) for level, max_age in data.get("fix", ())),
            app=None if app is None else _unpack_app(app),
            two_factor=_unpack_demand(data.get("d", {}), data.get("s", ())),
            api_only=tuple(str(name) for name in data.get("ao", ())),
            enrolment=bool(data.get("enr")),
            revision=int(data.get("rev", 0)),
            outcome=str(data.get("o", "")),
            reason=str(data.get("r", "")),
        )
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise Unreadable(f"The recorded inputs cannot be read: {error!r}") from error


def policy_under(book: PolicyBook, recorded: Recorded) -> Policy:
    """Return the policy that holds for ``recorded`` under ``book``."""
    app = recorded.app
    policy = book.policy_for(
        recorded.profile_id,
        user_id=_user_of(recorded),
        resources=tuple(_rule(book, key) for key in recorded.resources) + recorded.fixed,
        # Whom an administrator approved for the app is no part of the book: it is as it was.
        app=None if app is None else replace(book.apps.get(app.name, app), admits=app.admits),
        two_factor=book.demand_of_sets(recorded.profile_id, recorded.sets),
    )
    return policy.for_first_enrolment() if recorded.enrolment else policy


def decide_recorded(book: PolicyBook, recorded: Recorded, methods_of: MethodsOf | None = None) -> Decision:
    """Take the decision again under ``book``.

    Nobody looks up which methods a person has while the answer is "allow". Where another book asks for one after all,
    ``methods_of`` tells; without it the person counts as having none.
    """
    return decide_under(policy_under(book, recorded), recorded.facts, book.organisation.zone, methods_of)


def decide_under(policy: Policy, facts: Facts, zone: tzinfo, methods_of: MethodsOf | None = None) -> Decision:
    """Take a decision about ``facts`` under ``policy`` in the organisation's ``zone``; see :func:`decide_recorded`."""
    facts = in_zone(facts, zone)
    decision = decide(policy, facts)
    person = facts.person
    if decision.allowed or methods_of is None or person is None or person.methods is not None:
        return decision
    known = replace(person, methods=methods_of(person.id))
    return decide(policy, replace(facts, person=known))


def in_zone(facts: Facts, zone: tzinfo) -> Facts:
    """Return ``facts`` with their moment in ``zone``, which login hours are in."""
    return facts if facts.now.tzinfo is zone else replace(facts, now=facts.now.astimezone(zone))


def decide_as_recorded(book: PolicyBook, recorded: Recorded) -> Decision:
    """Take the decision again under the ``book`` of its own revision, with the demand and the app's rule of that moment."""
    policy = replace(
        policy_under(book, recorded), app=recorded.app, two_factor=recorded.two_factor, api_only=recorded.api_only
    )
    return decide(policy, in_zone(recorded.facts, book.organisation.zone))


def _user_of(recorded: Recorded) -> int | None:
    # Somebody made up, of whom What-If asks, has no number.
    person = recorded.facts.person
    return int(person.id) if person is not None and person.id.isdecimal() else None


def _rule(book: PolicyBook, key: str) -> ResourceRule:
    try:
        return book.resource(key)
    except ImproperlyConfigured:
        # The resource is no longer declared: nothing asks for it.
        return ResourceRule(key, key)


def _pack_app(app: AppRule) -> list[Any]:
    grants = None if app.grants is None else sorted(app.grants)
    return [app.name, app.action.value, app.ip_relaxation.value, grants, app.admits]


def _unpack_app(row: list[Any]) -> AppRule:
    name, action, relaxation, grants, admits = row
    known = None if grants is None else frozenset(map(str, grants))
    return AppRule(str(name), SessionPolicy(action), IpRelaxation(relaxation), known, bool(admits))


def _pack_demand(demand: TwoFactorDemand) -> Json:
    values = {
        "u": list(demand.ui),
        "a": list(demand.api),
        "w": list(demand.waived_by),
        "o": int(demand.organisation),
    }
    return {name: value for name, value in values.items() if value}


def _unpack_demand(data: Json, sets: Any) -> TwoFactorDemand:
    return TwoFactorDemand(
        ui=tuple(data.get("u", ())),
        api=tuple(data.get("a", ())),
        organisation=bool(data.get("o")),
        waived_by=tuple(data.get("w", ())),
        sets=tuple(int(each) for each in sets),
    )


def _pack_facts(facts: Facts) -> Json:
    person = facts.person
    values = {
        "t": facts.now.timestamp(),
        "ch": facts.channel.value,
        "who": None if person is None else _pack_person(person),
        "prf": proofs.pack(facts.proofs),
        "in": facts.at_login,
        "ip": facts.ip,
        "sip": facts.session_ip,
        "sst": facts.session_started,
        "ssn": facts.session_seen,
        "put": facts.enrolment_postponed,
        "dev": facts.device_known,
        "g": facts.grant,
        "cap": None if facts.level_cap is None else facts.level_cap.slug,
        "al": None if facts.asked_level is Level.NONE else facts.asked_level.slug,
        "am": facts.asked_max_age,
        "fl": facts.flow_finished,
    }
    return {
        name: value for name, value in values.items() if value is not None and value not in ("", []) and value is not False
    }


def _pack_person(person: Person) -> Json:
    states = "a" * person.active + "f" * person.frozen + "l" * person.locked
    methods = {} if person.methods is None else {"m": sorted(person.methods)}
    return {"id": person.id, "is": states, **methods}


def _unpack_facts(data: Json) -> Facts:
    who, cap = data.get("who"), data.get("cap")
    return Facts(
        now=datetime.fromtimestamp(data["t"], UTC),
        channel=Channel(data["ch"]),
        person=None if who is None else _unpack_person(who),
        proofs=proofs.unpack(data.get("prf", [])),
        at_login=data.get("in", False),
        ip=data.get("ip", ""),
        session_ip=data.get("sip", ""),
        session_started=data.get("sst"),
        session_seen=data.get("ssn"),
        enrolment_postponed=data.get("put", False),
        device_known=data.get("dev", False),
        grant=data.get("g", ""),
        level_cap=None if cap is None else Level.from_slug(cap),
        asked_level=Level.from_slug(data.get("al", "")),
        asked_max_age=data.get("am"),
        flow_finished=data.get("fl", False),
    )


def _unpack_person(data: Json) -> Person:
    states, methods = data["is"], data.get("m")
    return Person(
        id=data["id"],
        active="a" in states,
        frozen="f" in states,
        locked="l" in states,
        methods=None if methods is None else frozenset(methods),
    )
