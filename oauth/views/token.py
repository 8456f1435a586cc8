"""The token endpoint, revocation and introspection: for programs, JSON in and out, never stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.exceptions import OAuthToolkitError
from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749.errors import InvalidClientError

from sessions_policy.doors import open_to_all

from .. import formats, introspection, pushed, revocation
from ..backend import FORMS, NO_STORE, core
from ..cors import for_browser_apps
from ..error_meanings import MEANINGS
from ..errors import TokenError
from ..models import ConnectedApp, PushedRequest
from ..models.pushed_requests import REQUEST_LIFE

LONGEST_PUSHED = 10_000
View = Callable[[HttpRequest], HttpResponse]


def endpoint(view: View) -> View:
    """Make ``view`` an endpoint of client programs: POST only, no cookie, no CSRF, errors as JSON (RFC 6749 5.2)."""

    # Open also in the middle of a login: these never look at the session.
    @csrf_exempt
    @open_to_all(during_login=True)
    @sensitive_post_parameters()
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return error_response(TokenError("invalid_request", "Use POST.", status=405), Allow="POST")
        try:
            return view(request)
        except TokenError as error:
            return error_response(error)

    return answer


@for_browser_apps
@endpoint
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a grant for tokens (RFC 6749 3.2)."""
    _uri, headers, body, status = core().create_token_response(request)
    body, headers["Content-Type"] = formats.written(body or "", request.POST.get("format", ""))
    response = HttpResponse(body, status=status, headers=headers)
    return challenge_client(response)


@for_browser_apps
@endpoint
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token (RFC 7009). The token alone is enough: whoever holds it may end it. An unknown one answers the same."""
    value = field(request, "token")
    app = authenticated_client(request) if names_client(request) else None
    revocation.revoke(value, app)
    return JsonResponse({}, headers=NO_STORE)


@endpoint
def introspect(request: HttpRequest) -> HttpResponse:
    """Tell an authenticated client about a token of its own (RFC 7662); of any other token only that it is not active."""
    app = authenticated_client(request)
    if app.is_public:
        raise no_client()
    return JsonResponse(introspection.describe(field(request, "token"), app), headers=NO_STORE)


@for_browser_apps
@endpoint
def push(request: HttpRequest) -> HttpResponse:
    """Keep an authorization request and return the ``request_uri`` that stands for it, for a minute (RFC 9126)."""
    app = authenticated_client(request)
    form_only(request)
    if pushed.NAME in request.POST:
        raise TokenError("invalid_request", "A pushed request names no other one: leave out request_uri.")
    query = pushed.query_of(request.POST, app)
    if len(query) > LONGEST_PUSHED:
        raise TokenError("invalid_request", "The authorization request is too long.", status=413)
    try:
        core().validate_authorization_request(pushed.as_authorization_request(request, query))
    except OAuthToolkitError as error:
        found = error.oauthlib_error
        raise TokenError(found.error, found.description or "") from error
    body = {"request_uri": PushedRequest.keep(app, query), "expires_in": REQUEST_LIFE}
    return JsonResponse(body, status=201, headers=NO_STORE)


def authenticated_client(request: HttpRequest) -> ConnectedApp:
    """Return the client that the request authenticates. Raises TokenError, 401."""
    backend = core()
    uri, method, body, headers = request.path, "POST", request.POST.urlencode(), backend.extract_headers(request)
    asking = OauthlibRequest(uri, method, body, headers)
    validator = backend.server.request_validator
    required = validator.client_authentication_required(asking)
    proven = validator.authenticate_client(asking) if required else validator.authenticate_client_id(asking.client_id, asking)
    if not proven:
        raise no_client()
    app: ConnectedApp = asking.client
    return app


def names_client(request: HttpRequest) -> bool:
    """Whether the request says which client sends it."""
    return bool(request.POST.get("client_id") or request.headers.get("Authorization"))


def field(request: HttpRequest, name: str) -> str:
    """Return a form field that has to be there once. Raises TokenError."""
    form_only(request)
    values = request.POST.getlist(name)
    if len(values) != 1 or not values[0]:
        raise TokenError("invalid_request", f"Send the parameter {name} once.")
    return values[0]


def form_only(request: HttpRequest) -> None:
    """Raise TokenError for a body that is no form."""
    if request.content_type not in FORMS:
        raise TokenError("invalid_request", "Send the parameters as application/x-www-form-urlencoded.")


def no_client() -> TokenError:
    """Return the error of a client that did not authenticate."""
    return TokenError("invalid_client", str(MEANINGS["invalid_client"][0]), status=InvalidClientError.status_code)


def error_response(error: TokenError, **headers: Any) -> HttpResponse:
    """Return ``error`` as JSON."""
    fields = dict(error.twotuples)
    waits = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return challenge_client(JsonResponse(fields, status=error.status_code, headers={**NO_STORE, **waits, **headers}))


def challenge_client(response: HttpResponse) -> HttpResponse:
    """Name the scheme by which clients authenticate, where one did not (RFC 6749 5.2)."""
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Basic realm="oauth"'
    return response
