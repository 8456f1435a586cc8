"""Bearer tokens as credentials of the API (RFC 6750). ``request.auth`` is then the access token with its facts."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from sessions_policy.challenge import bearer_challenge

from . import bearer
from .descriptions import ascii_words
from .models import AccessToken


class BearerAuthentication(BaseAuthentication):
    """Takes a token from the Authorization header, and from nowhere else.

    A token that does not work is refused, never passed over: a request is not tried again with its cookie. An ID token is not
    an access token, and a token in the address is not taken (RFC 9700 4.3.2).
    """

    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        """Return the user and the token, None without a token, or raise AuthenticationFailed (401)."""
        value = self.token_of(request)
        if value is None:
            if "access_token" in request.query_params:
                raise self.failed(
                    request, "invalid_request", "Send the token in the Authorization header, not in the address."
                )
            return None
        token = bearer.find(value)
        if token is None or not token.is_alive():
            raise self.failed(request, "invalid_token", "The access token is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge: without an error code when there was no token at all (RFC 6750 3.1)."""
        return getattr(request, "bearer_challenge", "") or bearer_challenge()

    def token_of(self, request: Request) -> str | None:
        """Return the token that was sent; None when there is none, "" when it cannot be read."""
        scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" else None

    @staticmethod
    def failed(request: Request, error: str, description: str) -> AuthenticationFailed:
        """Return the refusal, with its challenge put on the request."""
        words = ascii_words(description)
        request.bearer_challenge = bearer_challenge(  # type: ignore[attr-defined]
            f'error="{error}"', f'error_description="{words}"'
        )
        return AuthenticationFailed(description)


class FormBearerAuthentication(BearerAuthentication):
    """Takes the token from a form field as well (RFC 6750 2.2), for endpoints whose clients send it there."""

    def token_of(self, request: Request) -> str | None:
        """Return the token from the header, else from the field ``access_token``."""
        found = super().token_of(request)
        if request.method != "POST" or not isinstance(request.data, dict):
            return found
        sent = request.data.get("access_token")
        # SECURITY: of two tokens nobody could say whose request it is (RFC 6750 section 2).
        if found is not None and sent is not None:
            raise self.failed(request, "invalid_request", "Send the token once: in the header or in the form.")
        return sent if found is None and isinstance(sent, str) else found
