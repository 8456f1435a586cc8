"""The gate: reads the facts of a request, asks the one decision, and raises where the answer is not "allow"."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from . import events, policy_book, proofs, watching
from .client_address import client_address
from .decision import Decision, Outcome, decide
from .facts import AppRule, Facts, Person, Policy, ResourceRule
from .levels import Channel, Level


class AccessRefused(Exception):
    """A decision other than "allow", on its way to the one place that phrases it for its channel.

    ``reference`` names the row that was written; ``asked`` is what the caller wanted, so that it can be asked again.
    """

    def __init__(self, decision: Decision, facts: Facts, asked: Asked, reference: str) -> None:
        super().__init__(decision.reason.value)
        self.decision = decision
        self.facts = facts
        self.asked = asked
        self.reference = reference


@dataclass(frozen=True, slots=True)
class Asked:
    """What a door wants to open: resources by key, a fixed level, a connected app, and what the request itself asks.

    ``since`` (seconds since the epoch) asks for a proof that was given after that moment: "log in again, now".
    ``enrolment`` is for the page of a first method, which the profile's level is on the way to.
    """

    resources: tuple[str, ...] = ()
    level: Level = Level.NONE
    max_age: int | None = None
    app: AppRule | None = None
    asked_level: Level = Level.NONE
    asked_max_age: int | None = None
    since: float | None = None
    enrolment: bool = False

    def rules(self, book: policy_book.PolicyBook) -> tuple[ResourceRule, ...]:
        """Return the rules of the resources, and that of the fixed level as one more."""
        rules = tuple(book.resource(key) for key in self.resources)
        if self.level > Level.NONE:
            rules += (ResourceRule.fixed(self.level, self.max_age),)
        return rules


class TokenFacts(Protocol):
    """What a bearer token tells about itself; ``request.auth`` of an API request keeps this promise."""

    def facts(self, now: datetime, ip: str) -> Facts:
        """Return the facts of a call with this token (channel TOKEN), without the person's methods."""
        ...

    def app_rule(self) -> AppRule | None:
        """Return the policy of the token's app, if it has one."""
        ...


NOTHING = Asked()


def check(request: HttpRequest, asked: Asked = NOTHING) -> Decision:
    """Decide about ``request``, its session or its token, and write nothing."""
    return _decide(request, asked)[0]


def opens(request: HttpRequest, asked: Asked) -> bool:
    """Whether ``asked`` opens at once. Costs no query: which methods somebody has does not matter for "at once"."""
    return decide(request_policy(request, asked), request_facts(request)).allowed


def enforce(request: HttpRequest, asked: Asked = NOTHING, *, reference: str = "") -> Decision:
    """Return the decision when it is "allow"; else write it down and raise :class:`AccessRefused`.

    ``reference`` says that the same refusal was written down already: it is then raised under that name.
    """
    decision, facts = _decide(request, asked)
    watching.observe(request.user, decision)
    if not decision.allowed:
        raise AccessRefused(decision, facts, asked, reference) if reference else refusal(decision, facts, asked)
    return decision


def refusal(decision: Decision, facts: Facts, asked: Asked = NOTHING) -> AccessRefused:
    """Write ``decision`` down and return it as an exception to raise."""
    return AccessRefused(decision, facts, asked, events.record(decision, facts))


def person_of(user: Any) -> Person | None:
    """Return the user as the decision sees them, without their methods; None for nobody."""
    if not user or not user.is_authenticated:
        return None
    return Person(id=str(user.pk), active=user.is_active, frozen=user.is_frozen)


def decide_for(user: Any, policy: Policy, facts: Facts) -> Decision:
    """Decide, and look up the methods of ``user`` only if the first answer is not "allow": the usual way costs no query."""
    decision = decide(policy, facts)
    if decision.outcome in (Outcome.ALLOW, Outcome.LOG_IN) or facts.person is None or facts.person.methods is not None:
        return decision
    person = dataclasses.replace(facts.person, methods=user.usable_methods())
    return decide(policy, dataclasses.replace(facts, person=person))


def session_facts(request: HttpRequest, user: AbstractBaseUser | Any) -> Facts:
    """Return the facts of a request with a browser session."""
    return Facts(
        now=policy_book.current().now(),
        channel=Channel.BROWSER,
        person=person_of(user),
        proofs=proofs.read(request.session),
        ip=client_address(request),
        session_ip=proofs.origin_address(request.session),
        session_started=proofs.started(request.session),
        session_seen=proofs.last_seen(request.session),
    )


def request_facts(request: HttpRequest) -> Facts:
    """Return the facts of any request: those of its bearer token if it has one, else those of its session."""
    token: TokenFacts | None = getattr(request, "auth", None)
    if token is not None:
        return token.facts(policy_book.current().now(), client_address(request))
    return session_facts(request, request.user)


def request_policy(request: HttpRequest, asked: Asked = NOTHING) -> Policy:
    """Return the policy that holds for the request's user, its app and what it asks."""
    book = policy_book.current()
    token: TokenFacts | None = getattr(request, "auth", None)
    app = asked.app if token is None else token.app_rule()
    user = request.user
    policy = book.policy_for(
        getattr(user, "profile_id", None), user_id=getattr(user, "pk", None), resources=asked.rules(book), app=app
    )
    return policy.for_first_enrolment() if asked.enrolment else policy


def _decide(request: HttpRequest, asked: Asked) -> tuple[Decision, Facts]:
    facts = request_facts(request)
    facts = dataclasses.replace(facts, asked_level=asked.asked_level, asked_max_age=_asked_max_age(asked, facts.now))
    return decide_for(request.user, request_policy(request, asked), facts), facts


def _asked_max_age(asked: Asked, now: datetime) -> float | None:
    ages: list[float] = [] if asked.asked_max_age is None else [asked.asked_max_age]
    if asked.since is not None:
        # Not rounded: whole seconds would refuse a proof given right after ``since``, and ask for it again and again.
        ages.append(max(0.0, now.timestamp() - asked.since))
    return min(ages, default=None)
