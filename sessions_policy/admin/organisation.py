"""The organisation's own settings: one row, and so one page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..models import OrganisationSettings
from .policies import PolicyAdmin


@admin.register(OrganisationSettings)
class OrganisationSettingsAdmin(PolicyAdmin):
    """The one row. Before it was saved for the first time the page shows the defaults, which hold until then."""

    policy_resource = "session_settings"
    fieldsets: ClassVar = (
        (_("What a login has to prove"), {"fields": ("two_factor_for_everyone", "device_activation")}),
        (_("Sessions"), {"fields": ("idle_timeout", "absolute_timeout", "lock_sessions_to_address")}),
        (_("Time and histories"), {"fields": ("time_zone", "history_days", "sample_allowed")}),
        (None, {"fields": ("reason",)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: there is one row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: there is always one row."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> OrganisationSettings | None:
        """Return the row, saved or not."""
        return OrganisationSettings.load() if object_id == "1" else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go straight to the row."""
        return HttpResponseRedirect(reverse("admin:sessions_policy_organisationsettings_change", args=(1,)))
