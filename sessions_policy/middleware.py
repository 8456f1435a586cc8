"""The middleware: keeps the session cookie, attaches the level, enforces the marks of views, answers refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware as StockAuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as StockSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from rest_framework.views import APIView

from . import gate, proofs
from .doors import mark_of
from .gate import AccessRefused
from .levels import Level
from .responses import answer
from .session_security import SessionSecurity

GetResponse = Callable[[HttpRequest], HttpResponse]
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SessionMiddleware(StockSessionMiddleware):
    """Django's session middleware, safe against requests that overtake one another.

    A step-up gives the session a new key. A parallel request that still carries the old one finds an empty session; the
    stock middleware would delete the browser's cookie, and with it the new session that the browser has just been given.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save what changed and set the cookie; leave alone what this request did not touch."""
        session = getattr(request, "session", None)
        if session is not None and not session.modified and self._finds_nothing(request):
            if session.accessed:
                patch_vary_headers(response, ("Cookie",))
            return response
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, UpdateError):
            # The session was rotated or ended while this request ran. Its late write is stale, so it is dropped: to keep it
            # would undo a raise or bring back a session that was ended.
            return response

    @staticmethod
    def _finds_nothing(request: HttpRequest) -> bool:
        return settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_empty()


class AuthenticationMiddleware(StockAuthenticationMiddleware):
    """Django's authentication middleware, which takes the user that came with the session's row, where there is one."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach ``request.user``, loaded when it is first looked at."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Return the user of the request's session.

    SECURITY: the row's user is taken only if it passes everything that :func:`django.contrib.auth.get_user` asks. In every
    other case that function answers itself: it ends what no longer holds, and knows older secrets and other backends.
    """
    session, user = request.session, getattr(request.session, "row_user", None)
    if (
        user is not None
        and user.is_active
        and session.get(auth.SESSION_KEY) == user._meta.pk.value_to_string(user)
        and session.get(auth.BACKEND_SESSION_KEY) == MODEL_BACKEND
        and MODEL_BACKEND in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(auth.HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    ):
        return user  # type: ignore[no-any-return]
    return auth.get_user(request)


class SessionLevelMiddleware:
    """Attaches ``request.session_security`` and ``request.session_level``, and stands before every view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach, go on, and keep pages of signed-in people out of caches."""
        _attach(request, Level.NONE)
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Enforce the mark of the view. DRF views have the same door as a permission, after their authentication."""
        mark = mark_of(view)
        if issubclass(getattr(view, "cls", object), APIView):
            return None
        if mark.open:
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                _attach(request, SessionSecurity.of(request).level)
            return None
        try:
            _attach(request, gate.enforce(request, mark.asked).level)
            proofs.touch(request.session)
        except AccessRefused as refused:
            _attach(request, refused.decision.level)
            return answer(request, refused)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal that a view raised."""
        if isinstance(exception, AccessRefused):
            return answer(request, exception)
        return None


def _attach(request: HttpRequest, level: Level) -> None:
    request.session_security = SessionSecurity(request)  # type: ignore[attr-defined]
    request.session_level = level  # type: ignore[attr-defined]
