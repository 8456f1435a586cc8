"""The session cookie as a credential of the API: same origin, with Django's CSRF check."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class CookieAuthentication(SessionAuthentication):
    """Session authentication that asks for a bearer token where there is none, so that the answer is 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge for an unauthenticated request (RFC 6750 section 3)."""
        return 'Bearer realm="api"'
