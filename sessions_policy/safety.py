"""Nobody saves a policy that shuts them out: the change is made for a moment, the one decision is asked, and it is taken back.

Ruling 1. What is asked is a login of the administrator who saves, from where they are, with everything that they could prove,
on the way to the pages on which they could undo the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import gate, policy_book, texts
from .client_address import client_address
from .decision import Decision, decide
from .facts import Facts, Policy, Proof
from .levels import ENROLLED_METHODS, Channel, Method, category_of
from .session_security import SessionSecurity

ADMINISTRATION = "admin"
# A temporary code ends within a day, and a bridged session has no login of its own: a way in that lasts is neither.
PASSING = frozenset({Method.TEMPORARY_CODE.value, Method.TOKEN_BRIDGE.value})


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who saves a change: their id, their address, and the first factors by which they signed in."""

    id: Any
    ip: str
    signed_in_by: frozenset[str] = frozenset()

    @classmethod
    def of(cls, request: HttpRequest) -> Administrator:
        """Return the administrator whose request this is."""
        given = SessionSecurity.of(request).proofs
        return cls(request.user.pk, client_address(request), frozenset(p.method for p in given if p.category.is_first))


def rehearse(change: Callable[[], object], administrator: Administrator, resources: Iterable[str] = ()) -> Decision | None:
    """Make ``change`` in a transaction that is rolled back, and return what would then refuse ``administrator``, or None.

    ``resources`` are the areas of the administration, beside itself, in which the change could be undone.
    """
    with transaction.atomic():
        change()
        refused = refusal_of(administrator, resources)
        transaction.set_rollback(True)
    return refused


def refusal_of(administrator: Administrator, resources: Iterable[str] = ()) -> Decision | None:
    """Return the decision that shuts ``administrator`` out under the policies as the database holds them, or None.

    What they could enrol counts as theirs while they have no method yet: the login would lead them there. Hours and an
    unknown browser pass with time and an e-mail, so they shut nobody out.
    """
    book = policy_book.compile_book(0)
    user: Any = get_user_model()._default_manager.get(pk=administrator.id)
    keys = dict.fromkeys((ADMINISTRATION, *filter(None, resources)))
    rules = tuple(book.resource(key) for key in keys)
    policy = book.policy_for(user.profile_id, resources=rules, two_factor=book.two_factor_demand(user))
    methods = _lasting_methods(user, policy)
    person = gate.person_of(user)
    facts = Facts(
        now=_within_login_hours(policy, book.now()),
        channel=Channel.BROWSER,
        person=None if person is None else replace(person, methods=methods),
        at_login=True,
        ip=administrator.ip,
        device_known=True,
        flow_finished=True,
    )
    refused = decide(policy, facts)
    for given in _ways(methods, administrator.signed_in_by - PASSING):
        proofs = tuple(Proof(method, facts.now.timestamp(), str(user.pk)) for method in given)
        refused = decide(policy, replace(facts, proofs=proofs))
        if refused.allowed:
            return None
    return refused


def explain(refused: Decision) -> str:
    """Return why a change was not saved, in words for the administrator who wanted it."""
    return _("This would shut you out, so nothing was saved. %(why)s") % {"why": texts.for_administrator(refused)}


def _lasting_methods(user: Any, policy: Policy) -> frozenset[str]:
    methods: frozenset[str] = user.usable_methods() - PASSING
    return methods if methods & ENROLLED_METHODS else methods | policy.enrolable


def _ways(methods: frozenset[str], signed_in_by: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the logins to try: each first factor alone, and with each other method. Pairs do: the level is the highest."""
    firsts = sorted({m for m in methods if category_of(m).is_first} | signed_in_by)
    return [way for first in firsts for way in ((first,), *((first, other) for other in sorted(methods - {first})))]


def _within_login_hours(policy: Policy, now: datetime) -> datetime:
    hours = policy.profile.login_hours
    if hours is None or hours.open_at(now):
        return now
    day, (start, _end) = min(hours.days.items())
    opening = now + timedelta(days=(day - now.weekday()) % 7)
    return opening.replace(hour=start // 60, minute=start % 60)
