"""Histories whose rows can be decided again: with their trace, and a page that says what today's policies would answer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import policy_book, replay, texts, trace
from ..replay import Replay
from ..trace import Mode
from .outcome_names import OUTCOME_NAMES
from .read_only import FoundByReference
from .traces import as_json, trace_table


class ReplayedAdmin(FoundByReference):
    """Adds the trace of a row, its JSON, and *Replay with today's policies*. Rows have ``inputs``."""

    change_form_template = "admin/sessions_policy/replay/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the replay."""
        view, name = self.admin_site.admin_view(self.replay_view), f"{self.opts.app_label}_{self.opts.model_name}_replay"
        return [path("<path:object_id>/replay/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer the replay of a row that has inputs."""
        row = context.get("original")
        if row is not None and row.inputs:
            context["replay_url"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_replay", args=(row.pk,))
        return super().render_change_form(request, context, *args, **kwargs)

    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what was answered then, and what today's policies would answer. It writes nothing."""
        row: Any = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        then = replay.under_its_own(row.inputs)
        today = replay.under(policy_book.current(), row.inputs)
        if then is None or today is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Replay with today's policies"),
            "row": row,
            "then": _shown(then, Mode.REPLAYED),
            "today": _shown(today, Mode.REPLAYED),
            "same": _answer(then) == _answer(today),
            "revision_then": then.recorded.revision,
            "revision_today": policy_book.current().revision,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/sessions_policy/replay/replay.html", context)

    @admin.display(description=gettext_lazy("rules in their order"))
    def steps(self, row: Any) -> SafeString | str:
        """Return the trace as a table: each rule, what it said, and which conditions did not hold."""
        found, kept = replay.under_its_own(row.inputs), getattr(row, "trace", None)
        if found is not None and found.agrees:
            return trace_table(document_of(found)["steps"])
        return trace_table(trace.stored_steps(kept)) if kept else _("It is not known what this was decided on.")

    @admin.display(description=gettext_lazy("trace for programs"))
    def trace_json(self, row: Any) -> SafeString | str:
        """Return the whole trace as JSON."""
        found = replay.under_its_own(row.inputs)
        if found is None:
            return "–"
        return as_json(document_of(found, mode=getattr(row, "mode", Mode.ENFORCED), reference=row.reference))


def document_of(found: Replay, *, mode: str = Mode.REPLAYED, reference: str = "") -> dict[str, Any]:
    """Return the trace of a replayed row, each step with the sentence of its rule."""
    document = trace.document(found.decision, mode=mode, reference=reference)
    return {**document, "steps": trace.stored_steps(document["steps"])}


def _answer(found: Replay) -> tuple[str, str]:
    return found.decision.outcome.value, found.decision.reason.value


def _shown(found: Replay, mode: str) -> dict[str, Any]:
    decision = found.decision
    return {
        "outcome": OUTCOME_NAMES[decision.outcome],
        "why": texts.for_administrator(decision),
        "code": decision.reason.value,
        "level": texts.level_name(decision.level),
        "table": trace_table(document_of(found, mode=mode)["steps"]),
        "agrees": found.agrees,
    }
