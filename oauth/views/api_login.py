"""``POST /api/v1/login/``: programs without a browser log in with a name and a password, and get a bearer token."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.models import set_token_value
from oauthlib.common import generate_token
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import api_login, histories
from accounts.api.shapes import TokenShape
from accounts.api_login import ApiLogin, ApiLoginRefused
from accounts.models.histories import LoginStatus
from sessions_policy import responses
from sessions_policy.api_schema import documented
from sessions_policy.doors import OpenToAllMixin
from sessions_policy.levels import Channel, Grant, Level

from .. import saving
from ..issued import Issued
from ..models import AccessToken

SCOPE = "api"


class Credentials(serializers.Serializer[Any]):
    """What a program sends. The security token or the code may also stand at the end of the password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    code = serializers.CharField(max_length=20, default="", allow_blank=True)
    security_token = serializers.CharField(max_length=100, default="", allow_blank=True)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ApiLoginView(OpenToAllMixin, APIView):  # type: ignore[misc] # both widen as_view
    """The API login: no app, no refresh token, no approval step, so nothing for those who need High Assurance."""

    authentication_classes = ()
    permission_classes = ()

    @documented(TokenShape, sends=Credentials, errors=(401, 403, 429))
    def post(self, request: Request) -> HttpResponse | Response:
        """Return a token, or a problem document: 401 for wrong credentials, 403 for a policy, 429 after too many tries."""
        sent = Credentials(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        try:
            login = api_login.authenticate(
                request,
                values["username"],
                values["password"],
                code=values["code"],
                security_token=values["security_token"],
                grant=Grant.API_LOGIN.value,
            )
        except ApiLoginRefused as refused:
            return self._refused(refused)
        response = Response(self._issue(request, login))
        response["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _issue(request: Request, login: ApiLogin) -> dict[str, Any]:
        seconds: int = settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"]
        issued = Issued.from_proofs(login.proofs, Grant.API_LOGIN.value)
        token = AccessToken(
            user=login.user,
            scope=SCOPE,
            expires=timezone.now() + timedelta(seconds=seconds),
            token_family=issued.family,
            **saving.fields_of(issued),
        )
        value = generate_token(length=43)
        set_token_value(token, value)
        token.save(force_insert=True)
        histories.record_login(
            user=login.user,
            request=request,
            channel=Channel.API_LOGIN.value,
            method=Grant.API_LOGIN.value,
            status=LoginStatus.SUCCESS,
            level=Level.STANDARD.slug,
            decision=login.decision,
        )
        return {"access_token": value, "token_type": "Bearer", "expires_in": seconds, "scope": SCOPE}

    @staticmethod
    def _refused(refused: ApiLoginRefused) -> HttpResponse:
        if refused.retry_after:
            status, title = HTTPStatus.TOO_MANY_REQUESTS, _("Too many tries")
        elif refused.reason:
            status, title = HTTPStatus.FORBIDDEN, _("Refused by policy")
        else:
            status, title = HTTPStatus.UNAUTHORIZED, _("Not signed in")
        answer = responses.problem(
            status,
            title,
            refused.description,
            kind=refused.reason,
            code=refused.error,
            reason=refused.reason or None,
            reference=refused.reference or None,
        )
        if refused.retry_after:
            answer["Retry-After"] = str(refused.retry_after)
        return answer
