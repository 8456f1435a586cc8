"""What a change of policy is tried on: decisions that were recorded, and people, sessions and tokens as they stand.

Applications above this one add theirs: ``settings.IMPACT_SOURCES`` lists functions by dotted path, each of the shape of
:func:`sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from . import gate, recorded, safety
from .facts import AppRule, Facts, Proof
from .levels import Channel, Method
from .models import DecisionRecord, PermissionSet, RecordMode, UserSession
from .policy_compiler import PolicyBook
from .recorded import Recorded

CHUNK = 2_000


class Kind(StrEnum):
    """What a case is. The first four were recorded, the others are as they stand."""

    SIGN_IN = "sign_in"
    PROMPT = "prompt"
    TOKEN_REQUEST = "token_request"  # noqa: S105 - the name of a kind
    API_CALL = "api_call"
    PERSON = "person"
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the name of a kind
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that happened, or that would happen now.

    ``who`` is a username, of an integration the name of a profile; ``what`` says in words what was to be opened. ``after`` are
    the inputs under the changed policies, where they are not those of before.
    """

    kind: Kind
    recorded: Recorded
    who: str
    what: str = ""
    after: Recorded | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: the books before and after, the records since a moment, and the resources whose rule changes.

    ``members`` are the people of permission sets as they would be: id of the set -> ids of its people.
    """

    before: PolicyBook
    after: PolicyBook
    since: datetime
    members: dict[int, frozenset[str]]

    @property
    def resources(self) -> tuple[str, ...]:
        """The keys of the resources whose rule changes."""
        keys = sorted({*self.before.resources, *self.after.resources})
        return tuple(key for key in keys if self.before.resources.get(key) != self.after.resources.get(key))

    def sets_after(self, person_id: str, sets: tuple[int, ...]) -> tuple[int, ...]:
        """Return the permission sets that somebody would be in, who is in ``sets`` now."""
        if not self.members:
            return sets
        kept = [each for each in sets if each not in self.members]
        return (*kept, *(pk for pk, people in self.members.items() if person_id in people))


@dataclass(frozen=True, slots=True)
class Source:
    """Cases of one kind: how many rows there are, and the cases; None stands for a row that cannot be taken again."""

    count: Callable[[], int]
    cases: Callable[[], Iterator[Case | None]]


def sources(scope: Scope) -> list[Source]:
    """Return the sources of this application."""
    decisions = DecisionRecord.objects.filter(at__gte=scope.since).exclude(mode=RecordMode.REPORT_ONLY)
    people = get_user_model()._default_manager.filter(is_active=True, is_frozen=False)
    sessions = UserSession.objects.filter(user__isnull=False, user__is_active=True, expire_date__gt=timezone.now())
    return [
        Source(decisions.count, lambda: _decisions(decisions)),
        Source(people.count, lambda: _people(scope, people)),
        Source(sessions.count, lambda: _sessions(scope, sessions)),
    ]


def all_sources(scope: Scope) -> list[Source]:
    """Return the sources of every application."""
    found = sources(scope)
    for path in settings.IMPACT_SOURCES:
        found += import_string(path)(scope)
    return found


def from_record(kind: Kind, who: str, what: str, inputs: Any) -> Case | None:
    """Return the case of a recorded decision; None for a row from before inputs were kept."""
    try:
        return None if inputs is None else Case(kind, recorded.unpack(inputs), who, what)
    except recorded.Unreadable:
        return None


def standing(scope: Scope, user: Any, facts: Facts, app: AppRule | None = None, resources: tuple[str, ...] = ()) -> Recorded:
    """Return the inputs of something that somebody could do now."""
    return Recorded(facts, user.profile_id, resources=resources, app=app, revision=scope.before.revision)


def sets_of_everybody() -> dict[Any, tuple[int, ...]]:
    """Return the permission sets of everybody who is in one. One query."""
    found: dict[Any, tuple[int, ...]] = {}
    for user, held in PermissionSet.users.through._default_manager.values_list("user_id", "permissionset_id").order_by("pk"):
        found[user] = (*found.get(user, ()), held)
    return found


def _decisions(rows: QuerySet[DecisionRecord]) -> Iterator[Case | None]:
    columns = rows.order_by("pk").values_list("user__username", "channel", "subject", "inputs")
    for who, channel, what, inputs in columns.iterator(chunk_size=CHUNK):
        yield from_record(_KINDS.get(channel, Kind.TOKEN_REQUEST), who or "", what, inputs)


_KINDS = {Channel.BROWSER.value: Kind.PROMPT, Channel.TOKEN.value: Kind.API_CALL}


def _people(scope: Scope, people: QuerySet[Any]) -> Iterator[Case | None]:
    """Yield everybody's next sign-in by password, in their hours and from their networks, in a browser that they know."""
    held = sets_of_everybody()
    for user in people.order_by("pk").iterator(chunk_size=CHUNK):
        if not user.has_usable_password():
            yield None
            continue
        now = _sign_in(scope, scope.before, user, held.get(user.pk, ()))
        after = _sign_in(scope, scope.after, user, held.get(user.pk, ()))
        yield Case(Kind.PERSON, now, user.get_username(), "", after)


def _sign_in(scope: Scope, book: PolicyBook, user: Any, sets: tuple[int, ...]) -> Recorded:
    moment = safety.within_login_hours(book.policy_for(user.profile_id), book.now())
    facts = Facts(
        now=moment,
        channel=Channel.BROWSER,
        person=gate.person_of(user),
        proofs=(Proof(Method.PASSWORD.value, moment.timestamp(), str(user.pk)),),
        at_login=True,
        ip=safety.address_for(book, user, ""),
        device_known=True,
        flow_finished=True,
    )
    return replace(standing(scope, user, facts), sets=sets)


def _sessions(scope: Scope, rows: QuerySet[UserSession]) -> Iterator[Case | None]:
    held, now = sets_of_everybody(), scope.before.now()
    targets: tuple[tuple[str, ...], ...] = ((), *((key,) for key in scope.resources))
    for row in rows.select_related("user").order_by("pk").iterator(chunk_size=CHUNK):
        user: Any = row.user
        proofs = tuple(Proof(method, row.created.timestamp(), str(user.pk)) for method in row.method.split(", ") if method)
        facts = Facts(
            now=now,
            channel=Channel.BROWSER,
            person=gate.person_of(user),
            proofs=proofs,
            ip=row.ip or "",
            session_ip=row.ip or "",
            session_started=row.created.timestamp(),
            session_seen=row.last_seen.timestamp(),
        )
        for keys in targets:
            inputs = replace(standing(scope, user, facts, resources=keys), sets=held.get(user.pk, ()))
            yield Case(Kind.SESSION, inputs, user.get_username(), ", ".join(keys))
