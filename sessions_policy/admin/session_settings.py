"""Session levels in the administration: two columns, and each method in exactly one of them (R3.2, R3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import policy_book, safety, texts
from ..levels import DEFAULT_COLUMNS, FIXED_COLUMNS, Category, Level, category_of
from ..models import MethodLevel
from .policies import revisions_url, sign

COLUMNS = (Level.STANDARD, Level.HIGH_ASSURANCE)

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


def movable() -> dict[str, Level]:
    """Return the methods that administrators place, each with its column now."""
    stored = {row.method: Level.from_slug(row.level) for row in MethodLevel.objects.all()}
    return {method: level for method, level in {**DEFAULT_COLUMNS, **stored}.items() if method not in FIXED_COLUMNS}


def columns() -> list[Column]:
    """Return both columns as the database has them."""
    placed = movable()
    return [_column(placed, level, other) for level, other in zip(COLUMNS, reversed(COLUMNS), strict=True)]


class MoveForm(forms.Form):
    """One method and the column that it goes to, as a button says it: ``password:high_assurance``; and why."""

    move = forms.ChoiceField(
        choices=lambda: [(_value(m, level), m) for m in movable() for level in COLUMNS],
        error_messages={
            "invalid_choice": gettext_lazy("That is no move that this page offers. Choose one of its buttons."),
            "required": gettext_lazy("Choose one of the buttons, so that it is clear what to move."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the next move"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept with the revision, beside your name."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def wanted(self) -> tuple[str, Level]:
        """Return the method and the level that were chosen."""
        method, _colon, slug = self.cleaned_data["move"].rpartition(":")
        return method, Level.from_slug(slug)


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
        """Return the one page that there is."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="sessions_policy_methodlevel_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the columns, or move one method."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, MoveForm())
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = MoveForm(request.POST)
        with transaction.atomic():
            if form.is_valid() and self._move(request, form):
                return HttpResponseRedirect(request.path)
        return self._page(request, form, status=400)

    def _move(self, request: HttpRequest, form: MoveForm) -> bool:
        """Move what the form says, and say so. Return False, with the reason in the form, when that is refused."""
        method, level = form.wanted()
        words = {"method": texts.method_name(method), "level": texts.level_name(level)}
        if movable()[method] == level:
            messages.info(request, _("%(method)s stands in %(level)s already. Nothing was moved.") % words)
            return True
        row = MethodLevel.objects.filter(method=method).first() or MethodLevel(method=method)
        row.level = level.slug
        trial = MethodLevel(pk=row.pk, method=method, level=level.slug)
        refused = safety.rehearse(trial.save, safety.Administrator.of(request), (self.policy_resource,))
        if refused is not None:
            form.add_error(None, safety.explain(refused))
            return False
        sign(row, request, form.cleaned_data["reason"])
        row.save()
        transaction.on_commit(policy_book.refresh)
        said = _("Moved %(method)s to %(level)s.") % words
        self.log_change(request, row, said)
        messages.success(request, _("%(moved)s It holds for running sessions from their next request on.") % {"moved": said})
        return True

    def _page(self, request: HttpRequest, form: MoveForm, *, status: int = 200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Session levels"),
            "opts": self.opts,
            "columns": columns(),
            "form": form,
            "can_move": self.has_change_permission(request),
            "revisions_url": revisions_url(MethodLevel),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/sessions_policy/methodlevel/session_levels.html", context, status=status)


def _value(method: str, level: Level) -> str:
    return f"{method}:{level.slug}"


def _column(placed: dict[str, Level], level: Level, other: Level) -> Column:
    rows = [
        Row(
            name=texts.method_name(method),
            category=str(CATEGORY_NAMES[category_of(method)]),
            is_default=DEFAULT_COLUMNS.get(method, Level.STANDARD) == level,
            move=_value(method, other),
        )
        for method, now in placed.items()
        if now == level
    ]
    return Column(level, texts.level_name(level), texts.level_name(other), rows)
