"""Prompts and refusals in the administration: found by the reference that the person was shown, with their trace."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import texts
from ..levels import Level
from ..models import DecisionRecord
from .outcome_names import OUTCOME_NAMES
from .read_only import ValuesFilter
from .replaying import ReplayedAdmin


class OutcomeFilter(admin.SimpleListFilter):
    """By outcome, in words."""

    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the outcomes that are written down."""
        return [(str(outcome), name) for outcome, name in OUTCOME_NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those of the chosen outcome."""
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(DecisionRecord)
class DecisionRecordAdmin(ReplayedAdmin):
    """Decisions other than a plain "allow"."""

    policy_resource = "histories"
    list_display = ("reference", "at", "user", "outcome_words", "why", "mode", "ip")
    list_filter = (OutcomeFilter, "mode", ("channel", ValuesFilter), ("reason", ValuesFilter))
    list_select_related = ("user",)
    search_fields = ("reference", "user__username", "subject")
    search_help_text = gettext_lazy("The reference that the person was shown, a username, or who asked.")
    date_hierarchy = "at"
    fieldsets: ClassVar = (
        (None, {"fields": ("reference", "at", "user", "outcome_words", "why", "level_words", "subject", "mode")}),
        (gettext_lazy("How they came"), {"fields": ("channel", "grant", "ip", "revision", "reason")}),
        (gettext_lazy("How the decision came about"), {"fields": ("steps", "trace_json")}),
    )
    readonly_fields = ("outcome_words", "why", "level_words", "steps", "trace_json")

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def outcome_words(self, record: DecisionRecord) -> str:
        """Return what came of it."""
        return str(OUTCOME_NAMES.get(record.outcome, record.outcome))

    @admin.display(description=gettext_lazy("why"), ordering="reason")
    def why(self, record: DecisionRecord) -> str:
        """Return the reason, in the words that are meant for administrators."""
        return texts.about(record.reason, record.subject or _("(its name)"))

    @admin.display(description=gettext_lazy("level of the session"))
    def level_words(self, record: DecisionRecord) -> str:
        """Return the level that the session had."""
        return texts.level_name(Level.from_slug(record.level))
