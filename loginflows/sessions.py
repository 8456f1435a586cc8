"""The sessions of a person that still run: a row outlives the time-out that ended its session."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from sessions_policy.facts import ProfilePolicy
from sessions_policy.models import UserSession
from sessions_policy.proofs import SEEN_EVERY


def running(user: Any, profile: ProfilePolicy, now: datetime) -> QuerySet[UserSession]:
    """Return the sessions of ``user`` that no time-out of ``profile`` has ended by ``now``, newest first."""
    rows = UserSession.objects.filter(user=user, expire_date__gt=now)
    if profile.idle_timeout:
        # Activity is written at most once in so many seconds.
        rows = rows.filter(last_seen__gt=now - timedelta(seconds=profile.idle_timeout + SEEN_EVERY))
    if profile.absolute_timeout:
        rows = rows.filter(created__gt=now - timedelta(seconds=profile.absolute_timeout))
    return rows.order_by("-created", "-pk")
