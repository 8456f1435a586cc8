"""The security page: how strong this session is, the person's methods, codes, sessions and recent activity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_policy import policy_book, texts
from sessions_policy.levels import Level, Method
from sessions_policy.models import UserSession
from sessions_policy.session_security import SessionSecurity

from ..devices import recovery_code
from ..models import LoginRecord, User, VerificationRecord

RECENT = 20
FEW_CODES = 3


def security(request: HttpRequest) -> HttpResponse:
    """Show the security page of the signed-in person."""
    user: User = request.user  # type: ignore[assignment]
    remaining = recovery_code.remaining(user)
    devices = _devices(user)
    security_now = SessionSecurity.of(request)
    context = {
        "level": texts.level_name(security_now.level),
        "proofs": proofs_in_words(security_now),
        "devices": devices,
        "recovery_remaining": remaining,
        "sessions": _sessions(request, user),
        "activity": _activity(user),
        "warnings": _warnings(devices, remaining, confirmed=recovery_code.are_confirmed(user)),
        "browsers": user.remembered_browsers.filter(expires__gt=timezone.now()),
    }
    return render(request, "accounts/security.html", context)


def proofs_in_words(security: SessionSecurity) -> list[dict[str, Any]]:
    """Return the proofs of a session for a page: method, time, and the level that each gives now."""
    return [
        {
            "method": texts.method_name(proof.method),
            "at": datetime.fromtimestamp(proof.at, tz=UTC),
            "level_name": texts.level_name(security.level_of(proof)),
        }
        for proof in security.proofs
    ]


def _devices(user: User) -> list[dict[str, Any]]:
    gives = texts.level_name(policy_book.current().columns[Method.AUTHENTICATOR_APP])
    return [
        {"id": d.pk, "name": d.name, "created": d.created, "last_used": d.last_used, "gives": gives}
        for d in user.authenticators.filter(confirmed=True)
    ]


def _sessions(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    rows = UserSession.objects.filter(user=user)[:RECENT]
    return [
        {
            "id": row.public_id,
            "current": row.session_key == request.session.session_key,
            "method": ", ".join(texts.method_name(name) for name in row.method.split(", ")),
            "level_name": texts.level_name(Level.from_slug(row.level)),
            "ip": row.ip,
            "browser": row.browser,
            "created": row.created,
            "last_seen": row.last_seen,
        }
        for row in rows
    ]


def _activity(user: User) -> list[dict[str, Any]]:
    logins: list[dict[str, Any]] = [
        {
            "at": r.at,
            "reference": r.reference,
            "why_url": _why_url("logins", r),
            "text": _sentence(r.method, r.get_status_display(), r.application or r.channel),
        }
        for r in user.login_records.all()[:RECENT]
    ]
    checks: list[dict[str, Any]] = [
        {
            "at": r.at,
            "reference": r.reference,
            "why_url": _why_url("verifications", r),
            "text": _sentence(r.method, r.get_status_display(), r.activity),
        }
        for r in user.verification_records.all()[:RECENT]
    ]
    return sorted(logins + checks, key=lambda row: row["at"], reverse=True)[:RECENT]


def _why_url(kind: str, row: LoginRecord | VerificationRecord) -> str:
    return reverse("security-activity-why", args=(kind, row.pk)) if row.inputs else ""


def _sentence(methods: str, status: str, what: str) -> str:
    named = ", ".join(texts.method_name(name) for name in methods.split(", "))
    return _("%(methods)s: %(status)s (%(what)s)") % {"methods": named, "status": status, "what": what}


def _warnings(devices: list[dict[str, Any]], remaining: int, *, confirmed: bool) -> list[str]:
    found = []
    if len(devices) == 1:
        found.append(_("This is your only second factor. Add another one, so that a lost phone does not lock you out."))
    if devices and remaining == 0:
        found.append(_("You have no recovery codes. Make some, and keep them somewhere safe."))
    elif devices and remaining <= FEW_CODES:
        found.append(_("You have only a few recovery codes left. Make new ones."))
    if remaining and not confirmed:
        found.append(_("You left your new recovery codes without saying that you saved them. If you did not, make new ones."))
    return found
