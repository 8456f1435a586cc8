"""The numbers of the reports: one statement a table, the same for the page, the dashboard and the API."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from sessions_policy import policy_book
from sessions_policy.decision import Outcome
from sessions_policy.levels import Channel
from sessions_policy.models import DecisionRecord

from . import throttle
from .models import AuthenticatorDevice, LoginRecord, User, VerificationRecord
from .models.histories import LoginStatus, VerificationStatus
from .report_filters import Filters

ASKED = (Outcome.VERIFY.value, Outcome.ENROL.value)
# Doors at which programs ask: what is refused there is a grant.
PROGRAMS = (Channel.GRANT.value, Channel.API_LOGIN.value, Channel.TOKEN.value, Channel.BRIDGE.value)
PAUSED = (LoginStatus.TOO_MANY_ATTEMPTS.value, VerificationStatus.FAILED_TOO_MANY_ATTEMPTS.value)


@dataclass(slots=True)
class Numbers:
    """Everything that is counted, by stable names: levels by slug, methods and statuses as the histories keep them.

    ``levels_by_day`` counts successful sign-ins; ``without_method`` is None for who may not know other people.
    """

    by_status: Counter[str] = field(default_factory=Counter)
    levels_by_day: dict[date, Counter[str]] = field(default_factory=dict)
    levels_by_method: dict[str, Counter[str]] = field(default_factory=dict)
    challenges: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    refused_grants: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock_outs: int = 0
    without_method: dict[str, int] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the numbers for programs."""
        return {
            "sign_ins_by_day": {day.isoformat(): dict(levels) for day, levels in self.levels_by_day.items()},
            "sign_ins_by_method": {method: dict(levels) for method, levels in self.levels_by_method.items()},
            "sign_ins_by_status": dict(self.by_status),
            "challenges": {method: dict(results) for method, results in self.challenges.items()},
            "reasons": dict(self.reasons),
            "refused_grants": [
                {"grant": grant, "reason": reason, "count": n} for (grant, reason), n in self.refused_grants.most_common()
            ],
            "lock_outs": self.lock_outs,
            "people_without_method": self.without_method,
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that somebody may count. ``people`` is None for who may see nobody but themselves."""

    sign_ins: QuerySet[LoginRecord]
    verifications: QuerySet[VerificationRecord]
    decisions: QuerySet[DecisionRecord]
    people: QuerySet[User] | None


def count(rows: Rows, filters: Filters) -> Numbers:
    """Return the numbers of ``rows`` under ``filters``, in four statements."""
    numbers = Numbers()
    _count_sign_ins(numbers, filters.of_history(rows.sign_ins), filters)
    _count_challenges(numbers, filters.of_history(rows.verifications))
    _count_decisions(numbers, filters.of_people(rows.decisions))
    if rows.people is not None:
        numbers.without_method = _by_profile(without_method(_chosen(rows.people, filters)))
    return numbers


def without_method(people: QuerySet[User]) -> QuerySet[User]:
    """Return those of ``people`` who could sign in and have no method of their own beside the password."""
    devices = AuthenticatorDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return people.filter(~Exists(devices), is_active=True, is_frozen=False)


def locked_now() -> int:
    """Return how many accounts or names are refused at the moment, after too many wrong tries. One statement."""
    return throttle.paused_subjects(throttle.CODES, throttle.PASSWORDS)


def _count_sign_ins(numbers: Numbers, rows: QuerySet[LoginRecord], filters: Filters) -> None:
    zone = policy_book.current().organisation.zone
    today = policy_book.current().now().date()
    days = [today - timedelta(days=back) for back in reversed(range(filters.days + 1))]
    numbers.levels_by_day = {day: Counter() for day in days}
    grouped = rows.order_by().annotate(day=TruncDate("at", tzinfo=zone)).values("day", "method", "level", "status")
    for row in grouped.annotate(n=Count("pk")):
        numbers.by_status[row["status"]] += row["n"]
        if row["status"] in PAUSED:
            numbers.lock_outs += row["n"]
        if row["status"] == LoginStatus.SUCCESS:
            numbers.levels_by_day.setdefault(row["day"], Counter())[row["level"]] += row["n"]
            numbers.levels_by_method.setdefault(row["method"], Counter())[row["level"]] += row["n"]


def _count_challenges(numbers: Numbers, rows: QuerySet[VerificationRecord]) -> None:
    for row in rows.order_by().values("method", "status").annotate(n=Count("pk")):
        numbers.challenges.setdefault(row["method"], Counter())[row["status"]] += row["n"]
        if row["status"] in PAUSED:
            numbers.lock_outs += row["n"]


def _count_decisions(numbers: Numbers, rows: QuerySet[DecisionRecord]) -> None:
    for row in rows.order_by().values("outcome", "reason", "channel", "grant").annotate(n=Count("pk")):
        if row["outcome"] in ASKED:
            numbers.reasons[row["reason"]] += row["n"]
        elif row["outcome"] == Outcome.DENY and row["channel"] in PROGRAMS:
            numbers.refused_grants[row["grant"] or row["channel"], row["reason"]] += row["n"]


def _by_profile(people: QuerySet[User]) -> dict[str, int]:
    rows = people.order_by().values_list("profile__name").annotate(n=Count("pk")).order_by("-n")
    return {str(name): int(n) for name, n in rows}


def _chosen(people: QuerySet[User], filters: Filters) -> QuerySet[User]:
    if filters.profile is not None:
        people = people.filter(profile=filters.profile)
    return people.filter(username=filters.user) if filters.user else people
