"""Session settings in the administration: two columns, and each method in exactly one of them (R3.2, R3.4).

A method is moved in two steps: a button leads to a page that says what the move would do, and that page saves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import changing, impact, policy_book, safety, texts
from ..client_address import client_address
from ..impact_replay import PERIODS, Draft
from ..levels import DEFAULT_COLUMNS, Category, Level, category_of
from ..models import MethodLevel, PolicyRevision
from ..policy_book import Change
from ..policy_kinds import movable
from .confirmation import ConfirmationForm
from .policies import revisions_url
from .preview import PREVIEW, context_of, days_of, try_out
from .rehearsal import in_words

COLUMNS = (Level.STANDARD, Level.HIGH_ASSURANCE)
TEMPLATES = "admin/sessions_policy/methodlevel/"

CATEGORY_NAMES: dict[Category, str | Promise] = {
    Category.FIRST_FACTOR: gettext_lazy("First factor"),
    Category.SECOND_FACTOR: gettext_lazy("Second factor"),
    Category.BOTH: gettext_lazy("First and second factor in one"),
    Category.CHECK: gettext_lazy("Check of a browser or an address, no factor"),
    Category.CARRIED: gettext_lazy("Brings a level along"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One method in its column, and the value that moves it into the other one."""

    name: str
    category: str
    is_default: bool
    move: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its methods, and the name of the other one."""

    level: Level
    name: str
    other: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Move:
    """A method and the column that it goes to, as a button says it: ``password:high_assurance``."""

    method: str
    level: Level

    @classmethod
    def read(cls, value: str) -> Move | None:
        """Return the move that ``value`` says, or None when the page offers no such move."""
        offered = {cls(method, level).value: cls(method, level) for method in movable() for level in COLUMNS}
        return offered.get(value)

    @property
    def value(self) -> str:
        """What the button says."""
        return f"{self.method}:{self.level.slug}"

    @property
    def words(self) -> dict[str, str]:
        """The names of both."""
        return {"method": texts.method_name(self.method), "level": texts.level_name(self.level)}

    def row(self) -> MethodLevel:
        """Return the row that saves it."""
        row = MethodLevel.objects.filter(method=self.method).first() or MethodLevel(method=self.method)
        row.level = self.level.slug
        return row


@dataclass(frozen=True, slots=True)
class LastChange:
    """Which method was moved last, where to, by whom and when."""

    method: str
    level: str
    author: Any
    at: datetime


def last_change() -> LastChange | None:
    """Return the newest move; None when no method was ever moved."""
    rows = PolicyRevision.objects.filter(policy=MethodLevel._meta.label_lower).select_related("author")
    newest = rows.first()
    values = None if newest is None else newest.after or newest.before
    if newest is None or values is None:
        return None
    level = Level.from_slug(values["level"])
    return LastChange(texts.method_name(values["method"]), texts.level_name(level), newest.author, newest.at)


def columns() -> list[Column]:
    """Return both columns as the database has them."""
    placed = movable()
    return [_column(placed, level, other) for level, other in zip(COLUMNS, reversed(COLUMNS), strict=True)]


@admin.register(MethodLevel)
class MethodLevelAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """The two columns. Nothing is added or deleted, only moved."""

    policy_resource = "session_settings"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: the methods are there."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a method always has a column."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the one address that there is."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="sessions_policy_methodlevel_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the columns; with a move, what it would do; and save a move that was sent."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        if request.method != "POST" and "move" not in sent:
            return self._columns(request)
        if not self.has_change_permission(request):
            raise PermissionDenied
        move = Move.read(sent.get("move", ""))
        if move is None:
            error = _("That is no move that this page offers. Choose one of its buttons.")
            return self._columns(request, error=error, status=400)
        if movable()[move.method] == move.level:
            messages.info(request, _("%(method)s stands in %(level)s already. Nothing was moved.") % move.words)
            return HttpResponseRedirect(request.path)
        return self._preview_or_save(request, move)

    def _columns(self, request: HttpRequest, **more: Any) -> HttpResponse:
        return self._page(
            request,
            "session_settings.html",
            title=_("Session settings"),
            columns=columns(),
            last_change=last_change(),
            **more,
        )

    def _preview_or_save(self, request: HttpRequest, move: Move) -> HttpResponse:
        change, author = changing.saving(move.row()), changing.Author.of(request)
        sent = request.POST if request.method == "POST" and PREVIEW not in request.POST else None
        form = ConfirmationForm(sent)
        with changing.locked():
            found = changing.review([change], author, (self.policy_resource,))
            form.need(bool(found.to_confirm))
            if found.refused is None and form.is_valid():
                reason = form.cleaned_data["reason"]
                changing.make([change], author, areas=(self.policy_resource,), reason=reason, confirmed=True)
                self._say(request, move)
                return HttpResponseRedirect(request.path)
        before = policy_book.compile_book(0)
        after = impact.moved(before, move.method, move.level)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(_outlook(move, found, impact.of_sessions(before, after)))
        return self._page(
            request,
            "preview.html",
            title=_("Move %(method)s to %(level)s") % move.words,
            move=move,
            confirmation=form,
            taken_away=found.taken_away,
            broken_tests=found.broken_tests,
            refused=None if found.refused is None else in_words(found.refused),
            sessions=impact.of_sessions(before, after),
            demanding=impact.profiles_of_high_assurance(before),
            people=impact.of_people(before, after, client_address(request)),
            status=400 if form.is_bound else 200,
            preview={"fits": True, "periods": PERIODS, "days": days_of(request)},
            **(self._tried(request, move) if PREVIEW in request.POST else {}),
        )

    def _tried(self, request: HttpRequest, move: Move) -> dict[str, Any]:
        row = move.row()
        trial = MethodLevel(pk=row.pk, method=row.method, level=row.level)
        title = _("Move %(method)s to %(level)s") % move.words
        return context_of(try_out(request, Draft((Change.of(trial),)), title, self.policy_resource))

    def _say(self, request: HttpRequest, move: Move) -> None:
        said = _("Moved %(method)s to %(level)s.") % move.words
        self.log_change(request, move.row(), said)
        messages.success(request, _("%(moved)s It holds for running sessions from their next request on.") % {"moved": said})

    def _page(self, request: HttpRequest, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "can_move": self.has_change_permission(request),
            "revisions_url": revisions_url(MethodLevel),
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, TEMPLATES + template, context, status=status)


def _outlook(move: Move, found: changing.Review, sessions: list[impact.ProfileImpact]) -> dict[str, Any]:
    """Return what a move would do, as one text for the status of the page of the columns."""
    if found.refused is not None:
        return {"refused": True, "said": safety.explain(found.refused)}
    sentences = [
        _("Moved %(method)s to %(level)s.") % move.words,
        _("Not saved yet."),
        sessions_in_words(sessions),
        *found.to_confirm,
        _("Press Enter to review and save the move, or Escape to take it back."),
    ]
    return {"refused": False, "said": " ".join(sentences)}


def sessions_in_words(sessions: list[impact.ProfileImpact]) -> str:
    """Return how many running sessions change their level, in one or two sentences."""
    up, down = sum(each.up for each in sessions), sum(each.down for each in sessions)
    rise = ngettext("%(n)d running session comes to High Assurance.", "%(n)d running sessions come to High Assurance.", up)
    fall = ngettext(
        "%(n)d running session falls below High Assurance.", "%(n)d running sessions fall below High Assurance.", down
    )
    said = [words % {"n": n} for words, n in ((rise, up), (fall, down)) if n]
    return " ".join(said) or _("No running session changes its level.")


def _column(placed: dict[str, Level], level: Level, other: Level) -> Column:
    rows = [
        Row(
            name=texts.method_name(method),
            category=str(CATEGORY_NAMES[category_of(method)]),
            is_default=DEFAULT_COLUMNS.get(method, Level.STANDARD) == level,
            move=Move(method, other).value,
        )
        for method, now in placed.items()
        if now == level
    ]
    return Column(level, texts.level_name(level), texts.level_name(other), rows)
