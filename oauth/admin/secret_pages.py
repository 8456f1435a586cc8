"""The page of an app's client secret: rotate it with an overlap, end the old one, and see the new one this once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.admin.confirmation import ReasonField
from sessions_policy.admin.policies import sign

from ..models import ConnectedApp
from . import app_panels

OVERLAPS = (
    (24, gettext_lazy("1 day")),
    (24 * 7, gettext_lazy("7 days")),
    (24 * 30, gettext_lazy("30 days")),
    (1, gettext_lazy("1 hour")),
    (0, gettext_lazy("Not at all: it stops working now")),
)


class RotationForm(forms.Form):
    """How long the old secret goes on, and why it is rotated."""

    overlap = forms.TypedChoiceField(
        label=gettext_lazy("The old secret works for another"),
        choices=OVERLAPS,
        coerce=int,
        initial=24,
        help_text=gettext_lazy("Long enough for every machine of the app to get the new one. Not at all, if it became known."),
    )
    reason = ReasonField(required=False)


def secret_view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the state of the secret; rotate it, or end the old one."""
    app: ConnectedApp | None = admin.get_object(request, object_id)
    if app is None or app.is_public:
        raise Http404
    if not admin.has_change_permission(request, app):
        raise PermissionDenied
    form = RotationForm(request.POST if request.POST.get("act") == "rotate" else None)
    if request.POST.get("act") == "end_previous":
        return _end_previous(admin, request, app.pk)
    if form.is_bound and form.is_valid():
        return _rotate(admin, request, app.pk, form.cleaned_data)
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Client secret of %(app)s") % {"app": app},
        "opts": admin.opts,
        "app": app,
        "form": form,
        "made_at": app.secret_made_at,
        "previous": app_panels.previous_secret(app),
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/oauth/connectedapp/secret.html", context)


def show_once(admin: Any, request: HttpRequest, app: ConnectedApp, secret: str) -> HttpResponse:
    """Return the page with a new secret.

    SECURITY: in the answer itself, which nothing stores; a message would travel in a cookie.
    """
    context = {
        **admin.admin_site.each_context(request),
        "app": app,
        "secret": secret,
        "opts": admin.opts,
        "previous": app_panels.previous_secret(app),
    }
    response = TemplateResponse(request, "oauth/client_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _rotate(admin: Any, request: HttpRequest, pk: int, given: dict[str, Any]) -> HttpResponse:
    with transaction.atomic():
        app = ConnectedApp.objects.select_for_update().get(pk=pk)
        sign(app, request, given["reason"] or "client secret rotated")
        secret = app.rotate_secret(timedelta(hours=given["overlap"]))
        app.save()
    admin.log_change(request, app, _("The client secret was rotated."))
    return show_once(admin, request, app, secret)


def _end_previous(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        app = ConnectedApp.objects.select_for_update().get(pk=pk)
        sign(app, request, "old client secret ended")
        app.end_previous_secret()
        app.save()
    admin.log_change(request, app, _("The old client secret was ended."))
    messages.success(request, _("The old secret does not work any more."))
    return HttpResponseRedirect(reverse("admin:oauth_connectedapp_change", args=(pk,)))
