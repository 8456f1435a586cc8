"""Activating and retiring a version: what it says, which test cases it fails, whom it meets, and why it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sessions_policy import changing, safety
from sessions_policy.admin.confirmation import ConfirmationForm
from sessions_policy.admin.policies import sign
from sessions_policy.admin.rehearsal import in_words

from .. import checks
from ..models import FlowVersion
from . import numbers
from .flow_pages import RESOURCE, FlowPages


class ActivationPages(FlowPages):
    """The pages on which a version begins and ends its time."""

    def activate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what activating would mean, and do it."""
        version = self._changeable(request, object_id)
        verdict = checks.verdict(version)
        active = version.flow.active_version()
        taken = [_("No profile has this flow, so nobody meets it yet.")] if not version.flow.assignments.exists() else []
        form = ConfirmationForm(request.POST if request.method == "POST" else None, needed=False)
        context = {
            "title": _("Activate version %(number)d of %(flow)s") % {"number": version.number, "flow": version.flow},
            "findings": checks.listed(version.definition, verdict.findings),
            "verdict": verdict,
            "active": active,
            "running": numbers.running(active) if active else 0,
            "notes": taken,
            "form": form,
        }
        if request.method == "POST" and form.is_valid() and not verdict.blocks:
            refused = self._try(request, version, version.activate, form.cleaned_data["reason"])
            if refused is None:
                words = {"number": version.number, "flow": version.flow}
                messages.success(request, _("Version %(number)d of %(flow)s is active.") % words)
                return self._to(version)
            context["refused"] = refused
        status = 409 if verdict.blocks and request.method == "POST" else 200
        return self._render(request, version, "activate", context, status)

    def retire_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what retiring would take away, and do it once that is confirmed with a reason."""
        version = self._changeable(request, object_id)
        profiles = [each.profile.name for each in version.flow.assignments.select_related("profile")]
        taken = [_("People with the profile %(name)s no longer go through this flow.") % {"name": name} for name in profiles]
        form = ConfirmationForm(request.POST if request.method == "POST" else None, needed=bool(taken))
        words = {"number": version.number, "flow": version.flow}
        context = {
            "title": _("Retire version %(number)d of %(flow)s") % words,
            "taken_away": taken,
            "confirmation": form,
            "running": numbers.running(version),
        }
        if request.method == "POST" and form.is_valid():
            refused = self._try(request, version, version.retire, form.cleaned_data["reason"])
            if refused is None:
                messages.success(request, _("Version %(number)d of %(flow)s is retired: the flow does not run.") % words)
                return self._to(version)
            context["refused"] = refused
        return self._render(request, version, "retire", context, 200)

    def _changeable(self, request: HttpRequest, object_id: str) -> FlowVersion:
        version = self.version_or_404(request, object_id)
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        return version

    @staticmethod
    def _try(request: HttpRequest, version: FlowVersion, act: Callable[..., None], reason: str) -> Any:
        """Do ``act`` as the request's user once it is rehearsed; return why it was not done, or None."""
        sign(version, request, reason)
        try:
            with changing.locked():
                refused = safety.rehearse(lambda: act(request.user, reason), safety.Administrator.of(request), (RESOURCE,))
                if refused is not None:
                    return in_words(refused)
                version.refresh_from_db()
                sign(version, request, reason)
                act(request.user, reason)
                changing.in_force()
        except ValidationError as problem:
            return " ".join(problem.messages)
        return None

    def _render(
        self, request: HttpRequest, version: FlowVersion, page: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        around = self.page_context(request, version.flow, version)
        return TemplateResponse(request, f"admin/loginflows/{page}.html", {**around, **context}, status=status)

    @staticmethod
    def _to(version: FlowVersion) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:loginflows_flowversion_change", args=(version.pk,)))
