"""Running sessions in the administration: to look at, and to end at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import ending, policy_book, session_store, texts
from ..farewell import Why
from ..levels import Level
from ..models import UserSession
from .read_only import ReadOnlyAdmin


class LevelFilter(admin.SimpleListFilter):
    """By level, as the session settings are now and not as they were when the row was written."""

    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the levels that a session can have."""
        return [(level.slug, texts.level_name(level)) for level in Level if level > Level.NONE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the sessions in which a method of the High Assurance column was used, or those in which none was."""
        if self.value() is None:
            return queryset
        strong = Q(pk__in=())
        for method, level in policy_book.current().columns.items():
            if level >= Level.HIGH_ASSURANCE:
                strong |= Q(method__contains=method)
        return queryset.filter(strong if self.value() == Level.HIGH_ASSURANCE.slug else ~strong)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """The sessions of people that have not expired.

    SECURITY: the primary key of a row is the session key, which is as good as the cookie, so it stands on no page and in no
    address: rows are chosen by their public id, and there is no page of a single one.
    """

    policy_resource = "users"
    list_display = ("user", "level_words", "methods", "browser", "ip", "created", "last_seen")
    list_display_links = None
    list_filter = (LevelFilter,)
    list_select_related = ("user",)
    search_fields = ("user__username", "ip")
    search_help_text = gettext_lazy("A username or an address.")
    actions = ("end_sessions",)

    def get_urls(self) -> list[URLPattern]:
        """Return the list only."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="sessions_policy_usersession_changelist")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserSession]:
        """Leave out sessions of nobody, such as half-finished logins, and expired ones."""
        return super().get_queryset(request).filter(user__isnull=False, expire_date__gt=timezone.now())

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Mark the session of the administrator who looks."""

        @admin.display(description=gettext_lazy("yours"), boolean=True)
        def yours(row: UserSession) -> bool:
            return row.session_key == request.session.session_key

        return (*self.list_display, yours)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether the person may end sessions: who may delete them."""
        return request.user.has_perm("sessions_policy.delete_usersession")

    @admin.display(description=gettext_lazy("level"))
    def level_words(self, row: UserSession) -> str:
        """Return the level that the session has now, derived from its proofs; the column is from its last use."""
        return texts.level_name(Level.from_slug(session_store.columns_of(row.get_decoded())["level"]))

    @admin.display(description=gettext_lazy("methods"), ordering="method")
    def methods(self, row: UserSession) -> str:
        """Return the methods that were used, in words."""
        return ", ".join(texts.method_name(method) for method in row.method.split(", ") if method)

    @admin.display(description=SafeString('<input type="checkbox" id="action-toggle" aria-label="select all">'))
    def action_checkbox(self, row: UserSession) -> SafeString:
        """Return the box that chooses the row, by its public id."""
        label = _("Select the session of %(user)s from %(ip)s") % {"user": row.user, "ip": row.ip or "–"}
        box = forms.CheckboxInput({"class": "action-select", "aria-label": label}, lambda _value: False)
        return box.render(ACTION_CHECKBOX_NAME, row.public_id)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any) -> HttpResponse | None:
        """Take the chosen rows by their public ids."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = UserSession.objects.filter(public_id__in=chosen).values_list("pk", flat=True)
        values = request.POST.copy()
        values.setlist(ACTION_CHECKBOX_NAME, list(keys) or [""])
        request.POST = values  # type: ignore[assignment]
        return super().response_action(request, queryset, *args)

    @admin.action(description=gettext_lazy("End the selected sessions"), permissions=["end"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        """End them at once: the next request of each finds nothing."""
        for row in queryset:
            self.log_change(request, row.user, _("A session was ended."))
        n = ending.end(queryset, Why.ADMINISTRATOR)
        said = ngettext("%(n)d session was ended.", "%(n)d sessions were ended.", n) % {"n": n}
        self.message_user(request, said, messages.SUCCESS)
