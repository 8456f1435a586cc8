"""Changing a policy safely: one at a time, rehearsed, confirmed where protection goes, signed, saved, in force.

The administration, the API and the commands all change policies by what is here. A caller takes the lock, reads what it wants
to change, and then asks for the change, so that what was rehearsed is what is saved.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import policy_book, policy_tests, protection, revisions, safety
from .levels import Level
from .models import PolicyModel, PolicyRevision
from .revisions import Ruled

# The name of the lock: any number that no other advisory lock of the database has.
LOCK = 0x706F6C696379


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes policies, and the level of their session (a slug); no user and no level for a command."""

    user: Any = None
    level: str = ""
    administrator: safety.Administrator = safety.COMMAND_LINE

    @classmethod
    def of(cls, request: HttpRequest) -> Author:
        """Return the author of changes that this request makes."""
        level: Level = getattr(request, "session_level", Level.NONE)
        return cls(request.user, level.slug, safety.Administrator.of(request))


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one policy: its kind (``app.model``), how to find what it was, and the act, which can be done again."""

    kind: str
    find: Callable[[], Ruled | None]
    make: Callable[[Author, str], Ruled | None]


@dataclass(frozen=True, slots=True)
class Review:
    """What stands against changes: whom they would shut out, and a sentence for each protection that they take away.

    ``broken_tests`` are sentences about the What-If tests that pass now and would not.
    """

    refused: safety.Refusal | None
    taken_away: tuple[str, ...]
    broken_tests: tuple[str, ...] = ()

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """What has to be confirmed, with a reason."""
        return (*self.taken_away, *self.broken_tests)


class WouldShutOut(Exception):
    """The changes were not made: they would shut somebody out. ``refusal`` says whom, with the trace."""

    def __init__(self, refusal: safety.Refusal) -> None:
        super().__init__(safety.explain(refusal))
        self.refusal = refusal


class Unconfirmed(Exception):
    """The changes were not made yet: they take protection away, and a reason or the confirmation is missing."""

    def __init__(self, taken_away: tuple[str, ...]) -> None:
        super().__init__(_("This takes protection away, so it needs a reason and a confirmation. Nothing was saved yet."))
        self.taken_away = taken_away


@contextmanager
def locked() -> Iterator[None]:
    """Hold the lock of all policies in a transaction, to its end."""
    with transaction.atomic():
        lock()
        yield


def lock() -> None:
    """Wait until no other policy is being changed, and keep others waiting until the end of this transaction.

    SECURITY: two changes that are each harmless can shut everybody out together: one administrator moves the method of the
    other away, who moves theirs. Each has to be rehearsed on what the other has saved. On SQLite the transaction, which
    begins as IMMEDIATE, is that lock already.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The lock of the policies needs a transaction, whose end releases it.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def saving(policy: PolicyModel, members: Mapping[str, Iterable[Any]] | None = None) -> Change:
    """Return the change that saves ``policy``, new or read under the lock, and makes ``members`` its many-to-many fields.

    What is the same as before writes no revision.
    """
    manager = type(policy)._default_manager

    def find() -> PolicyModel | None:
        return manager.filter(pk=policy.pk).first() if policy.pk else None

    def make(author: Author, reason: str) -> PolicyModel:
        # A copy: the rehearsal gives a new policy a key, which the rolled-back database would not know.
        row, stored = copy.copy(policy), find()
        sign(row, author, reason)
        if stored is None or stored.policy_values() != row.policy_values():
            row.save()
        before = revisions.members_of(row)
        for name, rows in (members or {}).items():
            getattr(row, name).set(rows)
        after = revisions.members_of(row)
        if before != after:
            revisions.write(row, before, after)
        return row

    return Change(policy._meta.label_lower, find, make)


def deleting(policy: PolicyModel) -> Change:
    """Return the change that deletes ``policy``."""
    manager = type(policy)._default_manager

    def find() -> PolicyModel | None:
        return manager.filter(pk=policy.pk).first()

    def make(author: Author, reason: str) -> None:
        row = copy.copy(policy)
        sign(row, author, reason)
        row.delete()

    return Change(policy._meta.label_lower, find, make)


def reverting(revision: PolicyRevision) -> Change:
    """Return the change that takes ``revision`` back; making it raises :class:`revisions.CannotRevert` where it cannot be."""

    def make(author: Author, reason: str) -> Ruled | None:
        return revisions.revert(revision, author=author.user, reason=reason, author_level=author.level)

    return Change(revision.policy, lambda: revisions.current(revision), make)


def sign(policy: Ruled, author: Author, reason: str) -> None:
    """Make ``author`` the author of what is about to be saved or deleted."""
    policy.author, policy.author_level, policy.reason = author.user, author.level, reason.strip()[:300]


def review(changes: Sequence[Change], author: Author, areas: Iterable[str] = ()) -> Review:
    """Make ``changes`` in a transaction that is rolled back, and return what stands against them.

    ``areas`` are the resources of the administration in which they could be undone.
    """
    sentences: list[str] = []
    broken: list[str] = []
    passing = policy_tests.passing()

    def trial() -> None:
        for change in changes:
            before = revisions.values_of(change.find())
            after = revisions.values_of(change.make(author, ""))
            sentences.extend(protection.taken_away(change.kind, before, after))
        broken.extend(policy_tests.broken(passing))

    refused = safety.rehearse(trial, author.administrator, areas)
    return Review(refused, tuple(dict.fromkeys(sentences)), tuple(broken))


def make(
    changes: Sequence[Change], author: Author, *, areas: Iterable[str] = (), reason: str = "", confirmed: bool = False
) -> list[Any]:
    """Make ``changes``, all or none, and return the policies as saved; None for one that is gone.

    Raises WouldShutOut (ruling 1), or Unconfirmed where protection goes and ``reason`` or ``confirmed`` is missing.
    """
    with locked():
        found = review(changes, author, areas)
        if found.refused is not None:
            raise WouldShutOut(found.refused)
        if found.to_confirm and not (confirmed and reason.strip()):
            raise Unconfirmed(found.to_confirm)
        made = [change.make(author, reason) for change in changes]
        in_force()
    return made


def in_force() -> None:
    """Have the changes of this transaction in force in this thread as soon as they are saved; other workers see them soon."""
    transaction.on_commit(policy_book.refresh)
