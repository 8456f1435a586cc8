"""The middleware: keeps the session cookie, attaches the level, enforces the marks of views, answers refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as StockSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.views import APIView

from . import gate, proofs
from .doors import mark_of
from .gate import AccessRefused
from .levels import Level
from .responses import answer
from .session_security import SessionSecurity

GetResponse = Callable[[HttpRequest], HttpResponse]


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
