"""Two versions of a flow side by side: what was added, removed, changed and moved, in a table and on both maps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import compare, element_texts, secret_fields
from ..compare import Change, Difference
from ..models import FlowVersion, LoginFlow
from .flow_map import flow_map
from .flow_pages import FlowPages
from .outline import kind_name

CHANGES = {
    Change.ADDED: gettext_lazy("added"),
    Change.REMOVED: gettext_lazy("removed"),
    Change.CHANGED: gettext_lazy("changed"),
    Change.MOVED: gettext_lazy("moved"),
    Change.SAME: gettext_lazy("the same"),
}


class ComparePage(FlowPages):
    """The page that compares two versions."""

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what differs between version ``a`` and version ``b``, by number; ``all`` shows what is the same, too."""
        flow = self.flow_or_404(request, object_id)
        first, second = (self._version(flow, request.GET.get(name, "")) for name in ("a", "b"))
        context = self.page_context(request, flow) | {"title": _("Compare versions of %(flow)s") % {"flow": flow}}
        context |= {"versions": flow.versions.all(), "first": first, "second": second, "with_same": "all" in request.GET}
        if first and second:
            context |= self._differences(first, second, with_same="all" in request.GET)
        return TemplateResponse(request, "admin/loginflows/compare.html", context)

    @staticmethod
    def _version(flow: LoginFlow, number: str) -> FlowVersion | None:
        return flow.versions.filter(number=number).first() if number.isdigit() and len(number) < 7 else None

    @staticmethod
    def _differences(first: FlowVersion, second: FlowVersion, *, with_same: bool) -> dict[str, Any]:
        found = [_without_secrets(each) for each in compare.compare(first.definition, second.definition)]
        marks = compare.marks(found)
        shown = [each for each in found if with_same or each.change is not Change.SAME]
        rows = [{"difference": each, "kind": kind_name(each.kind), "change": CHANGES[each.change]} for each in shown]
        maps = [flow_map(version.definition, marks) for version in (first, second)]
        return {"rows": rows, "maps": maps, "same": len(found) - len(marks)}


def _without_secrets(difference: Difference) -> Difference:
    secret = secret_fields.NAMES.get(difference.kind, ())
    masked = {"before": _("(secret)"), "after": _("(another secret)")}
    fields = [replace(each, **masked) if each.field in secret else each for each in difference.fields]
    return replace(difference, fields=tuple(replace(each, field=_label(difference.kind, each.field)) for each in fields))


def _label(kind: str, field: str) -> str:
    front, colon, name = field.rpartition(": ")
    return f"{front}{colon}{element_texts.field_label(kind, name)}"
