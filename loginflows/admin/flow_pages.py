"""What the pages of a flow have in common: who may see them, the way to them, and their tabs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from sessions_policy.admin.policies import PolicyAdmin, revisions_url

from ..models import FlowVersion, LoginFlow

RESOURCE = "login_flows"


class FlowPages(PolicyAdmin):
    """Pages of our own about a flow or one of its versions. Whoever may not see the model sees none of them."""

    policy_resource = RESOURCE

    def version_or_404(self, request: HttpRequest, pk: str) -> FlowVersion:
        """Return that version; raises Http404 when there is none, PermissionDenied for whom it is not."""
        self._allow(request)
        found = FlowVersion.objects.select_related("flow").filter(pk=pk).first() if str(pk).isdigit() else None
        if found is None:
            raise Http404
        return found

    def flow_or_404(self, request: HttpRequest, pk: str) -> LoginFlow:
        """Return that flow; raises Http404 when there is none, PermissionDenied for whom it is not."""
        self._allow(request)
        found = LoginFlow.objects.filter(pk=pk).first() if str(pk).isdigit() else None
        if found is None:
            raise Http404
        return found

    def page_context(self, request: HttpRequest, flow: LoginFlow, version: FlowVersion | None = None) -> dict[str, Any]:
        """Return what every page of a flow shows around its subject."""
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "title": str(flow),
            "opts": self.opts,
            "flow": flow,
            "version": version,
            "revisions_url": revisions_url(LoginFlow if version is None else FlowVersion, str(version or flow)),
            "flow_url": reverse("admin:loginflows_loginflow_change", args=(flow.pk,)),
            "versions_url": reverse("admin:loginflows_loginflow_versions", args=(flow.pk,)),
            "runs_url": reverse("admin:loginflows_loginflow_runs", args=(flow.pk,)),
            "may_change": self.has_change_permission(request),
        }

    def _allow(self, request: HttpRequest) -> None:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
