"""Tokens in the administration: to look at and to end, never to edit. No token is shown; none is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from sessions_policy import texts


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that the protocol writes."""

    policy_resource = "connected_apps"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: tokens are issued, not made here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: what a token may do was approved as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a deleted refresh token would be forgotten, and its reuse not noticed."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the person may end tokens: who may change the model's rows."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")


class TokenAdmin(ReadOnlyAdmin):
    """What access and refresh tokens have in common."""

    list_display = ("id", "user", "application", "flow", "level", "created", "expires", "alive")
    list_filter = ("application", "flow")
    list_select_related = ("user", "application")
    search_fields = ("user__username", "application__name")
    fields = ("user", "application", "flow", "level", "scope", "created", "expires", "alive")
    readonly_fields = fields
    actions = ("revoke",)

    @admin.display(description=gettext_lazy("level"))
    def level(self, token: Any) -> str:
        """Return the most that the token counts for."""
        return texts.level_name(token.level_cap)

    @admin.display(description=gettext_lazy("alive"), boolean=True)
    def alive(self, token: Any) -> bool:
        """Whether the token has not ended."""
        return token.expires > timezone.now() and getattr(token, "revoked", None) is None

    @admin.action(description=gettext_lazy("End the selected tokens"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End the tokens; a refresh token takes its family along."""
        tokens = list(queryset)
        for token in tokens:
            token.revoke()
        words = ngettext("%d token has ended.", "%d tokens have ended.", len(tokens)) % len(tokens)
        self.message_user(request, words, messages.SUCCESS)


class AccessTokenAdmin(TokenAdmin):
    """Access tokens."""


class RefreshTokenAdmin(TokenAdmin):
    """Refresh tokens."""


class HiddenAdmin(ReadOnlyAdmin):
    """Codes and ID tokens: nothing in them helps anybody, so there is no page."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False
