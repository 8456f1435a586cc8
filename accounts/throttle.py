"""One attempt budget for every password and every code.

A try is counted before it is checked, in a transaction of its own, and given back when it was right: so parallel tries
cannot outrun the count, and nothing that rolls back later forgets one (NIST SP 800-63B 3.2.2).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import salted_hmac

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
    """One try. ``retry_after`` is in seconds and 0 when the try is allowed; ``left`` are the tries after this one."""

    key: str
    at: float
    retry_after: int
    left: int

    @property
    def allowed(self) -> bool:
        """Whether the try may be checked at all."""
        return self.retry_after == 0

    @property
    def was_the_last(self) -> bool:
        """Whether this try, if it is wrong, begins the pause."""
        return self.allowed and self.left == 0


def take(budget: Budget, subject: str | int) -> Ticket:
    """Count one try of ``subject``. The caller gives the ticket back when the try was right."""
    key, now = f"{budget.name}:{subject}", time.time()
    with transaction.atomic(durable=True):
        AttemptCount.objects.get_or_create(key=key)
        count = AttemptCount.objects.select_for_update().get(key=key)
        if count.locked_until > now:
            return Ticket(key, now, math.ceil(count.locked_until - now), 0)
        count.failures = [at for at in count.failures if now - at < budget.period] + [now]
        left = budget.tries - len(count.failures)
        count.locked_until = now + budget.pause if left <= 0 else 0
        count.save()
    return Ticket(key, now, 0, max(0, left))


def give_back(ticket: Ticket) -> None:
    """Take back the count of a try that was right, and the pause that it would have begun."""
    with transaction.atomic(durable=True):
        count = AttemptCount.objects.select_for_update().get(key=ticket.key)
        count.failures = [at for at in count.failures if at != ticket.at]
        count.locked_until = 0
        count.save()


def is_paused(budget: Budget, subject: str | int) -> bool:
    """Whether tries of ``subject`` are refused at the moment; counts nothing."""
    return AttemptCount.objects.filter(key=f"{budget.name}:{subject}", locked_until__gt=time.time()).exists()


def forgive(budget: Budget, subject: str | int) -> None:
    """Forget all wrong tries of ``subject`` (unlocking by an administrator)."""
    AttemptCount.objects.filter(key=f"{budget.name}:{subject}").delete()


def name_subject(username: str) -> str:
    """Return the subject of password tries for ``username``: the same for names that exist and names that do not."""
    return salted_hmac("accounts.throttle", username.strip().lower(), algorithm="sha256").hexdigest()[:40]
