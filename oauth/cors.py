"""Which scripts of other sites may read an answer (CORS): those of an app's own pages, and never with cookies.

The endpoints for browser apps take a client id or a bearer token, so no answer depends on who happens to be signed in here,
and ``Access-Control-Allow-Credentials`` is never sent. The bridge has none of this (R7.4).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from .models import ConnectedApp
from .redirects import ORIGIN

View = Callable[[HttpRequest], HttpResponse]
METHODS = "GET, POST"
# The API changes and deletes, too. It reads no conditional and no idempotency headers, so none is allowed.
API_METHODS = "GET, POST, PUT, PATCH, DELETE"
HEADERS = "Authorization, Content-Type"
# Seconds for which a browser may keep the answer to its question.
KEPT = "600"


def origins_of(app: ConnectedApp) -> set[str]:
    """Return the origins of ``app``: those that are registered, and for a public app those of its redirect addresses.

    The pages there get the app's codes anyway.
    """
    found = set(app.allowed_origins.split())
    if app.is_public:
        found |= {match[0] for uri in app.redirect_uris.split() if (match := ORIGIN.match(uri))}
    return found


def is_known(origin: str) -> bool:
    """Whether ``origin`` is one of any app's."""
    named = Q(allowed_origins__contains=origin) | Q(redirect_uris__contains=origin)
    return any(origin in origins_of(app) for app in ConnectedApp.objects.filter(named))


def preflight(request: HttpRequest, methods: str = METHODS) -> HttpResponse | None:
    """Return the answer to a browser's question before it sends a request of another site's; None when this is none.

    ``methods`` are those that the address takes. It names no client yet, so any app's origin gets a yes; the answer itself is
    then judged by its app.
    """
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    response = HttpResponse(status=204)
    origin = _origin(request)
    if origin and is_known(origin):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = methods
        response["Access-Control-Allow-Headers"] = HEADERS
        response["Access-Control-Max-Age"] = KEPT
    patch_vary_headers(response, ("Origin",))
    return response


def allow(request: HttpRequest, response: HttpResponseBase, app: ConnectedApp | None) -> None:
    """Let the page that asked read ``response``, when its origin is one of ``app``'s, or any app's where none is known."""
    patch_vary_headers(response, ("Origin",))
    origin = _origin(request)
    if origin and (is_known(origin) if app is None else origin in origins_of(app)):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "WWW-Authenticate, Retry-After"


def for_browser_apps(view: View) -> View:
    """Open an endpoint of client programs to the scripts of the app that the request names."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        asked = preflight(request)
        if asked is not None:
            return asked
        response = view(request)
        if "Origin" in request.headers:
            allow(request, response, ConnectedApp.find(request.POST.get("client_id")))
        return response

    return answer


def _origin(request: HttpRequest) -> str:
    given: str = request.headers.get("Origin", "")
    return given if ORIGIN.fullmatch(given) else ""
