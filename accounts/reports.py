"""The built-in reports: sign-ins, verifications and decisions, as rows for the page, the files and the API alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_policy import texts
from sessions_policy.levels import Level
from sessions_policy.models import DecisionRecord

from . import report_charts
from .models import LoginRecord, User, VerificationRecord
from .report_filters import Filters
from .report_numbers import Rows, without_method

PAGE = 50
CHUNK = 2_000


def rows_for(viewer: User) -> Rows:
    """Return what ``viewer`` may count: everybody's rows with the rights to, else their own."""
    people = User.objects.all() if viewer.has_perm("accounts.view_user") else None
    return Rows(sign_ins(viewer), verifications(viewer), decisions(viewer), people)


def sees_everybody(viewer: User) -> bool:
    """Whether ``viewer`` may read other people's rows of any kind."""
    rights = ("accounts.view_loginrecord", "accounts.view_verificationrecord", "sessions_policy.view_decisionrecord")
    return any(map(viewer.has_perm, rights)) or viewer.has_perm("accounts.manage_two_factor")


def sign_ins(viewer: User) -> QuerySet[LoginRecord]:
    """Return the login history that ``viewer`` may read: everybody's with the right to, else their own (R9.36)."""
    rows = LoginRecord.objects.select_related("user")
    return rows if viewer.has_perm("accounts.view_loginrecord") else rows.filter(user=viewer)


def verifications(viewer: User) -> QuerySet[VerificationRecord]:
    """Return the verification history that ``viewer`` may read (R9.21, R9.31)."""
    rows = VerificationRecord.objects.select_related("user")
    may = viewer.has_perm("accounts.view_verificationrecord") or viewer.has_perm("accounts.manage_two_factor")
    return rows if may else rows.filter(user=viewer)


def decisions(viewer: User) -> QuerySet[DecisionRecord]:
    """Return the prompts and refusals that ``viewer`` may read."""
    rows = DecisionRecord.objects.select_related("user")
    return rows if viewer.has_perm("sessions_policy.view_decisionrecord") else rows.filter(user=viewer)


def sign_in_row(record: LoginRecord) -> dict[str, Any]:
    """Return one sign-in in words."""
    return {
        "at": record.at,
        "username": record.user.get_username() if record.user else "",
        "channel": record.channel,
        "method": _methods(record.method),
        "status": record.status,
        "status_label": record.get_status_display(),
        "application": record.application,
        "ip": record.ip,
        "level": record.level,
        "level_label": texts.level_name(Level.from_slug(record.level)) if record.level else "",
        "reference": record.reference,
    }


def verification_row(record: VerificationRecord) -> dict[str, Any]:
    """Return one verification in words."""
    return {
        "at": record.at,
        "attempt": record.attempt,
        "username": record.user.get_username(),
        "method": _methods(record.method),
        "status": record.status,
        "status_label": record.get_status_display(),
        "triggered_by": record.triggered_by,
        "triggered_by_label": record.get_triggered_by_display(),
        "activity": record.activity,
        "activity_label": record.activity,
        "ip": record.ip,
        "reference": record.reference,
    }


def decision_row(record: DecisionRecord) -> dict[str, Any]:
    """Return one prompt or refusal in words."""
    return {
        "at": record.at,
        "username": record.user.get_username() if record.user else "",
        "channel": record.channel,
        "outcome": record.outcome,
        "reason": record.reason,
        "asked_by": record.subject,
        "grant": record.grant,
        "level": record.level,
        "ip": record.ip,
        "revision": record.revision,
        "reference": record.reference,
    }


def person_row(user: User) -> dict[str, Any]:
    """Return one person without a method."""
    return {
        "username": user.get_username(),
        "name": user.get_full_name(),
        "email": user.email,
        "profile": user.profile.name,
        "last_login": user.last_login,
    }


def counts(rows: QuerySet[LoginRecord]) -> list[dict[str, Any]]:
    """Return how often each status occurs, most frequent first."""
    labels = dict(LoginRecord._meta.get_field("status").choices or ())
    found = rows.order_by().values("status").annotate(count=Count("id")).order_by("-count")
    return [{"label": labels.get(row["status"], row["status"]), "count": row["count"]} for row in found]


@dataclass(frozen=True, slots=True)
class File:
    """One of the reports as a file: its name on the page, and its head and rows."""

    label: str | Promise
    head: tuple[str, ...]
    rows: Iterable[Iterable[Any]]


FILES: dict[str, str | Promise] = {
    "sign-ins": _("Sign-ins"),
    "verifications": _("Verifications"),
    "decisions": _("Prompts and refusals"),
    "people-without-method": _("People without a method"),
}


def file_of(kind: str, viewer: User, filters: Filters) -> File | None:
    """Return the file ``kind`` (of :data:`FILES`) with what ``viewer`` may read; None for one that there is not."""
    rows = rows_for(viewer)
    if kind == "sign-ins":
        return _file(kind, filters.of_history(rows.sign_ins), sign_in_row, LoginRecord())
    if kind == "verifications":
        blank = VerificationRecord(user=viewer)
        return _file(kind, filters.of_history(rows.verifications), verification_row, blank)
    if kind == "decisions":
        return _file(kind, filters.of_people(rows.decisions), decision_row, DecisionRecord())
    if kind == "people-without-method" and rows.people is not None:
        people = without_method(rows.people).select_related("profile").order_by("username")
        return _file(kind, people, person_row, viewer)
    return None


def _file(kind: str, rows: QuerySet[Any], in_words: Any, blank: Any) -> File:
    head = tuple(name for name in in_words(blank) if not name.endswith("_label"))

    def lines() -> Iterator[list[Any]]:
        for record in rows.iterator(chunk_size=CHUNK):
            row = in_words(record)
            yield [row[name] for name in head]

    return File(FILES[kind], head, lines())


def _methods(names: str) -> str:
    return report_charts.methods_in_words(names)
