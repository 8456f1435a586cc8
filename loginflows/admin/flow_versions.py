"""One version of a flow: the builder, the debug run, activation, and its file."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from ..models import FlowVersion
from .activation import ActivationPages
from .builder import Builder
from .debug import DebugPage
from .versions import VersionsPage


@admin.register(FlowVersion)
class FlowVersionAdmin(Builder, ActivationPages, DebugPage, VersionsPage):
    """A version. Only drafts are edited, and what ran is not deleted."""

    # A version is drafted, active, retired, and never goes back.
    can_be_reverted = False
    fields = ("flow",)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of one version."""
        page = self.admin_site.admin_view
        own = [
            path("<path:object_id>/activate/", page(self.activate_view), name="loginflows_flowversion_activate"),
            path("<path:object_id>/retire/", page(self.retire_view), name="loginflows_flowversion_retire"),
            path("<path:object_id>/debug/", page(self.debug_view), name="loginflows_flowversion_debug"),
            path("<path:object_id>/export/", page(self.export_view), name="loginflows_flowversion_export"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the flows: versions are listed by flow."""
        self._allow(request)
        return HttpResponseRedirect(reverse("admin:loginflows_loginflow_changelist"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Drafts are made from their flow."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FlowVersion | None = None) -> bool:
        """Only a draft can be deleted: what ran has to stay known."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == FlowVersion.State.DRAFT)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Stay out of the index of the administration."""
        return {}
