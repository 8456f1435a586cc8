"""Writing the login history and the verification history."""

from __future__ import annotations

from typing import Required, TypedDict, Unpack

from django.http import HttpRequest

from sessions_policy import recorded, statements
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision, Reason
from sessions_policy.statements import Statement

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


class LoginValues(TypedDict, total=False):
    """What one row of the login history says beside the time, the address and the browser."""

    user: Required[User | None]
    request: Required[HttpRequest]
    channel: Required[str]
    method: Required[str]
    status: Required[str]
    application: str
    level: str
    reference: str
    decision: Decision | None


def login_entry(**values: Unpack[LoginValues]) -> Statement:
    """Return what writes one row of the login history. Never give it a name that was typed: people type passwords there.

    ``decision`` is the one that let them in or refused them; what it was taken on is kept with the row.
    """
    request, decision = values["request"], values.get("decision")
    row = LoginRecord(
        user=values["user"],
        channel=values["channel"],
        method=values["method"][:100],
        status=values["status"],
        application=values.get("application", "")[:100],
        level=values.get("level", ""),
        ip=client_address(request) or None,
        user_agent=user_agent(request),
        reference=values.get("reference", ""),
        inputs=None if decision is None else recorded.of(decision),
    )
    return statements.insert(row)


def record_login(**values: Unpack[LoginValues]) -> None:
    """Write one row of the login history."""
    statements.run(login_entry(**values))


def verification_entry(  # noqa: PLR0913 - the columns of a row
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
) -> Statement:
    """Return what writes one row of the verification history. ``attempt`` groups the tries of one verification.

    ``decision`` is the one that asked for it, and what it was taken on is kept with the row.
    """
    row = VerificationRecord(
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
    return statements.insert(row)


def user_agent(request: HttpRequest) -> str:
    """Return what the browser or program calls itself, printable and at most 300 characters long."""
    return _printable(request.META.get("HTTP_USER_AGENT", ""))[:300]


def _printable(text: str) -> str:
    # PostgreSQL refuses NUL, and control characters would forge lines in whatever shows the history.
    return "".join(c if c.isprintable() else " " for c in text)
