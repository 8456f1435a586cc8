"""Administrators register apps, rule them, and end their tokens. A client secret is shown once, by the page that made it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from oauth2_provider.generators import generate_client_secret

from sessions_policy.admin.modes import ModesAdmin
from sessions_policy.admin.preview import PreviewAdmin, PreviewForm

from ..models import ConnectedApp
from ..models.connected_apps import GRANTS
from ..models.tokens import end_tokens
from .grid import GridAdmin


def scope_choices() -> list[tuple[str, Any]]:
    """Return every scope with its sentence."""
    return [(name, f"{name}: {words}") for name, words in settings.OAUTH2_PROVIDER["SCOPES"].items()]


class ConnectedAppForm(PreviewForm):
    """An app without its secret, which nobody types: a typed one could be guessed."""

    grant_types = forms.MultipleChoiceField(
        label=gettext_lazy("Grants"), choices=GRANTS, widget=forms.CheckboxSelectMultiple, required=True
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"), choices=scope_choices, widget=forms.CheckboxSelectMultiple, required=True
    )

    class Meta:
        model = ConnectedApp
        fields = (
            "name",
            "client_type",
            "redirect_uris",
            "grant_types",
            "scopes",
            "require_pkce",
            "session_policy",
            "session_policy_mode",
            "permitted_users",
            "approved_profiles",
            "approved_permission_sets",
            "run_as",
            "certificate",
            "require_jti",
        )


class ConnectedAppAdmin(GridAdmin, PreviewAdmin, ModesAdmin):
    """Connected apps."""

    policy_resource = "connected_apps"
    form = ConnectedAppForm
    list_display = ("name", "client_type", "grants", "session_policy", "permitted_users")
    list_filter = ("session_policy", "client_type", "permitted_users")
    search_fields = ("name", "client_id")
    readonly_fields = ("client_id",)
    filter_horizontal = ("approved_profiles", "approved_permission_sets")
    raw_id_fields = ("run_as",)
    actions = ("new_secret", "end_all_tokens")
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "client_id", "client_type", "redirect_uris")}),
        (gettext_lazy("What it may do"), {"fields": ("grant_types", "scopes", "require_pkce")}),
        (gettext_lazy("What it asks"), {"fields": ("session_policy", "session_policy_mode")}),
        (
            gettext_lazy("Who may use it"),
            {"fields": ("permitted_users", "approved_profiles", "approved_permission_sets", "run_as")},
        ),
        (gettext_lazy("Signed assertions (JWT bearer)"), {"fields": ("certificate", "require_jti")}),
    )

    @admin.display(description=gettext_lazy("grants"))
    def grants(self, app: ConnectedApp) -> str:
        """Return the app's grants in words."""
        names = dict(GRANTS)
        return ", ".join(str(names.get(grant, grant)) for grant in app.grant_types)

    def has_rotate_permission(self, request: HttpRequest) -> bool:
        """Whether the person may change apps, and so their secrets and tokens."""
        return self.has_change_permission(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new app with the flow that fits most, and every scope but the far-reaching one."""
        scopes = [name for name, _words in scope_choices() if name != "full"]
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"grant_types": ["authorization_code", "refresh_token"], "scopes": scopes, **given}

    def save_model(self, request: HttpRequest, obj: ConnectedApp, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save; a new app gets a secret, which is kept on the instance just long enough to be shown."""
        obj.author = request.user
        if not change:
            obj.client_secret = secret = generate_client_secret()
        super().save_model(request, obj, form, change)
        if not change:
            obj.shown_secret = secret

    def response_add(self, request: HttpRequest, obj: ConnectedApp, post_url_continue: str | None = None) -> HttpResponse:
        """Show the client id, and the secret of an app that can keep one."""
        return self._show_once(request, obj, "" if obj.is_public else obj.shown_secret)

    @admin.action(description=gettext_lazy("Make a new client secret (the old one stops working)"), permissions=["rotate"])
    def new_secret(self, request: HttpRequest, queryset: QuerySet[ConnectedApp]) -> HttpResponse | None:
        """Give one app a new secret, and show it."""
        app = queryset.first()
        if app is None or queryset.count() != 1 or app.is_public:
            self.message_user(request, _("Choose one app that keeps a secret."), messages.ERROR)
            return None
        app.author, app.reason = request.user, "new client secret"
        app.client_secret = secret = generate_client_secret()
        app.save()
        return self._show_once(request, app, secret)

    @admin.action(description=gettext_lazy("End all tokens of the selected apps"), permissions=["rotate"])
    def end_all_tokens(self, request: HttpRequest, queryset: QuerySet[ConnectedApp]) -> None:
        """End every code, access token and refresh token of the apps."""
        for app in queryset:
            end_tokens(application=app)
        count = queryset.count()
        words = ngettext("The tokens of %d app have ended.", "The tokens of %d apps have ended.", count) % count
        self.message_user(request, words, messages.SUCCESS)

    def _show_once(self, request: HttpRequest, app: ConnectedApp, secret: str) -> HttpResponse:
        # SECURITY: in the answer itself, which nothing stores; a message would travel in a cookie.
        context = {**self.admin_site.each_context(request), "app": app, "secret": secret, "opts": self.model._meta}
        response = render(request, "oauth/client_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response
