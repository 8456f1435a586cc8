"""What a connected app lays down about its tokens, answered for the protocol: one place for every endpoint to ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from sessions_policy.levels import Grant

from .models import ConnectedApp, RefreshToken
from .scopes import FULL

# The database wants a date; this one says "never". Cleaning up goes by the revocation then.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

Policy = ConnectedApp.RefreshPolicy


def access_token_seconds(request: Any) -> int:
    """Return how long an access token of the request's app lives. oauthlib asks it for every token."""
    app: ConnectedApp | None = request.client
    minutes = app.access_token_minutes if app is not None else None
    seconds: int = settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"] if minutes is None else minutes * 60
    return seconds


def gives_refresh_tokens(app: ConnectedApp) -> bool:
    """Whether the app gets refresh tokens at all."""
    return Grant.REFRESH_TOKEN.value in app.grant_types and app.refresh_policy != Policy.NONE


def family_end(app: ConnectedApp) -> datetime:
    """Return when everything that descends from an approval of now ends for good (9700-4), by the app's policy."""
    if app.refresh_policy == Policy.UNTIL_REVOKED:
        return NEVER
    longest = longest_life()
    return timezone.now() + (hours_of(app) if app.refresh_policy == Policy.FIXED else longest)


def refresh_problem(token: RefreshToken, app: ConnectedApp) -> str:
    """Return why ``token`` does not work any more by the app's policy of today, "" when it does (R6.31).

    A stricter policy is in force at the next use; a looser one revives nothing, because what was promised at the approval
    stands in the token.
    """
    now = timezone.now()
    if token.expires <= now:
        return "The refresh token has expired."
    if app.refresh_policy == Policy.NONE:
        return "The app's policy gives no refresh tokens any more."
    if app.refresh_policy == Policy.UNUSED and token.created + hours_of(app) <= now:
        return "The refresh token has expired: it was not used for too long."
    began, longest = token.family_began, hours_of(app) if app.refresh_policy == Policy.FIXED else longest_life()
    if app.refresh_policy != Policy.UNTIL_REVOKED and began + longest <= now:
        return "The refresh token has expired: the approval is too old."
    return ""


def scope_in_force(scope: str, app: ConnectedApp | None) -> str:
    """Return what is left of ``scope`` under the app's list of today: a scope taken from an app is gone at the next call."""
    if app is None:
        return scope
    allowed, held = set(app.scopes), scope.split()
    if FULL in held and FULL not in allowed:
        # What "full" contained is what the app is left with.
        held = [*held, *(each for each in app.scopes if each != Grant.REFRESH_TOKEN.value)]
    return " ".join(dict.fromkeys(each for each in held if each in allowed))


def hours_of(app: ConnectedApp) -> timedelta:
    """Return the number of the app's refresh token policy."""
    return longest_life() if app.refresh_hours is None else timedelta(hours=app.refresh_hours)


def longest_life() -> timedelta:
    """Return how long a family of refresh tokens lasts where nothing else is said."""
    return timedelta(seconds=settings.OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"])
