"""Connected apps over the API: the same rehearsal, reasons and revisions as in the administration."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as InvalidValues
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import rights
from accounts.api.policy_changes import Refused, make
from accounts.api.shapes import NOT_CHANGED, SAID
from sessions_policy import changing
from sessions_policy.api_schema import PAGES, documented
from sessions_policy.json_parser import BoundedJSONParser
from sessions_policy.responses import problem

from .. import approvals, usage
from ..models import ConnectedApp
from . import shapes

AREA = "connected_apps"
MEMBERS = ("approved_profiles", "approved_permission_sets")


class AppsView(APIView):
    """What the operations on apps have in common."""

    policy_resource = AREA
    parser_classes = (BoundedJSONParser,)

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a refused change with its own document."""
        return exc.document if isinstance(exc, Refused) else super().handle_exception(exc)

    def require(self, request: Request, act: str) -> None:
        """Ask for the right to ``act`` (view, add, change, delete), and for what the area asks."""
        rights.require(request, f"oauth.{act}_connectedapp", AREA)

    def save(self, request: Request, app: ConnectedApp, *, partial: bool) -> ConnectedApp:
        """Save what the request says of ``app``; answers 400, 409 or 422 where that is not done."""
        sent = shapes.AppFields(app if partial else None, data=request.data, partial=partial)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        members = {name: values.pop(name) for name in MEMBERS if name in values}
        for name, value in values.items():
            setattr(app, name, value)
        try:
            app.full_clean(exclude=("client_secret",))
        except InvalidValues as error:
            raise ValidationError(error.message_dict) from error
        saved = make(request, AREA, changing.saving(app, members))
        assert isinstance(saved, ConnectedApp)
        return saved


class ConnectedAppsApiView(AppsView):
    """Connected apps."""

    @documented(shapes.AppPage, parameters=PAGES)
    def get(self, request: Request) -> Response:
        """List apps by name, without their secrets."""
        self.require(request, "view")
        rows = ConnectedApp.objects.select_related("run_as").prefetch_related(*MEMBERS).order_by("name")
        return Response(rights.paged(request, rows, shapes.app))

    @documented(shapes.NewAppShape, sends=shapes.AppFields, status=201, errors=NOT_CHANGED)
    def post(self, request: Request) -> Response:
        """Register an app. Its secret is made here and is in this answer and nowhere else."""
        self.require(request, "add")
        secret = generate_client_secret()
        with changing.locked():
            saved = self.save(request, ConnectedApp(client_secret=secret), partial=False)
        shown = None if saved.is_public else secret
        answer = {**shapes.app(saved), "client_secret": shown}
        return Response(answer, status=HTTPStatus.CREATED, headers={"Cache-Control": "no-store"})


class ConnectedAppApiView(AppsView):
    """One connected app."""

    @documented(shapes.AppShape)
    def get(self, request: Request, pk: int) -> Response:
        """Return it, without its secret."""
        self.require(request, "view")
        return Response(shapes.app(get_object_or_404(ConnectedApp, pk=pk)))

    @documented(shapes.AppShape, sends=shapes.AppFields, errors=NOT_CHANGED)
    def patch(self, request: Request, pk: int) -> Response:
        """Change the fields that are sent, and leave the others. The tokens of an app that is blocked end."""
        self.require(request, "change")
        with changing.locked():
            saved = self.save(request, get_object_or_404(ConnectedApp, pk=pk), partial=True)
        return Response(shapes.app(saved))

    @documented(None, status=204, parameters=SAID, errors=NOT_CHANGED)
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it, with every token and approval."""
        self.require(request, "delete")
        with changing.locked():
            make(request, AREA, changing.deleting(get_object_or_404(ConnectedApp, pk=pk)))
        return Response(status=HTTPStatus.NO_CONTENT)


class ConnectedAppSecretView(AppsView):
    """The client secret of an app."""

    @documented(shapes.RotatedShape, sends=shapes.RotationRequest, errors=(409,))
    def post(self, request: Request, pk: int) -> Response:
        """Rotate it. The new one is in this answer and nowhere else; the old one works for `overlap_hours` more."""
        self.require(request, "change")
        sent = shapes.RotationRequest(data=request.data)
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            app = get_object_or_404(ConnectedApp.objects.select_for_update(), pk=pk)
            if app.is_public:
                raise Refused(problem(HTTPStatus.CONFLICT, "No secret", "A public app keeps no secret.", code="public_app"))
            changing.sign(app, changing.Author.of(request), sent.validated_data["reason"] or "client secret rotated")
            secret = app.rotate_secret(timedelta(hours=sent.validated_data["overlap_hours"]))
            app.save()
        answer = {"client_id": app.client_id, "client_secret": secret, "previous_secret_until": app.previous_secret_until}
        return Response(answer, headers={"Cache-Control": "no-store"})


class ConnectedAppTokensView(AppsView):
    """The tokens of an app."""

    @documented(shapes.EndedTokensShape)
    def delete(self, request: Request, pk: int) -> Response:
        """End all of them, with the approvals behind them: people are asked again."""
        self.require(request, "change")
        app = get_object_or_404(ConnectedApp, pk=pk)
        ended = usage.by_grant(application=app).total()
        approvals.take_back(application=app)
        return Response({"ended": ended})
