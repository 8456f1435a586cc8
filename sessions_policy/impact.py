"""What a change of the session settings would do to sessions that run and to people, before it is saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.utils import timezone

from . import safety
from .facts import Proof, level_of
from .levels import Level
from .models import UserSession
from .policy_book import PolicyBook

# People of whom it is asked whether they could still come in, each at a query. More would make the page slow.
MOST_PEOPLE = 500
MOST_NAMES = 10


@dataclass(frozen=True, slots=True)
class ProfileImpact:
    """How many running sessions of one profile's people come to a higher level, and how many to a lower one."""

    profile: str
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class ShutOutPeople:
    """Who could sign in before and could not after. ``complete`` is false when there were more people than were asked."""

    names: list[str]
    count: int
    complete: bool


def moved(book: PolicyBook, method: str, level: Level) -> PolicyBook:
    """Return ``book`` with ``method`` in the column ``level``."""
    return replace(book, columns={**book.columns, method: level})


def of_sessions(before: PolicyBook, after: PolicyBook) -> list[ProfileImpact]:
    """Return what happens to the sessions that run now, by profile; profiles without a change are left out. One query."""
    rows = UserSession.objects.filter(user__isnull=False, expire_date__gt=timezone.now())
    up: Counter[str] = Counter()
    down: Counter[str] = Counter()
    for row in rows.order_by().values("method", "user__profile__name").annotate(n=Count("pk")):
        change = _level(after.columns, row["method"]) - _level(before.columns, row["method"])
        if change:
            (up if change > 0 else down)[row["user__profile__name"]] += row["n"]
    return [ProfileImpact(name, up[name], down[name]) for name in sorted({*up, *down})]


def profiles_of_high_assurance(book: PolicyBook) -> list[str]:
    """Return the names of the profiles that require High Assurance at login."""
    return sorted(each.name for each in book.profiles.values() if each.required_level is Level.HIGH_ASSURANCE)


def of_people(before: PolicyBook, after: PolicyBook, ip: str) -> ShutOutPeople:
    """Return who of the profiles with a required level could no longer satisfy it."""
    demanding = [pk for pk, each in before.profiles.items() if each.required_level is Level.HIGH_ASSURANCE]
    people = get_user_model()._default_manager.filter(profile_id__in=demanding, is_active=True).order_by("pk")
    asked: list[Any] = list(islice(people.iterator(), MOST_PEOPLE + 1))
    names = [
        user.get_username() for user in asked[:MOST_PEOPLE] if _shut_out(after, user, ip) and not _shut_out(before, user, ip)
    ]
    return ShutOutPeople(names[:MOST_NAMES], len(names), len(asked) <= MOST_PEOPLE)


def _shut_out(book: PolicyBook, user: Any, ip: str) -> bool:
    return safety.refusal_of_person(book, user, safety.address_for(book, user, ip)) is not None


def _level(columns: Mapping[str, Level], methods: str) -> Level:
    return level_of(columns, (Proof(method, 0, "") for method in methods.split(", ")))
