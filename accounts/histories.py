"""Writing the login history and the verification history."""

from __future__ import annotations

from django.http import HttpRequest

from sessions_policy import recorded
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision, Reason

from .models import LoginRecord, User, VerificationRecord
from .models.histories import TriggeredBy

_TRIGGERS = {
    Reason.TWO_FACTOR_UI: TriggeredBy.TWO_FACTOR,
    Reason.TWO_FACTOR_API: TriggeredBy.TWO_FACTOR,
    Reason.LEVEL_PROFILE: TriggeredBy.PROFILE_POLICY,
    Reason.LEVEL_BRIDGE: TriggeredBy.PROFILE_POLICY,
    Reason.DEVICE_UNKNOWN: TriggeredBy.DEVICE_ACTIVATION,
}


def triggered_by(decision: Decision) -> TriggeredBy:
    """Return what asked for the verification that ``decision`` names (R1.12, R4.15)."""
    if decision.allowed:
        return TriggeredBy.PERSON
    return _TRIGGERS.get(decision.reason, TriggeredBy.HIGH_ASSURANCE)


def record_login(
    *,
    user: User | None,
    request: HttpRequest,
    channel: str,
    method: str,
    status: str,
    application: str = "",
    level: str = "",
    reference: str = "",
    decision: Decision | None = None,
) -> LoginRecord:
    """Write one row of the login history. Never give it a name that was typed: people type passwords there.

    ``decision`` is the one that let them in or refused them; what it was taken on is kept with the row.
    """
    return LoginRecord.objects.create(
        user=user,
        channel=channel,
        method=method[:100],
        status=status,
        application=application[:100],
        level=level,
        ip=client_address(request) or None,
        user_agent=user_agent(request),
        reference=reference,
        inputs=None if decision is None else recorded.of(decision),
    )


def record_verification(  # noqa: PLR0913 - the columns of a row
    *,
    user: User,
    request: HttpRequest,
    attempt: str,
    method: str,
    status: str,
    trigger: str,
    activity: str,
    message: str = "",
    reference: str = "",
    decision: Decision | None = None,
) -> VerificationRecord:
    """Write one row of the verification history. ``attempt`` groups the tries of one verification.

    ``decision`` is the one that asked for it, and what it was taken on is kept with the row.
    """
    return VerificationRecord.objects.create(
        user=user,
        attempt=attempt,
        method=method,
        status=status,
        triggered_by=trigger,
        activity=activity[:100],
        message=message[:300],
        ip=client_address(request) or None,
        reference=reference,
        inputs=None if decision is None else recorded.of(decision),
    )


def user_agent(request: HttpRequest) -> str:
    """Return what the browser or program calls itself, printable and at most 300 characters long."""
    return _printable(request.META.get("HTTP_USER_AGENT", ""))[:300]


def _printable(text: str) -> str:
    # PostgreSQL refuses NUL, and control characters would forge lines in whatever shows the history.
    return "".join(c if c.isprintable() else " " for c in text)
