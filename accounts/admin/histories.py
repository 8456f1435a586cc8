"""The login history and the verification history in the administration: every attempt, to be read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sessions_policy import texts
from sessions_policy.admin.read_only import MethodFilter, ValuesFilter
from sessions_policy.admin.replaying import ReplayedAdmin
from sessions_policy.levels import Level

from .. import two_factor_help
from ..models import LoginRecord, VerificationRecord


class HistoryAdmin(ReplayedAdmin):
    """What both histories have in common: dates, and references that are found however they were typed."""

    policy_resource = "histories"
    date_hierarchy = "at"
    list_select_related = ("user",)

    @admin.display(description=_("method"), ordering="method")
    def method_words(self, record: Any) -> str:
        """Return the methods in words."""
        return ", ".join(texts.method_name(name) for name in record.method.split(", ") if name)


@admin.register(LoginRecord)
class LoginRecordAdmin(HistoryAdmin):
    """Logins, successful or not."""

    list_display = ("at", "user", "status", "method_words", "level_words", "ip", "reference", "channel", "application")
    list_filter = ("status", ("channel", ValuesFilter), ("application", ValuesFilter))
    search_fields = ("user__username", "ip", "application", "reference")
    search_help_text = _("A username, an address, an app or a reference.")
    fields = (
        "at",
        "user",
        "status",
        "channel",
        "method_words",
        "level_words",
        "application",
        "ip",
        "user_agent",
        "reference",
        "steps",
        "trace_json",
    )
    readonly_fields = ("method_words", "level_words", "steps", "trace_json")

    @admin.display(description=_("level"), ordering="level")
    def level_words(self, record: LoginRecord) -> str:
        """Return the level in words."""
        return texts.level_name(Level.from_slug(record.level)) if record.level else ""


@admin.register(VerificationRecord)
class VerificationRecordAdmin(HistoryAdmin):
    """Tries of verifications; those of one verification share the attempt, by which a search finds them together."""

    list_display = ("at", "user", "status", "method_words", "triggered_by", "activity", "ip", "attempt", "reference")
    list_filter = ("status", "triggered_by", ("method", MethodFilter), ("activity", ValuesFilter))
    search_fields = ("user__username", "ip", "attempt", "reference")
    search_help_text = _("A username, an address, a verification attempt or a reference.")
    fields = (
        "at",
        "user",
        "status",
        "method_words",
        "triggered_by",
        "activity",
        "message",
        "ip",
        "attempt",
        "reference",
        "steps",
        "trace_json",
    )
    readonly_fields = ("method_words", "steps", "trace_json")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may read the history, or helps people with their second factor (R9.21)."""
        return super().has_view_permission(request, obj) or request.user.has_perm(two_factor_help.RIGHT)
