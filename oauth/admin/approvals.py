"""What people have approved, and taking it back for them."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from .. import approvals
from ..models import Approval
from .tokens import ReadOnlyAdmin


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """Approvals of apps by people."""

    list_display = ("user", "application", "scope", "first_at", "last_at")
    list_filter = ("application",)
    list_select_related = ("user", "application")
    search_fields = ("user__username", "application__name")
    actions = ("take_back",)

    @admin.action(description=gettext_lazy("Take the selected approvals back, with their tokens"), permissions=["revoke"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Approval]) -> None:
        """End the approvals and every token that came of them."""
        chosen = list(queryset.select_related("user", "application"))
        for approval in chosen:
            approvals.take_back(user=approval.user, application=approval.application)
        words = ngettext("%d approval was taken back.", "%d approvals were taken back.", len(chosen)) % len(chosen)
        self.message_user(request, words, messages.SUCCESS)
