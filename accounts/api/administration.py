"""``/api/v1/``: sessions, devices, histories, and the help desk's acts; each area is a resource (R4.12)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_policy import ending, replay
from sessions_policy.api_schema import PAGES, WHOSE, documented
from sessions_policy.farewell import Why
from sessions_policy.models import DecisionRecord, UserSession

from .. import reports, requirements, two_factor_help
from ..models import AuthenticatorDevice, LoginRecord, User, VerificationRecord
from . import rights, shapes


class SessionsView(APIView):
    """Sessions: one's own; ``?user=NAME`` or ``?user=all`` for administrators."""

    @documented(shapes.SessionPage, parameters=(WHOSE, *PAGES), others="users")
    def get(self, request: Request) -> Response:
        """List sessions, the newest activity first."""
        rows = UserSession.objects.exclude(user=None).select_related("user")
        rows = rights.rows_for(request, rows, right="sessions_policy.view_usersession", resource="users")
        return Response(rights.paged(request, rows, self.shown))

    @staticmethod
    def shown(row: UserSession) -> dict[str, Any]:
        """Return one session. Its key is not in it."""
        return {
            "id": row.public_id,
            "user": row.user.get_username() if row.user else None,
            "level": row.level,
            "methods": row.method.split(", "),
            "ip": row.ip,
            "browser": row.browser,
            "created": row.created,
            "last_seen": row.last_seen,
        }


class SessionEndView(APIView):
    """One session, by the id of the list."""

    @documented(None, status=204, others="users")
    def delete(self, request: Request, public_id: str) -> Response:
        """End it at once: one's own, or anybody's with the right to."""
        row = get_object_or_404(UserSession.objects.exclude(user=None), public_id=public_id)
        own = row.user_id == request.user.pk
        if not own:
            rights.require(request, "sessions_policy.delete_usersession", "users")
        ending.end(UserSession.objects.filter(pk=row.pk), Why.OWNER if own else Why.ADMINISTRATOR)
        return Response(status=204)


class DevicesView(APIView):
    """Authenticator apps: one's own; other people's for those who help them."""

    @documented(shapes.DevicePage, parameters=(WHOSE, *PAGES), others="two_factor_api")
    def get(self, request: Request) -> Response:
        """List authenticators, without their secrets."""
        rows = AuthenticatorDevice.objects.filter(confirmed=True).select_related("user").order_by("pk")
        rows = rights.rows_for(request, rows, right=two_factor_help.RIGHT, resource="two_factor_api")
        return Response(rights.paged(request, rows, self.shown))

    @staticmethod
    def shown(row: AuthenticatorDevice) -> dict[str, Any]:
        """Return one authenticator."""
        return {
            "id": row.pk,
            "user": row.user.get_username(),
            "name": row.name,
            "created": row.created,
            "last_used": row.last_used,
        }


class DeviceView(APIView):
    """One authenticator app of somebody else."""

    policy_resource = "two_factor_api"

    @documented(None, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Disconnect it (R9.21)."""
        _require_help(request)
        device = get_object_or_404(AuthenticatorDevice.objects.select_related("user"), pk=pk)
        _helped(two_factor_help.disconnect, device, request)
        return Response(status=204)


class TemporaryCodeRequest(serializers.Serializer[Any]):
    """What a temporary code needs."""

    hours = serializers.IntegerField(min_value=1, max_value=24, default=4)
    reason = serializers.CharField(max_length=300)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class TemporaryCodeView(APIView):
    """The temporary code of somebody."""

    policy_resource = "two_factor_api"

    @documented(shapes.TemporaryCodeShape, sends=TemporaryCodeRequest, status=201)
    def post(self, request: Request, username: str) -> Response:
        """Issue one; it is in this answer and nowhere else."""
        user, values = _somebody(request, username), TemporaryCodeRequest(data=request.data)
        values.is_valid(raise_exception=True)
        code = _helped(two_factor_help.issue_temporary_code, user, request, **values.validated_data)
        return Response({"user": user.get_username(), "code": code, **values.validated_data}, status=201)

    @documented(shapes.EndedShape)
    def delete(self, request: Request, username: str) -> Response:
        """End it."""
        return Response({"ended": _helped(two_factor_help.end_temporary_code, _somebody(request, username), request)})


class ResetView(APIView):
    """The sign-in methods of somebody who lost them."""

    policy_resource = "two_factor_api"

    @documented(shapes.ResetShape, sends=ReasonRequest)
    def post(self, request: Request, username: str) -> Response:
        """Remove every method, and end the person's sessions."""
        user, values = _somebody(request, username), ReasonRequest(data=request.data)
        values.is_valid(raise_exception=True)
        removed = _helped(two_factor_help.reset, user, request, **values.validated_data)
        return Response({"removed": removed})


class UnlockView(APIView):
    """The pause after too many wrong tries."""

    policy_resource = "unlock"

    @documented(shapes.UnlockedShape)
    def post(self, request: Request, username: str) -> Response:
        """End it."""
        return Response({"was_locked": _helped(two_factor_help.unlock, _somebody(request, username), request)})


class RequirementsView(APIView):
    """What is asked of somebody, and by what."""

    policy_resource = "users"

    @documented(shapes.RequirementShape(many=True))
    def get(self, request: Request, username: str) -> Response:
        """Return every requirement with its source."""
        rights.require(request, "accounts.view_user", "users")
        return Response([asdict(each) for each in requirements.of(get_object_or_404(User, username=username))])


class LoginsView(APIView):
    """The login history: one's own, or others' with the right to."""

    @documented(shapes.SignInPage, parameters=(WHOSE, *PAGES), others="histories")
    def get(self, request: Request) -> Response:
        """Return sign-ins and issued tokens, the newest first."""
        rows = LoginRecord.objects.select_related("user")
        rows = rights.rows_for(request, rows, right="accounts.view_loginrecord", resource="histories")
        return Response(rights.paged(request, rows, reports.sign_in_row))


class VerificationsView(APIView):
    """The verification history: one's own, or others' with the right to."""

    @documented(shapes.VerificationPage, parameters=(WHOSE, *PAGES), others="histories")
    def get(self, request: Request) -> Response:
        """Return what was verified, the newest first."""
        helps = rights.caller(request).has_perm(two_factor_help.RIGHT)
        right = two_factor_help.RIGHT if helps else "accounts.view_verificationrecord"
        rows = VerificationRecord.objects.select_related("user")
        rows = rights.rows_for(request, rows, right=right, resource="histories")
        return Response(rights.paged(request, rows, reports.verification_row))


class DecisionsView(APIView):
    """The decisions that were written down: one's own, or others' with the right to."""

    @documented(shapes.DecisionPage, parameters=(WHOSE, *PAGES), others="histories")
    def get(self, request: Request) -> Response:
        """Return decisions with their traces, the newest first."""
        rows = DecisionRecord.objects.select_related("user")
        rows = rights.rows_for(request, rows, right="sessions_policy.view_decisionrecord", resource="histories")
        return Response(rights.paged(request, rows, self.decision))

    @staticmethod
    def decision(row: DecisionRecord) -> dict[str, Any]:
        """Return one decision with its trace."""
        return {
            "reference": row.reference,
            "at": row.at,
            "user": row.user.get_username() if row.user else None,
            "channel": row.channel,
            "outcome": row.outcome,
            "reason": row.reason,
            "level": row.level,
            "subject": row.subject,
            "ip": row.ip,
            "revision": row.revision,
            "mode": row.mode,
            "trace": replay.trace_of_row(row),
        }


def _require_help(request: Request) -> None:
    """Ask for the right before anybody is looked up. SECURITY: else 403 or 404 would tell which accounts exist."""
    if not rights.caller(request).has_perm(two_factor_help.RIGHT):
        raise PermissionDenied


def _somebody(request: Request, username: str) -> User:
    _require_help(request)
    return get_object_or_404(User, username=username)


def _helped(act: Any, subject: User | AuthenticatorDevice, request: Request, **values: Any) -> Any:
    try:
        return act(subject, helper=rights.caller(request), **values)
    except two_factor_help.NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
