"""Between Django and the protocol engine. Set globally in ``OAUTH2_PROVIDER``, never on a view.

Whatever issues a code, or a token in the fragment, passes :meth:`Backend.create_authorization_response`: a page that was
approved, an app that needs no approval, an approval remembered. So that is where the gate stands.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from oauth2_provider.exceptions import FatalClientError
from oauth2_provider.oauth2_backends import OAuthLibCore, get_oauthlib_core
from oauthlib.common import urldecode
from oauthlib.oauth2.rfc6749.errors import (
    InvalidRequestError,
    InvalidRequestFatalError,
    UnsupportedGrantTypeError,
)

from . import authorization, errors, pushed, redirects, token_response
from .carried import HEADER, Carrier
from .models import ConnectedApp

# What an authorization request says, and what a form sent with it therefore must not say differently.
SAID_ONCE = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "acr_values",
    "max_age",
    "prompt",
    "claims",
    "resource",
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
Answer = tuple[str | None, dict[str, str], str | None, int]


class Backend(OAuthLibCore):  # type: ignore[misc]
    """The library's backend with the gate, and with clear answers to malformed requests."""

    def extract_headers(self, request: HttpRequest) -> dict[str, Any]:
        """Return the headers, and among them the request itself."""
        return {**super().extract_headers(request), HEADER: Carrier(request)}

    def extract_body(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return every field that was sent, repeated ones repeatedly, so that a repetition is seen (RFC 6749 3.2)."""
        return [(name, value) for name, values in request.POST.lists() for value in values]

    def validate_authorization_request(self, request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
        """Return the scopes and the credentials of an authorization request. Raises OAuthToolkitError for a wrong one."""
        refuse_second_request(request)
        repeated = repeated_names(request.GET)
        if repeated:
            raise fatal(f"Repeated parameter: {repeated}.")
        try:
            urldecode(urlsplit(self._get_escaped_full_path(request)).query)
        except ValueError as error:
            raise fatal("The query cannot be read: it is not form-encoded.") from error
        scopes, credentials = super().validate_authorization_request(request)
        return scopes, credentials

    def create_authorization_response(
        self,
        request: HttpRequest,
        scopes: list[str],
        credentials: dict[str, Any],
        allow: bool,  # noqa: FBT001 - the library calls it so
    ) -> Answer:
        """Return the redirect with a code or token, after the gate.

        Raises AccessRefused when the session is not enough for the profile, the app or the request.
        SECURITY: the app is the one in ``credentials``, which the code will be for. A form that names another app than the
        address, or none, is refused: the gate must not judge one app and the code go to another.
        """
        refuse_second_request(request)
        app = ConnectedApp.find(credentials.get("client_id"))
        if app is None or request.GET.get("client_id") != app.client_id:
            raise fatal("The form does not belong to this authorization request.")
        if allow:
            issued = authorization.enforce(request, app)
            # SECURITY: the last thing before the code is made, so that of two tabs with one pushed request one gets a code.
            if not pushed.use_up(request):
                raise fatal("This authorization request was used already. Start again from the app.")
            credentials = {**credentials, "client": app, "issued": issued}
            if authorization.is_implicit(request):
                credentials["extra_credentials"] = token_response.extra_fields(request.user, "")
        answer: Answer = super().create_authorization_response(request, scopes, credentials, allow)
        return answer

    def create_token_response(self, request: HttpRequest) -> Answer:
        """Return the answer of the token endpoint: JSON, never stored, each error with a description and an explanation."""
        problem = self._token_problem(request)
        if problem is not None:
            return None, {"Content-Type": "application/json", **NO_STORE}, errors.completed(problem.json), problem.status_code
        uri, headers, body, status = super().create_token_response(request)
        # An error that is raised while tokens are written comes back without these.
        headers = {**headers, "Content-Type": "application/json", **NO_STORE}
        return uri, headers, body if status == 200 else errors.completed(body), status

    def _token_problem(self, request: HttpRequest) -> Any:
        """Return the error of a request that is malformed before any grant is looked at, or None."""
        if request.META.get("QUERY_STRING"):
            return InvalidRequestError(description="Send the parameters in the body, not in the address.")
        if request.content_type not in FORMS:
            return InvalidRequestError(description="Send the parameters as application/x-www-form-urlencoded.")
        repeated = repeated_names(request.POST)
        if repeated:
            return InvalidRequestError(description=f"Repeated parameter: {repeated}.")
        if not redirects.are_ours(request.POST.getlist("resource")):
            return errors.InvalidTarget()
        grant = request.POST.get("grant_type", "")
        if not grant:
            return InvalidRequestError(description="Missing grant_type parameter.")
        return UnsupportedGrantTypeError() if grant not in self.server.grant_types else None


@lru_cache(maxsize=1)
def core() -> Backend:
    """Return the one backend of this process, made of the classes that the settings name."""
    backend: Backend = get_oauthlib_core()
    return backend


def repeated_names(given: QueryDict) -> str:
    """Return the names that are given more than once, for a message; only ``resource`` may be (RFC 6749 3.1, RFC 8707 2)."""
    return ", ".join(sorted(name for name, values in given.lists() if len(values) > 1 and name != "resource"))


def refuse_second_request(request: HttpRequest) -> None:
    """Raise FatalClientError when a form names what its address does not: oauthlib would mix the two into one request."""
    said = {name: request.POST[name] for name in SAID_ONCE if name in request.POST}
    if any(value != request.GET.get(name, "") for name, value in said.items()):
        raise fatal("The form does not belong to this authorization request.")


def fatal(description: str) -> FatalClientError:
    """Return an error that is shown to the person and never sent to an address that nobody has validated."""
    return FatalClientError(error=InvalidRequestFatalError(description=description))
