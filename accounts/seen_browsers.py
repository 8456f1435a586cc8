"""Whether somebody signed in with this browser before, as the browser itself keeps it: for a mail, and for nothing else.

A signed cookie with a tag for each of its people. It costs no statement, and a browser that only calls itself like an old one
has none. It opens nothing: :mod:`accounts.remembered_browsers` is what activation asks.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from .models import User

COOKIE = "seen"
SALT = "accounts.seen"
LASTS = timedelta(days=400)
MOST = 10


def is_new(request: HttpRequest, user: User) -> bool:
    """Whether ``user`` has signed in before, and not with this browser. To be asked before the login is noted."""
    return user.last_login is not None and _tag(user) not in _tags(request)


def note(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Have the browser keep that ``user`` signed in with it; of too many people the newest stay."""
    tags = [_tag(user), *(tag for tag in _tags(request) if tag != _tag(user))][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(tags, salt=SALT),
        max_age=LASTS,
        path=reverse("login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _tag(user: User) -> str:
    return salted_hmac(SALT, str(user.pk), algorithm="sha256").hexdigest()[:16]


def _tags(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return []
    return [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []
