"""Nobody saves a policy that shuts people out: it is changed for a moment, the one decision is asked, and it is changed back.

Ruling 1. What is asked is a login with everything that somebody could prove: of the administrator who saves, on the way to the
pages on which they could undo the change; of the other administrators, until one gets in; and of somebody of each profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import gate, policy_book, texts
from .client_address import client_address
from .decision import Decision, decide
from .facts import Facts, Person, Policy, Proof
from .levels import ENROLLED_METHODS, SSO_PREFIX, Channel, Method, category_of
from .policy_book import PolicyBook
from .session_security import SessionSecurity

ADMINISTRATION = "admin"
# A temporary code ends within a day, and a bridged session has no login of its own: a way in that lasts is neither.
PASSING = frozenset({Method.TEMPORARY_CODE.value, Method.TOKEN_BRIDGE.value})


class ShutOut(StrEnum):
    """Whom a change would shut out."""

    AUTHOR = "author"
    ADMINISTRATORS = "administrators"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change is not made: whom it would shut out, and the decision that would refuse them."""

    who: ShutOut
    decision: Decision
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who saves a change: their id, their address, and the first factors by which they signed in. A command has no id."""

    id: Any
    ip: str
    signed_in_by: frozenset[str] = frozenset()

    @classmethod
    def of(cls, request: HttpRequest) -> Administrator:
        """Return the administrator whose request this is."""
        given = SessionSecurity.of(request).proofs
        return cls(request.user.pk, client_address(request), frozenset(p.method for p in given if p.category.is_first))


COMMAND_LINE = Administrator(None, "")


def rehearse(change: Callable[[], object], administrator: Administrator, resources: Iterable[str] = ()) -> Refusal | None:
    """Make ``change`` in a transaction that is rolled back, and return what would then be refused, or None.

    ``resources`` are the areas of the administration, beside itself, in which the change could be undone. What was shut out
    before already is not this change's fault, except for its author.
    """
    with transaction.atomic():
        change()
        own = refusal_of(administrator, resources)
        others = None if own else refusal_of_all(administrator)
        profiles = {} if own else unreachable_profiles(administrator)
        transaction.set_rollback(True)
    if own is not None:
        return Refusal(ShutOut.AUTHOR, own)
    if others is not None and refusal_of_all(administrator) is None:
        return Refusal(ShutOut.ADMINISTRATORS, others)
    known = unreachable_profiles(administrator) if profiles else {}
    fresh = [name for name in profiles if name not in known]
    return Refusal(ShutOut.PROFILE, profiles[fresh[0]], fresh[0]) if fresh else None


def refusal_of(administrator: Administrator, resources: Iterable[str] = ()) -> Decision | None:
    """Return the decision that shuts ``administrator`` out under the policies as the database holds them, or None.

    What they could enrol counts as theirs while they have no method yet: the login would lead them there. Hours and an
    unknown browser pass with time and an e-mail, so they shut nobody out.
    """
    if administrator.id is None:
        return None
    book = policy_book.compile_book(0)
    user: Any = get_user_model()._default_manager.get(pk=administrator.id)
    return refusal_of_person(book, user, administrator.ip, (ADMINISTRATION, *resources), administrator.signed_in_by)


def refusal_of_all(administrator: Administrator) -> Decision | None:
    """Return the decision that shuts the last of the active superusers out, or None as soon as one gets in.

    They come from their profile's networks, or else from where ``administrator`` is.
    """
    book, refused = policy_book.compile_book(0), None
    for user in get_user_model()._default_manager.filter(is_active=True, is_superuser=True).order_by("pk"):
        refused = refusal_of_person(book, user, address_for(book, user, administrator.ip), (ADMINISTRATION,))
        if refused is None:
            return None
    return refused


def unreachable_profiles(administrator: Administrator) -> dict[str, Decision]:
    """Return the profiles that ask for what nobody of them could prove or set up, each with the decision that says so."""
    book, found = policy_book.compile_book(0), {}
    for pk, profile in book.profiles.items():
        if pk in book.api_only_profiles:
            # Nobody of it is meant to sign in.
            continue
        refused = _refusal_of_anybody(book, pk, administrator.ip)
        people = get_user_model()._default_manager.filter(profile_id=pk, is_active=True)
        if refused is not None and all(
            refusal_of_person(book, each, address_for(book, each, "")) for each in people.iterator()
        ):
            found[profile.name] = refused
    return found


def refusal_of_person(
    book: PolicyBook, user: Any, ip: str, resources: Iterable[str] = (), signed_in_by: frozenset[str] = frozenset()
) -> Decision | None:
    """Return the decision that refuses ``user`` from ``ip`` on every way in that lasts, under ``book``; None when one is open.

    ``signed_in_by`` are first factors that they are known to have beside those that they could be challenged with.
    """
    rules = tuple(book.resource(key) for key in dict.fromkeys(filter(None, resources)))
    policy = book.policy_for(user.profile_id, user_id=user.pk, resources=rules, two_factor=book.two_factor_demand(user))
    person = gate.person_of(user)
    if person is None:
        return None
    known = replace(person, methods=_lasting_methods(user, policy))
    return _refusal(policy, book.now(), known, ip, signed_in_by - PASSING)


def explain(refusal: Refusal) -> str:
    """Return why a change was not saved, in words for the administrator who wanted it."""
    sentences = {
        ShutOut.AUTHOR: _("This would shut you out, so nothing was saved. %(why)s"),
        ShutOut.ADMINISTRATORS: _("After this no administrator could sign in any more, so nothing was saved. %(why)s"),
        ShutOut.PROFILE: _("After this nobody with the profile %(profile)s could sign in, so nothing was saved. %(why)s"),
    }
    words = {"why": texts.for_administrator(refusal.decision), "profile": refusal.profile}
    return sentences[refusal.who] % words


def _refusal_of_anybody(book: PolicyBook, profile_id: int, ip: str) -> Decision | None:
    """Return the decision that refuses somebody of the profile who has what everybody could have, or None."""
    policy = book.policy_for(profile_id, two_factor=book.profile_two_factor.get(profile_id))
    firsts = {m for m in book.columns if m == Method.DELEGATED or m.startswith(SSO_PREFIX)}
    checks = {Method.ACTIVATION.value} if policy.activation else set()
    person = Person("somebody", methods=frozenset({Method.PASSWORD.value} | checks) | policy.enrolable)
    ranges = policy.profile.ip_ranges
    return _refusal(policy, book.now(), person, str(ranges[0][0]) if ranges else ip, frozenset(firsts))


def _refusal(policy: Policy, now: datetime, person: Person, ip: str, firsts: frozenset[str]) -> Decision | None:
    facts = Facts(
        now=within_login_hours(policy, now),
        channel=Channel.BROWSER,
        person=person,
        at_login=True,
        ip=ip,
        device_known=True,
        flow_finished=True,
    )
    refused = decide(policy, facts)
    for given in _ways(person.methods or frozenset(), firsts):
        proofs = tuple(Proof(method, facts.now.timestamp(), person.id) for method in given)
        refused = decide(policy, replace(facts, proofs=proofs))
        if refused.allowed:
            return None
    return refused


def address_for(book: PolicyBook, user: Any, otherwise: str) -> str:
    """Return an address from which the user's profile lets them in."""
    ranges = book.policy_for(user.profile_id).profile.ip_ranges
    return str(ranges[0][0]) if ranges else otherwise


def _lasting_methods(user: Any, policy: Policy) -> frozenset[str]:
    methods: frozenset[str] = user.usable_methods() - PASSING
    return methods if methods & ENROLLED_METHODS else methods | policy.enrolable


def _ways(methods: frozenset[str], signed_in_by: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the logins to try: each first factor alone, and with each other method. Pairs do: the level is the highest."""
    firsts = sorted({m for m in methods if category_of(m).is_first} | signed_in_by)
    return [way for first in firsts for way in ((first,), *((first, other) for other in sorted(methods - {first})))]


def within_login_hours(policy: Policy, now: datetime) -> datetime:
    """Return ``now``, or the next moment at which the profile's login hours are open."""
    hours = policy.profile.login_hours
    if hours is None or hours.open_at(now):
        return now
    day, (start, _end) = min(hours.days.items())
    opening = now + timedelta(days=(day - now.weekday()) % 7)
    return opening.replace(hour=start // 60, minute=start % 60)
