"""The first page of the administration: how people sign in, what they are asked, and what needs care, in few statements."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import report_charts, report_numbers
from accounts.models import LoginRecord, TemporaryCode, User, VerificationRecord
from accounts.models.histories import LoginStatus, VerificationStatus
from accounts.report_filters import Filters
from accounts.report_numbers import Numbers, Rows
from sessions_policy import gate, policy_book, safety
from sessions_policy.charts import Chart
from sessions_policy.gate import Asked
from sessions_policy.levels import Level
from sessions_policy.models import DecisionRecord

# Seconds for which everybody sees the same numbers.
KEPT = 15
DAYS = 14
MOST = 5
RIGHTS = ("accounts.view_loginrecord", "accounts.view_verificationrecord", "sessions_policy.view_decisionrecord")
AREA = "histories"
FAILED = (VerificationStatus.FAILED_INVALID_CODE, VerificationStatus.FAILED_INVALID_PASSWORD)
ASK_FIRST: dict[str, str | Promise] = {
    "right": gettext_lazy("You may not read the histories, so their numbers are not shown."),
    "level": gettext_lazy("Histories ask for more than this session has proven, so their numbers are not shown."),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: what it counts, a word on it, where more is to be seen, and whether it needs care."""

    label: str
    value: str
    note: str
    url: str
    care: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody and how often something happened to them."""

    name: str
    count: int
    url: str


@dataclass(slots=True)
class Snapshot:
    """What was counted."""

    people: int = 0
    day: Numbers = field(default_factory=Numbers)
    period: Numbers = field(default_factory=Numbers)
    locked: int = 0
    codes: int = 0
    unreachable: tuple[str, ...] = ()
    failed_most: tuple[tuple[str, int], ...] = ()

    @property
    def without_method(self) -> int:
        """How many people have no method beside their password."""
        return sum((self.day.without_method or {}).values())


def context_of(request: HttpRequest) -> dict[str, Any]:
    """Return what the template wants: tiles, charts and people, or the sentence why there are none."""
    if not all(map(request.user.has_perm, RIGHTS)):
        return {"dashboard_closed": ASK_FIRST["right"]}
    # The numbers are those of the histories, and so ask what the histories ask (R4.9).
    if not gate.opens(request, Asked(resources=(AREA,))):
        return {"dashboard_closed": ASK_FIRST["level"], "dashboard_url": reverse("admin:accounts_loginrecord_changelist")}
    found = snapshot()
    return {"tiles": tiles(found), "dashboard_charts": charts_of(found.period), "failed_most": people_of(found.failed_most)}


def snapshot() -> Snapshot:
    """Return the numbers, counted at most once in :data:`KEPT` seconds."""
    key = f"authsite.dashboard.{policy_book.current().revision}"
    found: Snapshot | None = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, KEPT)
    return found


def count() -> Snapshot:
    """Count anew."""
    now = timezone.now()
    day, period = Filters(now - timedelta(days=1), days=1), Filters(now - timedelta(days=DAYS), days=DAYS)
    everything = Rows(
        LoginRecord.objects.all(), VerificationRecord.objects.all(), DecisionRecord.objects.all(), User.objects.all()
    )
    failed = VerificationRecord.objects.filter(at__gte=period.since, status__in=FAILED)
    most = failed.order_by().values_list("user__username").annotate(n=Count("pk")).order_by("-n", "user__username")
    return Snapshot(
        people=User.objects.filter(is_active=True, is_frozen=False).count(),
        day=report_numbers.count(everything, day),
        period=report_numbers.count(Rows(everything.sign_ins, everything.verifications, everything.decisions, None), period),
        locked=report_numbers.locked_now(),
        codes=TemporaryCode.objects.filter(expires__gt=now).count(),
        unreachable=tuple(safety.unreachable_profiles(safety.Administrator(None, ""))),
        failed_most=tuple((str(name), int(n)) for name, n in most[:MOST]),
    )


def tiles(found: Snapshot) -> list[Tile]:
    """Return the tiles, what needs care among them."""
    return [*_of_people(found), *_of_today(found), *_of_care(found)]


def charts_of(numbers: Numbers) -> list[Chart]:
    """Return the charts of the last two weeks."""
    return [
        report_charts.sign_ins_by_day(numbers.levels_by_day),
        report_charts.challenges(numbers.challenges),
        report_charts.reasons(numbers.reasons),
        report_charts.refused_grants(numbers.refused_grants),
    ]


def people_of(rows: tuple[tuple[str, int], ...]) -> list[Person]:
    """Return who failed most, each with the way to their tries."""
    return [Person(name, n, _list("accounts", "verificationrecord", q=name)) for name, n in rows]


def _of_people(found: Snapshot) -> list[Tile]:
    share = 100 * (found.people - found.without_method) // found.people if found.people else 0
    missing = _("%(n)d of %(all)d people have none") % {"n": found.without_method, "all": found.people}
    url = _list("accounts", "user", has_method="no", is_active__exact=1)
    return [Tile(_("With a second factor"), f"{share} %", missing, url)]


def _of_today(found: Snapshot) -> list[Tile]:
    levels = sum(found.day.levels_by_day.values(), Counter[str]())
    high = _("%(n)d of them at High Assurance") % {"n": levels[Level.HIGH_ASSURANCE.slug]}
    results = sum(found.day.challenges.values(), Counter[str]())
    failed = sum(results[each] for each in FAILED)
    refused = found.day.refused_grants.total()
    return [
        Tile(
            _("Sign-ins"), str(levels.total()), high, _list("accounts", "loginrecord", status__exact=LoginStatus.SUCCESS.value)
        ),
        Tile(_("Prompts"), str(found.day.reasons.total()), _("for more than was proven"), report_charts.decisions_url()),
        Tile(
            _("Verifications"),
            str(results[VerificationStatus.SUCCEEDED]),
            _("passed; %(n)d tries were wrong") % {"n": failed},
            _list("accounts", "verificationrecord"),
        ),
        Tile(
            _("Refused grants"),
            str(refused),
            _("token requests and API calls"),
            report_charts.decisions_url(outcome="deny"),
            care=refused > 0,
        ),
    ]


def _of_care(found: Snapshot) -> list[Tile]:
    profiles = reverse("admin:sessions_policy_profile_changelist")
    status = LoginStatus.TOO_MANY_ATTEMPTS.value
    return [
        Tile(
            _("Locked now"),
            str(found.locked),
            _("after too many wrong tries"),
            _list("accounts", "loginrecord", status__exact=status),
            care=found.locked > 0,
        ),
        Tile(
            _("Temporary codes"),
            str(found.codes),
            _("work at the moment"),
            reverse("admin:accounts_temporarycode_changelist"),
        ),
        Tile(
            _("Unsatisfiable profiles"),
            str(len(found.unreachable)),
            ", ".join(found.unreachable) or _("everybody could sign in"),
            profiles,
            care=bool(found.unreachable),
        ),
    ]


def _list(app: str, model: str, **query: Any) -> str:
    return reverse(f"admin:{app}_{model}_changelist") + ("?" + urlencode(query) if query else "")
