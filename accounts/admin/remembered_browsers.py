"""Remembered browsers in the administration: to look at, and to revoke (R9.8)."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions_policy.admin.read_only import ReadOnlyAdmin

from ..models import RememberedBrowser


@admin.register(RememberedBrowser)
class RememberedBrowserAdmin(ReadOnlyAdmin):
    """Browsers in which people passed device activation, while they are remembered. The cookie's digest is on no page."""

    policy_resource = "users"
    list_display = ("user", "user_agent", "ip", "created", "last_used", "expires")
    list_display_links = None
    list_select_related = ("user",)
    search_fields = ("user__username", "user_agent", "ip")
    search_help_text = gettext_lazy("A username, a browser or an address.")
    actions = ("revoke",)

    def get_urls(self) -> list[URLPattern]:
        """Return the list only."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="accounts_rememberedbrowser_changelist")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RememberedBrowser]:
        """Leave out those that are asked again anyway."""
        return super().get_queryset(request).filter(expires__gt=timezone.now())

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the person may revoke: who may delete them."""
        return request.user.has_perm("accounts.delete_rememberedbrowser")

    @admin.action(description=gettext_lazy("Revoke the selected browsers"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[RememberedBrowser]) -> None:
        """Forget them: the next login from each is confirmed by e-mail again, unless its network is trusted."""
        rows = list(queryset)
        for row in rows:
            self.log_change(request, row.user, _("A remembered browser was revoked."))
            row.delete()
        said = ngettext("%(n)d browser was revoked.", "%(n)d browsers were revoked.", len(rows)) % {"n": len(rows)}
        self.message_user(request, said, messages.SUCCESS)
