"""Writing the login history and the verification history."""

from __future__ import annotations

from django.http import HttpRequest

from sessions_policy import browsers
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision, Reason
from sessions_policy.levels import Channel

from .models import LoginRecord, User, VerificationRecord
from .models.histories import LoginStatus, TriggeredBy

# Names of browsers that are looked at to see whether one is new.
MOST_BROWSERS = 200

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
) -> LoginRecord:
    """Write one row of the login history. Never give it a name that was typed: people type passwords there."""
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
    )


def is_new_browser(request: HttpRequest, user: User) -> bool:
    """Whether ``user`` has signed in before, but never with a browser that calls itself so. One query."""
    known = user.login_records.filter(status=LoginStatus.SUCCESS, channel=Channel.BROWSER.value).order_by()
    names = set(known.values_list("user_agent", flat=True).distinct()[:MOST_BROWSERS])
    return bool(names) and browsers.in_short(user_agent(request)) not in set(map(browsers.in_short, names))


def record_verification(
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
) -> VerificationRecord:
    """Write one row of the verification history. ``attempt`` groups the tries of one verification."""
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
    )


def user_agent(request: HttpRequest) -> str:
    """Return what the browser or program calls itself, printable and at most 300 characters long."""
    return _printable(request.META.get("HTTP_USER_AGENT", ""))[:300]


def _printable(text: str) -> str:
    # PostgreSQL refuses NUL, and control characters would forge lines in whatever shows the history.
    return "".join(c if c.isprintable() else " " for c in text)
