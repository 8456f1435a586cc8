"""Administrators register apps and rule them. Every change is a revision; a secret is shown once, by the page that made it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from oauth2_provider.generators import generate_client_secret

from sessions_policy.admin.token_impact import TokenImpactAdmin, TokenImpactForm
from sessions_policy.levels import SessionPolicy

from .. import approvals
from ..models import ConnectedApp
from ..models.connected_apps import GRANTS
from . import app_panels, secret_pages, token_pages
from .grid import GridAdmin


def scope_choices() -> list[tuple[str, Any]]:
    """Return every scope with its sentence."""
    return [(name, f"{name}: {words}") for name, words in settings.OAUTH2_PROVIDER["SCOPES"].items()]


class ConnectedAppForm(TokenImpactForm):
    """An app without its secret, which nobody types: a typed one could be guessed."""

    grant_types = forms.MultipleChoiceField(
        label=gettext_lazy("Grants"), choices=GRANTS, widget=forms.CheckboxSelectMultiple, required=True
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"), choices=scope_choices, widget=forms.CheckboxSelectMultiple, required=True
    )
    tokens_of = "application"

    def asks_more(self, stored: ConnectedApp) -> bool:
        """Whether the app now needs High Assurance, or is closed."""
        return stored.rule().action is SessionPolicy.ALLOW and self.instance.rule().action is not SessionPolicy.ALLOW


class ConnectedAppAdmin(GridAdmin, TokenImpactAdmin):
    """Connected apps."""

    policy_resource = "connected_apps"
    form = ConnectedAppForm
    change_form_template = "admin/oauth/connectedapp/change_form.html"
    members = ("approved_profiles", "approved_permission_sets")
    list_display = ("name", "client_type", "grants", "session_policy", "permitted_users")
    list_filter = ("session_policy", "client_type", "permitted_users")
    search_fields = ("name", "client_id")
    readonly_fields = ("client_id", "in_words", "use", "secret", "app_keys")
    filter_horizontal = ("approved_profiles", "approved_permission_sets")
    raw_id_fields = ("run_as",)
    actions = ("end_all_tokens",)
    # The library's address of an app is none of this site's.
    view_on_site = False
    _overview: ClassVar = (None, {"fields": ("in_words", "use", "secret", "app_keys")})
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "client_id", "client_type", "redirect_uris")}),
        (gettext_lazy("Where else it lives"), {"fields": ("post_logout_redirect_uris", "allowed_origins")}),
        (gettext_lazy("What it may do"), {"fields": ("grant_types", "scopes", "require_pkce", "require_jti")}),
        (gettext_lazy("What it asks"), {"fields": ("session_policy", "session_policy_mode", "ip_relaxation")}),
        (
            gettext_lazy("Who may use it"),
            {"fields": ("permitted_users", "approved_profiles", "approved_permission_sets", "run_as")},
        ),
        (gettext_lazy("How long tokens last"), {"fields": ("access_token_minutes", "refresh_policy", "refresh_hours")}),
        (None, {"fields": ("reason",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: ConnectedApp | None = None) -> Any:
        """Begin an app that exists with what it is and who uses it."""
        return self.fieldsets if obj is None else (self._overview, *self.fieldsets)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of the secret, and the one that ends tokens."""
        view = self.admin_site.admin_view
        own = [
            path("end-tokens/", view(self.end_tokens_view), name="oauth_end_tokens"),
            path("<path:object_id>/secret/", view(self.secret_view), name="oauth_connectedapp_secret"),
        ]
        return own + super().get_urls()

    def secret_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the state of an app's secret; rotate it, or end the old one."""
        return secret_pages.secret_view(self, request, object_id)

    def end_tokens_view(self, request: HttpRequest) -> HttpResponse:
        """Show the live tokens of an app, a person or a profile, and end them."""
        return token_pages.end_tokens_view(self, request)

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
        if not change:
            obj.client_secret = secret = generate_client_secret()
        super().save_model(request, obj, form, change)
        if not change:
            obj.shown_secret = secret

    def response_add(self, request: HttpRequest, obj: ConnectedApp, post_url_continue: str | None = None) -> HttpResponse:
        """Show the client id, and the secret of an app that can keep one."""
        return secret_pages.show_once(self, request, obj, "" if obj.is_public else obj.shown_secret)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the ways to the secret, the keys and the tokens."""
        app = context.get("original")
        if app is not None:
            context["token_page"] = token_pages.address(app=app.pk)
            context["secret_page"] = "" if app.is_public else reverse("admin:oauth_connectedapp_secret", args=(app.pk,))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("in words"))
    def in_words(self, app: ConnectedApp) -> str:
        """Return the app's policies as sentences: those in force, while a form that was not saved shows others."""
        return app_panels.in_words(ConnectedApp.objects.get(pk=app.pk))

    @admin.display(description=gettext_lazy("use"))
    def use(self, app: ConnectedApp) -> str:
        """Return who uses the app."""
        return app_panels.use(app)

    @admin.display(description=gettext_lazy("client secret"))
    def secret(self, app: ConnectedApp) -> str:
        """Return the state of the secret, and nothing of it."""
        return app_panels.secret(app)

    @admin.display(description=gettext_lazy("certificates and keys"))
    def app_keys(self, app: ConnectedApp) -> str:
        """Return the certificates and keys."""
        return app_panels.keys(app)

    @admin.action(description=gettext_lazy("End all tokens of the selected apps"), permissions=["rotate"])
    def end_all_tokens(self, request: HttpRequest, queryset: QuerySet[ConnectedApp]) -> None:
        """End every code, access token and refresh token of the apps."""
        apps = list(queryset)
        for app in apps:
            approvals.take_back(application=app)
            self.log_change(request, app, _("All tokens were revoked."))
        words = ngettext("The tokens of %d app have ended.", "The tokens of %d apps have ended.", len(apps)) % len(apps)
        self.message_user(request, words, messages.SUCCESS)
