"""Pushed authorization requests (RFC 9126): kept for the app, opened where the person arrives with their name."""

from __future__ import annotations

from http import HTTPMethod
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.exceptions import FatalClientError
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from .models.pushed_requests import PREFIX, PushedRequest

if TYPE_CHECKING:
    from .models import ConnectedApp

NAME = "request_uri"
# How an app proves who it is; no part of the request.
CREDENTIALS = ("client_secret", "client_assertion", "client_assertion_type")


class InvalidRequestURI(OAuth2Error):  # type: ignore[misc]
    """A ``request_uri`` that stands for nothing (RFC 9101 section 6.2)."""

    error = "invalid_request_uri"


def open_request(request: HttpRequest, *, arrived: bool) -> None:
    """Put the parameters of the pushed request that ``request`` names in the place of its query, if it names one.

    ``arrived`` says that the person came with it in time and is now back from a login or a step-up. Raises FatalClientError,
    for a page: without its parameters there is no address to answer to. SECURITY: what stands beside it in the address is
    ignored (RFC 9101 section 6.3), or the person could be sent with other parameters than the app pushed.
    """
    names = request.GET.getlist(NAME)
    if not any(name.startswith(PREFIX) for name in names):
        return
    row = PushedRequest.find(request.GET.get("client_id", ""), names[0]) if len(names) == 1 else None
    if row is None or not (arrived or row.expires > timezone.now()):
        raise FatalClientError(
            error=InvalidRequestURI(description="The request_uri is unknown, used or too old, or belongs to another client.")
        )
    request.address_query, request.pushed_request = request.GET, row  # type: ignore[attr-defined]
    _replace_query(request, row.query)


def use_up(request: HttpRequest) -> bool:
    """Whether ``request`` may be answered: it was not pushed, or this is its one answer."""
    row: PushedRequest | None = getattr(request, "pushed_request", None)
    return row is None or row.claim()


def parameters_of(query: QueryDict) -> QueryDict:
    """Return the parameters of the authorization request behind an address: its own, or the pushed ones that it names."""
    row = PushedRequest.find(query.get("client_id", ""), query.get(NAME, "")) if NAME in query else None
    return query if row is None else QueryDict(row.query)


def query_of(sent: QueryDict, app: ConnectedApp) -> str:
    """Return what an app pushed as the query of the authorization request that it stands for."""
    given = sent.copy()
    for name in CREDENTIALS:
        given.pop(name, None)
    given["client_id"] = app.client_id
    return given.urlencode()


def as_authorization_request(request: HttpRequest, query: str) -> HttpRequest:
    """Return the authorization request that ``query`` makes, as nobody would send it, to validate it before it is kept."""
    asked: Any = HttpRequest()
    asked.method, asked.path, asked.path_info = HTTPMethod.GET.value, reverse("authorize"), reverse("authorize")
    asked.META = {name: value for name, value in request.META.items() if name not in ("HTTP_AUTHORIZATION", "CONTENT_TYPE")}
    asked.user = AnonymousUser()
    _replace_query(asked, query)
    found: HttpRequest = asked
    return found


def _replace_query(request: HttpRequest, query: str) -> None:
    request.GET = QueryDict(query)
    request.META["QUERY_STRING"] = query
