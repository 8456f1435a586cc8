"""Keeps a browser with a half-finished login inside its stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sessions_policy import farewell
from sessions_policy.doors import mark_of
from sessions_policy.farewell import Farewell, Why

from . import pending


class PendingLoginMiddleware:
    """In the middle of a login every address outside the login's own stage answers with a redirect to it (R8.3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect to the stage, or to the login page when the pending login has died."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not pending.is_kept(request):
            return None
        login = pending.load(request)
        request.pending_login = login  # type: ignore[attr-defined]
        if login is None:
            pending.abandon(request)
            in_a_stage = request.path.startswith(reverse("login")) and request.path != reverse("login")
            return _expired() if in_a_stage else None
        if mark_of(view).during_login or request.path.startswith(login.stage_url):
            return None
        return HttpResponseRedirect(login.stage_url)


def _expired() -> HttpResponse:
    response = HttpResponseRedirect(reverse("login"))
    farewell.give(response, Farewell(Why.LOGIN))
    return response
