"""One attempt budget for every password and every code.

A try is counted before it is checked, in a transaction of its own, and given back when it was right: so parallel tries
cannot outrun the count, and nothing that rolls back later forgets one (NIST SP 800-63B 3.2.2).
"""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from sessions_policy.statements import Statement

from .models import AttemptCount


@dataclass(frozen=True, slots=True)
class Budget:
    """How many wrong tries a subject has within ``period`` seconds, and for how many seconds it then pauses."""

    name: str
    tries: int
    period: int
    pause: int


# Whatever the session or the address: the subject is the account.
CODES = Budget("code", tries=10, period=3600, pause=3600)
PASSWORDS = Budget("password", tries=10, period=3600, pause=3600)
# R9.27: codes sent by mail; every one counts, also the ones that were right.
MAILED_CODES = Budget("mailed", tries=5, period=3600, pause=3600)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One try. ``retry_after`` is in seconds and 0 when the try is allowed; ``left`` are the tries after this one.

    ``first`` says that nothing else stood against the subject.
    """

    key: str
    at: float
    retry_after: int
    left: int
    first: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the try may be checked at all."""
        return self.retry_after == 0

    @property
    def was_the_last(self) -> bool:
        """Whether this try, if it is wrong, begins the pause."""
        return self.allowed and self.left == 0


# In plain SQL, because the ORM does not say whether an INSERT met a row, and every code and password passes here.
_COUNT_FIRST = """
    INSERT INTO accounts_attemptcount ("key", failures, locked_until) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_FORGET_ONLY = 'DELETE FROM accounts_attemptcount WHERE "key" = %s AND failures = %s'


def take(budget: Budget, subject: str | int) -> Ticket:
    """Count one try of ``subject``. The caller gives the ticket back when the try was right."""
    key, now = f"{budget.name}:{subject}", time.time()
    # Nearly always nothing stands against the subject, and one statement is enough: it counts, and says that it was first.
    while not _alone(_COUNT_FIRST, key, _as_column([now]), _locked_until(budget, now, [now])):
        with transaction.atomic(durable=True):
            count = AttemptCount.objects.select_for_update().filter(key=key).first()
            if count is not None:
                return _one_more(count, budget, now)
        # A parallel try was right and took its row away; now this one may be first.
    return Ticket(key, now, 0, budget.tries - 1, first=True)


def _one_more(count: AttemptCount, budget: Budget, now: float) -> Ticket:
    if count.locked_until > now:
        return Ticket(count.key, now, math.ceil(count.locked_until - now), 0)
    count.failures = [at for at in count.failures if now - at < budget.period] + [now]
    count.locked_until = _locked_until(budget, now, count.failures)
    count.save(force_update=True)
    return Ticket(count.key, now, 0, max(0, budget.tries - len(count.failures)))


def _locked_until(budget: Budget, now: float, failures: list[float]) -> float:
    return now + budget.pause if len(failures) >= budget.tries else 0


def _alone(sql: str, *values: Any) -> int:
    """Run a statement as a transaction of its own, and return how many rows it touched."""
    # Outside a transaction that is what it is; inside one this raises, but for that of a test.
    own = transaction.atomic(durable=True) if connection.in_atomic_block else nullcontext()
    with own, connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _as_column(failures: list[float]) -> Any:
    return AttemptCount._meta.get_field("failures").get_db_prep_value(failures, connection)


def giving_back(ticket: Ticket) -> Statement:
    """Return what takes ``ticket`` back where nothing else stands beside it, for the transaction of what was right.

    Where it touches no row, :func:`give_back` has to do it.
    """
    return Statement(_FORGET_ONLY, (ticket.key, _as_column([ticket.at])))


def give_back(ticket: Ticket) -> None:
    """Take back the count of a try that was right, and the pause that it would have begun."""
    if ticket.first and _alone(_FORGET_ONLY, ticket.key, _as_column([ticket.at])):
        return
    with transaction.atomic(durable=True):
        # Other tries stand beside it, or an administrator has forgiven them all.
        count = AttemptCount.objects.select_for_update().filter(key=ticket.key).first()
        if count is not None and ticket.at in count.failures:
            count.failures.remove(ticket.at)
            count.locked_until = 0
            count.save(force_update=True)


def is_paused(budget: Budget, subject: str | int) -> bool:
    """Whether tries of ``subject`` are refused at the moment; counts nothing."""
    return AttemptCount.objects.filter(key=f"{budget.name}:{subject}", locked_until__gt=time.time()).exists()


def paused_subjects(*budgets: Budget) -> int:
    """Return how many subjects have no try left under one of ``budgets`` at the moment. One statement."""
    named = Q(*(("key__startswith", f"{budget.name}:") for budget in budgets), _connector=Q.OR)
    return AttemptCount.objects.filter(named, locked_until__gt=time.time()).count()


def forgive(budget: Budget, subject: str | int) -> None:
    """Forget all wrong tries of ``subject`` (unlocking by an administrator)."""
    AttemptCount.objects.filter(key=f"{budget.name}:{subject}").delete()


def name_subject(username: str) -> str:
    """Return the subject of password tries for ``username``: the same for names that exist and names that do not."""
    return salted_hmac("accounts.throttle", username.strip().lower(), algorithm="sha256").hexdigest()[:40]
