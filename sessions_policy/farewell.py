"""Why somebody has to sign in again, kept for the login page in their own browser.

SECURITY: in a signed cookie that is given to the browser whose session has ended, and to no other. A reason in the address
could be written by anybody, and an answer about a session to whoever asks would tell who uses the site.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .models import EndedSession

COOKIE = "signed_out"
SALT = "authsite.farewell"
LASTS = 10 * 60


class Why(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    AGE = "age"
    ADMINISTRATOR = "administrator"
    PASSWORD = "password"  # noqa: S105 - a reason
    METHODS = "methods"
    OWNER = "owner"
    LIMIT = "limit"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Farewell:
    """Why, whose session it was ("" where that is not known), and for a time-out how many minutes it allows."""

    why: Why
    username: str = ""
    minutes: int = 0


def of_ended(request: HttpRequest) -> Farewell | None:
    """Return why the session of the request's cookie was ended by somebody; None when it was not. One query."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    found = EndedSession.objects.filter(pk=digest(key)).first() if key else None
    return None if found is None or found.why not in set(Why) else Farewell(Why(found.why))


def digest(session_key: str) -> str:
    """Return what an ended session is found by. Only who held the session has its key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def give(response: HttpResponse, farewell: Farewell) -> None:
    """Give the browser ``farewell`` on its way to the login page."""
    value = signing.dumps([farewell.why.value, farewell.username, farewell.minutes], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=LASTS,
        path=reverse("login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read(request: HttpRequest) -> Farewell | None:
    """Return what the browser was given; None for nothing, for what is too old, and for what we did not sign."""
    try:
        why, username, minutes = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
        return Farewell(Why(why), str(username), int(minutes))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def forget(response: Any) -> None:
    """Take it back: somebody has signed in."""
    response.delete_cookie(COOKIE, path=reverse("login"), samesite="Lax")
