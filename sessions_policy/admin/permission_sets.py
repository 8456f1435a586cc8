"""Permission sets in the administration."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import PermissionSet
from .policies import PolicyAdmin


@admin.register(PermissionSet)
class PermissionSetAdmin(PolicyAdmin):
    """Permission sets and who is in them. Who comes and who goes is a revision like any other change."""

    policy_resource = "profiles"
    list_display = ("name", "two_factor_ui", "two_factor_api", "waive_two_factor", "api_only", "people")
    list_filter = ("two_factor_ui", "two_factor_api", "waive_two_factor", "api_only")
    # Counting groups the rows, and groups have no order of their model's.
    ordering = ("name",)
    search_fields = ("name",)
    filter_horizontal = ("users",)
    fieldsets: ClassVar = (
        (None, {"fields": ("name",)}),
        (
            _("What it grants"),
            {
                "fields": (
                    "two_factor_ui",
                    "two_factor_api",
                    "two_factor_mode",
                    "waive_two_factor",
                    "api_only",
                )
            },
        ),
        (_("Whom it holds for"), {"fields": ("users",)}),
        (None, {"fields": ("reason",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PermissionSet]:
        """Count the people, in the same query."""
        rows: QuerySet[PermissionSet] = super().get_queryset(request)
        return rows.annotate(people_count=Count("users"))

    @admin.display(description=_("people"), ordering="people_count")
    def people(self, permission_set: PermissionSet) -> int:
        """Return how many people are in the set."""
        return int(getattr(permission_set, "people_count", 0))
