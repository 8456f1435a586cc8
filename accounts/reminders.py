"""Who is to be reminded: of a second factor that they will soon need, and of recovery codes that they do not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format

from sessions_policy import policy_book
from sessions_policy.models import Profile

from . import notifications
from .models import AuthenticatorDevice, RecoveryCode, User
from .throttle import Budget

# Days before the end of the time to set up a method. Each is written about once, also when a day's run was missed.
STEPS = (0, 3, 14)
KEPT = 60 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail: to whom, and of what. ``days`` is None for recovery codes."""

    user: User
    kind: str
    until: date | None = None
    days: int | None = None

    def send(self) -> None:
        """Mail it, unless this reminder was mailed before."""
        if self.until is None or self.days is None:
            notifications.recovery_codes_missing(self.user)
            return
        step = next(each for each in STEPS if self.days <= each)
        budget = Budget(f"mail.soon.{self.until}.{step}", tries=1, period=KEPT, pause=KEPT)
        notifications.two_factor_soon(self.user, date_format(self.until), self.days, budget)


def due() -> Iterator[Reminder]:
    """Yield the reminders of today."""
    today = policy_book.current().now().date()
    for profile in Profile.objects.filter(grace_until__gte=today).order_by("name"):
        assert profile.grace_until is not None
        days = (profile.grace_until - today).days
        if days <= max(STEPS) and (profile.two_factor_ui or profile.required_level != "none"):
            for user in _people().filter(profile=profile, has_app=False).iterator():
                yield Reminder(user, "two_factor_soon", profile.grace_until, days)
    for user in _people().filter(has_app=True, has_codes=False).iterator():
        yield Reminder(user, "recovery_codes_missing")


def _people() -> QuerySet[Any]:
    mine = Q(user=OuterRef("pk"))
    return (
        User.objects.filter(is_active=True, is_frozen=False)
        .exclude(email="")
        .annotate(
            has_app=Exists(AuthenticatorDevice.objects.filter(mine, confirmed=True)),
            has_codes=Exists(RecoveryCode.objects.filter(mine, used_at=None)),
        )
        .order_by("pk")
    )
