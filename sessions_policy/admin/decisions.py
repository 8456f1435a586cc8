"""Prompts and refusals in the administration: found by the reference that the person was shown, with their trace."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import texts
from ..decision import Outcome, Reason
from ..levels import Level
from ..models import DecisionRecord
from .read_only import FoundByReference, ValuesFilter

OUTCOME_NAMES: dict[str, str | Promise] = {
    Outcome.LOG_IN: gettext_lazy("Asked to sign in"),
    Outcome.VERIFY: gettext_lazy("Asked to verify"),
    Outcome.ENROL: gettext_lazy("Asked to set up a method"),
    Outcome.RUN_FLOW: gettext_lazy("Sent through the login flow"),
    Outcome.DENY: gettext_lazy("Refused"),
}

VERDICT_NAMES: dict[str, str | Promise] = {
    "passes": gettext_lazy("passes"),
    "does_not_apply": gettext_lazy("does not apply"),
    "answers": gettext_lazy("is the answer"),
}


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
class DecisionRecordAdmin(FoundByReference):
    """Decisions other than a plain "allow"."""

    policy_resource = "histories"
    list_display = ("reference", "at", "user", "outcome_words", "why", "ip")
    list_filter = (OutcomeFilter, ("channel", ValuesFilter), ("reason", ValuesFilter))
    list_select_related = ("user",)
    search_fields = ("reference", "user__username", "subject")
    search_help_text = gettext_lazy("The reference that the person was shown, a username, or who asked.")
    date_hierarchy = "at"
    fieldsets: ClassVar = (
        (None, {"fields": ("reference", "at", "user", "outcome_words", "why", "level_words", "subject")}),
        (gettext_lazy("How they came"), {"fields": ("channel", "grant", "ip", "revision", "reason")}),
        (gettext_lazy("How the decision came about"), {"fields": ("steps",)}),
    )
    readonly_fields = ("outcome_words", "why", "level_words", "steps")

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def outcome_words(self, record: DecisionRecord) -> str:
        """Return what came of it."""
        return str(OUTCOME_NAMES.get(record.outcome, record.outcome))

    @admin.display(description=gettext_lazy("why"), ordering="reason")
    def why(self, record: DecisionRecord) -> str:
        """Return the reason, in the words that are meant for administrators."""
        try:
            text = texts.TEXTS[Reason(record.reason)].administrator
        except ValueError:
            return record.reason
        return str(text).format(name=record.subject or _("(its name)"), period=_("N minutes"))

    @admin.display(description=gettext_lazy("level of the session"))
    def level_words(self, record: DecisionRecord) -> str:
        """Return the level that the session had."""
        return texts.level_name(Level.from_slug(record.level))

    @admin.display(description=gettext_lazy("rules in their order"))
    def steps(self, record: DecisionRecord) -> SafeString:
        """Return the trace as a table: each rule that was asked, and what it said."""
        rows = [
            (
                step.get("sentence", ""),
                VERDICT_NAMES.get(step.get("verdict", ""), step.get("verdict", "")),
                step.get("expected", ""),
                step.get("actual", ""),
            )
            for step in record.trace
        ]
        body = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        head = format_html_join("", "<th scope='col'>{}</th>", [(_("Rule"),), (_("It"),), (_("Expected"),), (_("Found"),)])
        return format_html(
            "<div class='wide-table' tabindex='0' role='region' aria-label='{}'>"
            "<table class='trace'><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            _("Rules in their order"),
            head,
            body,
        )
