"""Approvals and live tokens over the API: one's own, or everybody's for administrators of apps. No token is in any answer."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import rights
from sessions_policy.api_schema import PAGES, WHOSE, documented

from .. import approvals
from ..models import AccessToken, Approval, RefreshToken
from . import shapes
from .apps import AREA

KINDS: dict[str, Any] = {"access": AccessToken, "refresh": RefreshToken}


class ApprovalsView(APIView):
    """What people approved: one's own, or others' with the right to."""

    @documented(shapes.ApprovalPage, parameters=(WHOSE, *PAGES), others=AREA)
    def get(self, request: Request) -> Response:
        """List approvals."""
        rows = Approval.objects.select_related("user", "application").order_by("pk")
        rows = rights.rows_for(request, rows, right="oauth.view_approval", resource=AREA)
        return Response(rights.paged(request, rows, self.shown))

    @staticmethod
    def shown(row: Approval) -> dict[str, Any]:
        """Return one approval."""
        return {
            "id": row.pk,
            "user": row.user.get_username(),
            "app": row.application.name,
            "scope": row.scope,
            "since": row.first_at,
            "last": row.last_at,
        }


class ApprovalView(APIView):
    """One approval."""

    @documented(None, status=204, others=AREA)
    def delete(self, request: Request, pk: int) -> Response:
        """Take it back, and end every token that the app has of this person."""
        row = Approval.objects.filter(pk=pk).select_related("user", "application").first()
        if row is None or row.user_id != request.user.pk:
            # SECURITY: the right is asked before it is told whether there is one.
            rights.require(request, "oauth.delete_approval", AREA)
        if row is None:
            raise Http404
        approvals.take_back(user=row.user, application=row.application)
        return Response(status=204)


class TokensView(APIView):
    """Live access tokens or refresh tokens: one's own, or others' with the right to."""

    kind = "access"

    @documented(shapes.AppTokenPage, parameters=(WHOSE, *PAGES), others=AREA)
    def get(self, request: Request) -> Response:
        """List live tokens, the newest first, without their values."""
        rows = KINDS[self.kind].objects.filter(expires__gt=timezone.now()).select_related("user", "application")
        if self.kind == "refresh":
            rows = rows.filter(revoked=None)
        rows = rights.rows_for(request, rows.order_by("-pk"), right=f"oauth.view_{self.kind}token", resource=AREA)
        return Response(rights.paged(request, rows, self.shown))

    def shown(self, row: Any) -> dict[str, Any]:
        """Return one token, without its value."""
        return {
            "id": row.pk,
            "kind": self.kind,
            "user": row.user.get_username() if row.user else None,
            "app": row.application.name if row.application else None,
            "grant": row.flow,
            "scope": row.scope,
            "level": row.level_cap.slug,
            "created": row.created,
            "expires": row.expires,
        }


class RefreshTokensView(TokensView):
    """Live refresh tokens: one's own, or others' with the right to."""

    kind = "refresh"


class TokenView(APIView):
    """One access token."""

    kind = "access"

    @documented(None, status=204, others=AREA)
    def delete(self, request: Request, pk: int) -> Response:
        """End it. A refresh token takes its whole family along."""
        found = KINDS[self.kind].objects.filter(pk=pk, user=request.user).first()
        if found is None:
            rights.require(request, f"oauth.change_{self.kind}token", AREA)
            found = get_object_or_404(KINDS[self.kind], pk=pk)
        found.revoke()
        return Response(status=204)


class RefreshTokenView(TokenView):
    """One refresh token."""

    kind = "refresh"
