"""The versions of a flow: which is active, who made which when, and what can be done with each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.models import PolicyRevision

from .. import documents
from ..models import FlowTestCase, FlowVersion, LoginFlow
from . import numbers, uploads
from .flow_pages import FlowPages


class ImportForm(forms.Form):
    """A file that becomes a draft."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("What “Export” gave, at most 1 MB."))
    imported: documents.Imported

    def clean(self) -> dict[str, Any]:
        """Read the file."""
        sent = self.cleaned_data.get("file")
        if sent is not None:
            try:
                self.imported = uploads.read(sent)
            except documents.NoDocument as problem:
                self.add_error("file", str(problem))
        return self.cleaned_data


class VersionsPage(FlowPages):
    """The page of a flow's versions, and the acts on it."""

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the versions; make a draft from one, or from a file; delete a test case."""
        flow = self.flow_or_404(request, object_id)
        if request.method != "POST":
            return self._versions(request, flow, ImportForm())
        if not self.has_change_permission(request, flow):
            raise PermissionDenied
        if "draft_from" in request.POST:
            return self._draft_from(request, flow, request.POST["draft_from"])
        if "delete_case" in request.POST:
            return self._delete_case(request, flow, request.POST["delete_case"])
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._versions(request, flow, form)
        draft = documents.begin(flow, form.imported.definition, form.imported.luggage, request.user)
        messages.success(request, _("The file became version %(number)d.") % {"number": draft.number})
        return _to(draft)

    def _versions(self, request: HttpRequest, flow: LoginFlow, form: ImportForm) -> HttpResponse:
        versions = list(flow.versions.all())
        made = _authors([str(each.pk) for each in versions])
        runs = numbers.by_version(flow)
        rows = [{"version": each, "made": made.get(str(each.pk)), "runs": runs.get(each.pk, 0)} for each in versions]
        context = self.page_context(request, flow) | {
            "title": _("Versions of %(flow)s") % {"flow": flow},
            "rows": rows,
            "form": form,
            "newest": [each.number for each in versions[:2]],
            "cases": flow.test_cases.all(),
            "error": bool(form.errors),
        }
        return TemplateResponse(request, "admin/loginflows/versions.html", context)

    def _draft_from(self, request: HttpRequest, flow: LoginFlow, pk: str) -> HttpResponse:
        origin = flow.versions.filter(pk=pk).first() if pk.isdigit() else None
        if origin is None:
            messages.error(request, _("There is no such version."))
            return HttpResponseRedirect(request.path)
        draft = flow.new_draft(origin.definition, author=request.user)
        words = {"number": draft.number, "origin": origin.number}
        messages.success(request, _("Version %(number)d is a draft that begins as version %(origin)d.") % words)
        return _to(draft)

    @staticmethod
    def _delete_case(request: HttpRequest, flow: LoginFlow, pk: str) -> HttpResponse:
        found = FlowTestCase.objects.filter(flow=flow, pk=pk).first() if pk.isdigit() else None
        if found is not None:
            messages.success(request, _("The test case “%(name)s” is gone.") % {"name": found})
            found.delete()
        return HttpResponseRedirect(request.path)

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give a version as a file."""
        version = self.version_or_404(request, object_id)
        options = {"indent": 2, "ensure_ascii": False}
        response = JsonResponse(documents.export(version), json_dumps_params=options)
        name = f"{slugify(version.flow.name) or 'flow'}-{version.number}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _authors(ids: list[str]) -> dict[str, PolicyRevision]:
    """Return the newest revision of each version: who did what to it last, and why."""
    found = PolicyRevision.objects.filter(policy=FlowVersion._meta.label_lower, object_id__in=ids)
    return {each.object_id: each for each in found.select_related("author").order_by("id")}


def _to(version: FlowVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:loginflows_flowversion_change", args=(version.pk,)))
