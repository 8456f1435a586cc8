"""The grid in the administration: every profile with every app and grant, each cell with its reason and its trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from sessions_policy import events, policy_book, trace
from sessions_policy.admin import traces
from sessions_policy.impact_report import VERDICT_NAMES as ENDS

from .. import grid
from ..models import ConnectedApp

TEMPLATES = "admin/oauth/connectedapp/"
# A mark beside the word, so that the table can be read at a glance and without colour.
MARKS = {"works": "✓", "asks": "?", "enrol": "?", "refused": "✗"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page shows it; without a url where there is nothing."""

    verdict: str = ""
    word: str = ""
    mark: str = ""
    reason: str = ""
    url: str = ""


class GridAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Adds the grid to the administration of connected apps."""

    def get_urls(self) -> list[URLPattern]:
        """Add the grid, and the page of one cell."""
        view = self.admin_site.admin_view
        return [
            path("grid/", view(self.grid_view), name="oauth_connectedapp_grid"),
            path("grid/<int:profile>/<int:app>/<path:way>/", view(self.cell_view), name="oauth_connectedapp_cell"),
            *super().get_urls(),
        ]

    def grid_view(self, request: HttpRequest) -> HttpResponse:
        """Show all of it."""
        book = policy_book.current()
        apps = dict(ConnectedApp.objects.values_list("name", "pk"))
        found = {(c.app, c.way, c.profile_id): _shown(c, apps[c.app]) for c in grid.cells(book)}
        profiles = sorted(book.profiles.items(), key=lambda item: item[1].name)
        rows = [
            (app, grid.WAY_NAMES[way], [found.get((app, way, pk), Shown()) for pk, _profile in profiles])
            for app, way in dict.fromkeys((app, way) for app, way, _pk in found)
        ]
        names = [profile.name for _pk, profile in profiles]
        return self._page(request, "grid.html", title=_("What each profile gets"), rows=rows, profiles=names, book=book)

    def cell_view(self, request: HttpRequest, profile: int, app: int, way: str) -> HttpResponse:
        """Show how one cell came about."""
        book, found = policy_book.current(), ConnectedApp.objects.filter(pk=app).first()
        if found is None or profile not in book.profiles or way not in grid.ways_of(found):
            raise Http404
        cell = grid.cell(book, profile, found, way)
        steps = traces.trace_table(trace.stored_steps([] if cell.decision is None else events.trace_of(cell.decision)))
        title = _("%(profile)s, %(app)s: %(way)s") % {"profile": cell.profile, "app": cell.app, "way": cell.way_name}
        return self._page(request, "cell.html", title=title, cell=cell, shown=_shown(cell, app), steps=steps)

    def _page(self, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        revisions = reverse("admin:sessions_policy_policyrevision_changelist")
        context = {**self.admin_site.each_context(request), "opts": self.opts, "revisions_url": revisions, **more}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, TEMPLATES + template, context)


def _shown(cell: grid.Cell, app: int) -> Shown:
    url = reverse("admin:oauth_connectedapp_cell", args=(cell.profile_id, app, cell.way))
    return Shown(cell.verdict.value, str(ENDS[cell.verdict]), MARKS[cell.verdict], cell.reason, url)
