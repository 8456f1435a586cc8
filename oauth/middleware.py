"""Opens the API to the scripts of browser apps (CORS), as the OAuth endpoints are."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from . import cors

API = "/api/"


class BrowserAppsMiddleware:
    """Answers a browser's question before a call of the API, and lets pages of any app read the answer.

    SECURITY: a page of another site never acts with the cookie of who is signed in here: credentials are never allowed, so
    what it reads is what its own bearer token opens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a preflight; name the origin that may read any other answer."""
        if not request.path.startswith(API) or "Origin" not in request.headers:
            return self.get_response(request)
        asked = cors.preflight(request, cors.API_METHODS)
        if asked is not None:
            return asked
        response = self.get_response(request)
        cors.allow(request, response, None)
        return response
