"""Which browsers are known: a random value in a cookie, and for each person a row with its digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sessions_policy.client_address import client_address

from . import histories
from .models import RememberedBrowser, User

LASTS = timedelta(days=90)


def cookie_name() -> str:
    """Return the name of the cookie: bound to this host where it travels over TLS."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether the browser of ``request`` is remembered for ``user``. No query for a browser without the cookie."""
    value = request.COOKIES.get(cookie_name(), "")
    if not value:
        return False
    now = timezone.now()
    found = RememberedBrowser.objects.filter(user=user, digest=_digest(value), expires__gt=now)
    return found.update(last_used=now) == 1


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember the browser of ``request`` for ``user``; a browser that is known for others keeps its value."""
    value = request.COOKIES.get(cookie_name(), "")
    if not RememberedBrowser.objects.filter(digest=_digest(value)).exists():
        # SECURITY: a value that we never gave out may have been planted, and its planter would be known here.
        value = secrets.token_urlsafe(32)
    RememberedBrowser.objects.update_or_create(
        user=user,
        digest=_digest(value),
        defaults={
            "expires": timezone.now() + LASTS,
            "user_agent": histories.user_agent(request),
            "ip": client_address(request) or None,
        },
    )
    response.set_cookie(
        cookie_name(),
        value,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
