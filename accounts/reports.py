"""The built-in reports: sign-ins and verifications, as rows for the page and for the API alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from sessions_policy import texts
from sessions_policy.levels import Level

from .models import LoginRecord, User, VerificationRecord

PAGE = 50


def sign_ins(viewer: User) -> QuerySet[LoginRecord]:
    """Return the login history that ``viewer`` may read: everybody's with the right to, else their own (R9.36)."""
    rows = LoginRecord.objects.select_related("user")
    return rows if viewer.has_perm("accounts.view_loginrecord") else rows.filter(user=viewer)


def verifications(viewer: User) -> QuerySet[VerificationRecord]:
    """Return the verification history that ``viewer`` may read (R9.21, R9.31)."""
    rows = VerificationRecord.objects.select_related("user")
    may = viewer.has_perm("accounts.view_verificationrecord") or viewer.has_perm("accounts.manage_two_factor")
    return rows if may else rows.filter(user=viewer)


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


def counts(rows: QuerySet[LoginRecord]) -> list[dict[str, Any]]:
    """Return how often each status occurs, most frequent first."""
    labels = dict(LoginRecord._meta.get_field("status").choices or ())
    found = rows.order_by().values("status").annotate(count=Count("id")).order_by("-count")
    return [{"label": labels.get(row["status"], row["status"]), "count": row["count"]} for row in found]


def _methods(names: str) -> str:
    return ", ".join(texts.method_name(name) for name in names.split(", "))
