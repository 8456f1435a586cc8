"""The runs of a flow: counts by element as bars and as a table, and each run with its path."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.admin.read_only import ReadOnlyAdmin

from .. import element_texts
from ..models import FlowRun, FlowVersion
from . import charts, numbers
from .flow_pages import FlowPages
from .outline import kind_name

NEWEST = 25


class RunPages(FlowPages):
    """The page with what happened in a flow."""

    def runs_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the counts of one version (``v``, by number; else the active one), and its newest runs."""
        flow = self.flow_or_404(request, object_id)
        versions = list(flow.versions.all())
        asked = request.GET.get("v", "")
        shown = next((each for each in versions if str(each.number) == asked), None)
        shown = shown or next((each for each in versions if each.state == FlowVersion.State.ACTIVE), None)
        shown = shown or next(iter(versions), None)
        rows = numbers.by_element(shown) if shown else []
        context = self.page_context(request, flow) | {
            "title": _("Runs of %(flow)s") % {"flow": flow},
            "versions": versions,
            "shown": shown,
            "rows": rows,
            "chart": charts.chart(rows),
            "runs": shown.runs.select_related("user")[:NEWEST] if shown else (),
            "total": shown.runs.count() if shown else 0,
        }
        return TemplateResponse(request, "admin/loginflows/runs.html", context)


@admin.register(FlowRun)
class FlowRunAdmin(ReadOnlyAdmin):
    """Every run of every flow, with its path: what was passed, how it went, how long it took."""

    policy_resource = "histories"
    list_display = ("started", "user", "flow_version", "outcome_said", "element", "took", "ip", "reference")
    list_filter = ("outcome", "flow_version__flow")
    search_fields = ("user__username", "reference")
    list_select_related = ("user", "flow_version__flow")
    fields = (
        "user",
        "flow_version",
        "started",
        "ended",
        "outcome_said",
        "reason",
        "took",
        "ip",
        "reference",
        "steps",
        "notes",
    )
    readonly_fields = ("outcome_said", "took", "steps", "notes")

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def outcome_said(self, run: FlowRun) -> str:
        """Return how it ended."""
        return _("Given up") if run.is_given_up else str(run.get_outcome_display())

    @admin.display(description=gettext_lazy("seconds"))
    def took(self, run: FlowRun) -> str:
        """Return how long it took; of one that was given up nobody knows."""
        return "–" if run.is_given_up else f"{run.seconds:.1f}"

    @admin.display(description=gettext_lazy("path"))
    def steps(self, run: FlowRun) -> SafeString | str:
        """Return the path, one line for each element."""
        lines = [_line(step) for step in run.path if isinstance(step, dict)]
        if not lines:
            return _("no element was passed")
        rows = format_html_join("", "<li><strong>{}</strong> {} {} <span class='help'>{}</span></li>", lines)
        return format_html("<ol class='run-path'>{}</ol>", rows)

    @admin.display(description=gettext_lazy("history entries"))
    def notes(self, run: FlowRun) -> SafeString | str:
        """Return what the flow wrote down."""
        return format_html_join("", "<p>{}</p>", ((each.text,) for each in run.entries.all())) or "–"


def _line(step: dict[str, Any]) -> tuple[str, str, str, str]:
    result = element_texts.RESULTS.get(str(step.get("result")), step.get("outcome") or step.get("result") or "")
    seconds = float(step.get("seconds") or 0)
    return str(step.get("title") or step.get("element")), kind_name(str(step.get("kind"))), str(result), f"{seconds:.1f} s"
