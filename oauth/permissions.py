"""Scopes at the API: what a token may do there at all. How strong it must be is the gate's business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from sessions_policy.challenge import bearer_challenge

from .models import AccessToken

if TYPE_CHECKING:
    from rest_framework.views import APIView


class InsufficientScope(PermissionDenied):
    """RFC 6750 3.1: the token is good, but its scope is too small; the answer names what would do."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__(f"The token needs one of these scopes: {', '.join(scopes)}.")
        self.auth_header = bearer_challenge('error="insufficient_scope"', f'scope="{" ".join(scopes)}"')


class IsToken(BasePermission):
    """Asks for a bearer token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, or raise NotAuthenticated (401 with the bare challenge)."""
        if not isinstance(request.auth, AccessToken):
            raise NotAuthenticated
        return True


class HasScope(BasePermission):
    """Asks a bearer token for one of the view's ``required_scopes``, by default ``api`` or ``full``; cookies have none."""

    default_scopes = ("api", "full")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, or raise InsufficientScope."""
        token: Any = request.auth
        if isinstance(token, AccessToken):
            wanted: tuple[str, ...] = tuple(getattr(view, "required_scopes", self.default_scopes))
            if not set(token.scope.split()) & set(wanted):
                raise InsufficientScope(wanted)
        return True
