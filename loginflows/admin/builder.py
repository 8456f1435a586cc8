"""The builder: the outline of a flow beside the form of the selected element, under its map. Plain links and plain forms.

Every act is a POST that carries the fingerprint of the draft it was made for; its answer leads back to the same element.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from .. import checks, drafts, editing, tree
from ..drafts import fingerprint
from ..editing import Edited, EditRefused, as_definition
from ..models import FlowVersion
from ..tree import Place
from . import drafting, outline, palette, starts
from .flow_map import flow_map
from .flow_pages import FlowPages
from .panel import Panel

SAVE = frozenset({"save", "outcome_add", "outcome_delete", "outcome_up", "outcome_down"})


class Builder(FlowPages):
    """The pages on which a version is looked at and a draft is edited."""

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the builder, or do what a button of it stands for."""
        version = self.version_or_404(request, object_id)
        if request.method != "POST":
            return self._page(request, version)
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        try:
            return self._act(request, version)
        except EditRefused as refused:
            messages.error(request, str(drafting.REFUSALS[str(refused)]))
            return self._back(request, request.POST.get("el", ""))

    def _act(self, request: HttpRequest, version: FlowVersion) -> HttpResponse:
        pressed, base = request.POST.get("act", ""), request.POST.get("base", "")
        if pressed == "undo":
            undone = drafts.undo(version.pk, base)
            messages.success(request, _("Undone: %(what)s") % {"what": undone.said})
            return self._back(request, undone.element)
        if pressed.partition(":")[0] in SAVE:
            return self._save(request, version, pressed, base)
        act = drafting.read(pressed, request.POST)
        said: list[str] = []
        edited = drafts.edit(version.pk, base, request.user, act.change, _noting(act.said, said))
        messages.success(request, said[0] if said else _("Nothing was changed: it stands there already."))
        return self._back(request, edited.element, "panel" if pressed.startswith("add:") else "")

    def _save(self, request: HttpRequest, version: FlowVersion, pressed: str, base: str) -> HttpResponse:
        verb, *targets = pressed.split(":")
        element, outcome = targets[0] if targets else "", targets[1] if len(targets) > 1 else ""
        definition = as_definition(version.definition)
        item = tree.find(definition, element)
        if item is None:
            raise EditRefused("gone")
        panel = Panel(definition, item.row, version.flow.name, request.POST)
        if not panel.is_valid():
            return self._page(request, version, panel=panel, element=element)
        row = panel.values()

        def change(before: tree.Row) -> Edited:
            saved = editing.replace(before, element, row)
            return saved if verb == "save" else _with_outcome(verb, saved, outcome)

        said = _("Saved “%(name)s”.") % {"name": outline.name_of(row)}
        try:
            drafts.edit(version.pk, base, request.user, change, lambda *_both: said)
        except EditRefused as refused:
            if str(refused) != "stale":
                raise
            messages.error(request, str(drafting.TYPED))
            version.refresh_from_db()
            return self._page(request, version, panel=panel, element=element)
        messages.success(request, said)
        return self._back(request, element, "panel")

    def _back(self, request: HttpRequest, element: str, anchor: str = "") -> HttpResponse:
        """Lead to the element again: the address ends at it, so that it has the focus, with a script or without."""
        anchor = anchor or (f"item-{element}" if element else "steps")
        query = urlencode({"el": element, "at": anchor})
        return HttpResponseRedirect(f"{request.path}?{query}#{anchor}")

    def _page(self, request: HttpRequest, version: FlowVersion, panel: Panel | None = None, element: str = "") -> HttpResponse:
        definition = as_definition(version.definition)
        is_draft = version.state == FlowVersion.State.DRAFT and self.has_change_permission(request, version)
        selected = tree.find(definition, element or request.GET.get("el", ""))
        adding = Place.parse(request.GET.get("add", "")) if is_draft else None
        if selected is None and adding is None:
            selected = next(tree.walk(definition), None)
        if selected is not None and adding is None and panel is None:
            panel = self._panel(version, definition, selected)
        findings = version.findings()
        context = self.page_context(request, version.flow, version) | {
            "version": version,
            "active": version.flow.active_version(),
            "is_draft": is_draft,
            "base": fingerprint(version.definition),
            "steps": outline.outline(definition, findings),
            "count": len(tree.ids(definition)),
            "map": flow_map(definition, with_plus=is_draft),
            "findings": checks.listed(definition, findings),
            "selected": selected,
            "selected_name": outline.name_of(selected.row) if selected else "",
            "selected_kind": outline.kind_name(tree.text(selected.row, "kind")) if selected else "",
            "panel": panel,
            "adding": str(adding) if adding else "",
            "adding_where": outline.place_name(definition, adding) if adding else "",
            "palette": palette.groups() if adding or not definition["elements"] else (),
            "places": outline.place_names(definition, selected.id) if selected and "move" in request.GET else (),
            "moving": bool(selected) and "move" in request.GET and is_draft,
            "focus": request.GET.get("at", "panel"),
            "last_edit": version.edits.select_related("author").first() if is_draft else None,
        }
        return TemplateResponse(request, "admin/loginflows/builder.html", context)

    @staticmethod
    def _panel(version: FlowVersion, definition: tree.Row, item: tree.Item) -> Panel | None:
        if outline.group_of(tree.text(item.row, "kind")) == "unknown":
            return None
        panel = Panel(definition, item.row, version.flow.name)
        if version.state != FlowVersion.State.DRAFT:
            panel.show_only()
        return panel


def _noting(said: Any, notes: list[str]) -> Any:
    def note(before: tree.Row, after: Edited) -> str:
        notes.append(str(said(before, after)))
        return notes[-1]

    return note


def _with_outcome(verb: str, saved: Edited, outcome: str) -> Edited:
    element = saved.element
    if verb == "outcome_add":
        return editing.add_outcome(saved.definition, element, starts.new_outcome())
    if verb == "outcome_delete":
        return editing.delete_outcome(saved.definition, element, outcome)
    return editing.move_outcome(saved.definition, element, outcome, -1 if verb == "outcome_up" else 1)
