"""Who uses what: live tokens, counted by the grant that they came by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy.levels import Grant

from .models import AccessToken, RefreshToken
from .models.connected_apps import GRANTS

GRANT_NAMES = {**dict(GRANTS), Grant.API_LOGIN.value: _("API login")}


def live(**which: Any) -> Iterator[QuerySet[Any]]:
    """Yield the access tokens and the refresh tokens that work now, of those that the look-up ``which`` finds."""
    now = timezone.now()
    yield AccessToken.objects.filter(expires__gt=now, **which).order_by()
    yield RefreshToken.objects.filter(revoked=None, expires__gt=now, **which).order_by()


def by_grant(**which: Any) -> Counter[str]:
    """Return how many live tokens there are of each grant, by its name in words. Two queries."""
    found: Counter[str] = Counter()
    for tokens in live(**which):
        for row in tokens.values("flow").annotate(n=Count("pk")):
            found[grant_name(row["flow"])] += row["n"]
    return found


def people(**which: Any) -> int:
    """Return how many people hold a live token. Two queries."""
    holders: set[int] = set()
    for tokens in live(**which):
        holders.update(tokens.values_list("user", flat=True).distinct())
    return len(holders - {None})


def last_used(**which: Any) -> datetime | None:
    """Return when a token was issued or refreshed the last time, as far as it is known: an hour before the last call at most.

    Calls themselves are not written down: that would be a write for every look.
    """
    found = [model.objects.filter(**which).aggregate(at=Max("created"))["at"] for model in (AccessToken, RefreshToken)]
    return max((at for at in found if at is not None), default=None)


def in_words(counts: Counter[str]) -> str:
    """Return counts by grant as one line: "3 Web server, 1 JWT bearer"; "" for none."""
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items()))


def grant_name(flow: str) -> str:
    """Return a grant in words; its own name where it is none of ours."""
    return str(GRANT_NAMES.get(flow, flow or "?"))
