"""Authenticator apps in the administration: to look at and to remove. Their secrets are on no page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .. import two_factor_help
from ..models import AuthenticatorDevice


@admin.register(AuthenticatorDevice)
class AuthenticatorDeviceAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Other people's authenticators. One's own are removed on the security page, which asks for a fresh proof."""

    policy_resource = "two_factor_ui"
    list_display = ("user", "name", "confirmed", "created", "last_used")
    list_filter = ("confirmed",)
    list_select_related = ("user",)
    search_fields = ("user__username", "name")
    date_hierarchy = "created"
    fields = ("user", "name", "confirmed", "created", "last_used")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only who holds the device can add it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuthenticatorDevice | None = None) -> bool:
        """Return False: there is nothing to edit."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: AuthenticatorDevice | None = None) -> bool:
        """Whether the person may look at devices, or helps people with them."""
        return super().has_view_permission(request, obj) or request.user.has_perm(two_factor_help.RIGHT)

    def has_delete_permission(self, request: HttpRequest, obj: AuthenticatorDevice | None = None) -> bool:
        """Whether the person may help the device's owner: the same rule as in the API and at the command line."""
        if obj is None:
            return request.user.has_perm(two_factor_help.RIGHT)
        helper: Any = request.user
        try:
            two_factor_help.require_right(helper, obj.user)
        except two_factor_help.NotAllowed:
            return False
        return True

    def delete_model(self, request: HttpRequest, obj: AuthenticatorDevice) -> None:
        """Remove the device, end its owner's sessions, write it into their history and tell them."""
        helper: Any = request.user
        two_factor_help.disconnect(obj, helper=helper)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AuthenticatorDevice]) -> None:
        """Remove one by one."""
        for device in queryset.select_related("user"):
            self.delete_model(request, device)
