"""What an app asks with a token: who the user is, by two standards, and a ticket into the browser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_policy.json_parser import BoundedJSONParser
from sessions_policy.permissions import HasSessionLevel
from sessions_policy.responses import problem

from .. import bridge, claims, cors, token_response
from ..authentication import FormBearerAuthentication
from ..models import AccessToken
from ..permissions import HasScope, IsToken
from ..scopes import FULL

NO_STORE = {"Cache-Control": "no-store"}


class TokenView(APIView):
    """An endpoint for bearer tokens alone: a cookie opens none of these."""

    authentication_classes = (FormBearerAuthentication,)
    permission_classes: Any = (IsToken, HasScope, HasSessionLevel)
    parser_classes: Any = (BoundedJSONParser, FormParser, MultiPartParser)
    schema = None


class UserInfoView(TokenView):
    """OpenID Connect Core 5.3; also for the scripts of the token's app."""

    required_scopes = ("openid",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a browser's question first, and let the app's own pages read what comes."""
        asked = cors.preflight(request)
        if asked is not None:
            return asked
        response = super().dispatch(request, *args, **kwargs)
        if "Origin" in request.headers:
            cors.allow(request, response, getattr(getattr(self.request, "auth", None), "application", None))
        return response

    def get(self, request: Request) -> Response:
        """Return the claims about the token's user that its scope allows."""
        token: AccessToken = request.auth  # type: ignore[assignment]
        return Response(claims.about(token.user, token.scope.split()), headers=NO_STORE)

    def post(self, request: Request) -> Response:
        """Return the same."""
        return self.get(request)


class IdentityView(TokenView):
    """The identity address that comes with every token (R6.53)."""

    required_scopes = ("openid", "profile", "api", FULL)

    def get(self, request: Request, organisation: str, user_id: str) -> Response:
        """Return who the token's user is; another user's address is refused, whether there is such a user or not."""
        token: AccessToken = request.auth  # type: ignore[assignment]
        user: Any = token.user
        if organisation != token_response.ORGANISATION or user_id != claims.subject(user):
            raise PermissionDenied(_("A token tells about its own user only."))
        body = {
            "id": token_response.identity_url(user),
            "user_id": claims.subject(user),
            "organization_id": organisation,
            "username": user.get_username(),
            "display_name": user.get_full_name() or user.get_username(),
            "active": user.is_active,
            "urls": {"rest": settings.BASE_URL + "/api/v1/", "profile": token_response.identity_url(user)},
        }
        return Response(body | claims.about(user, token.scope.split()), headers=NO_STORE)


class SingleAccessView(TokenView):
    """Step 1 from a token into the browser: a ticket (R7.4)."""

    required_scopes = bridge.SCOPES
    # The gate asks about the bridge itself, below.
    permission_classes = (IsToken, HasScope)

    def post(self, request: Request) -> HttpResponse:
        """Return ``frontdoor_uri``: it opens a new session once, within 60 seconds."""
        data = request.data if isinstance(request.data, dict) else {}
        target = data.get("retURL") or data.get("redirect_uri") or "/"
        try:
            ticket = bridge.issue_ticket(request, request.auth, str(target))  # type: ignore[arg-type]
        except bridge.NotOpened as reason:
            return problem(400, _("Not a path of this site"), str(reason))
        address = f"{settings.BASE_URL}{reverse('frontdoor')}?{urlencode({'ticket': ticket})}"
        return Response({"frontdoor_uri": address}, headers=NO_STORE)
