"""Policy revisions in the administration: who changed which policy when, from what to what, and why."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import PolicyRevision
from .read_only import ReadOnlyAdmin


def policy_name(label: str) -> str:
    """Return the kind of policy that ``label`` (``app.model``) names, in words."""
    try:
        return capfirst(str(apps.get_model(label)._meta.verbose_name))
    except (LookupError, ValueError):
        return label


def field_name(label: str, name: str) -> str:
    """Return the field ``name`` of the policy ``label`` in words."""
    try:
        return str(getattr(apps.get_model(label)._meta.get_field(name), "verbose_name", name))
    except (LookupError, ValueError, FieldDoesNotExist):
        return name


def changes(revision: PolicyRevision) -> list[tuple[str, str, str]]:
    """Return the fields that the revision changed, each with its value before and after."""
    before, after = revision.before or {}, revision.after or {}
    names = [*before, *(name for name in after if name not in before)]
    return [
        (field_name(revision.policy, name), _shown(before.get(name)), _shown(after.get(name)))
        for name in names
        if _shown(before.get(name)) != _shown(after.get(name))
    ]


class PolicyFilter(admin.SimpleListFilter):
    """By kind of policy, in words."""

    title = gettext_lazy("policy")
    parameter_name = "policy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds that have revisions."""
        labels = PolicyRevision.objects.order_by("policy").values_list("policy", flat=True).distinct()
        return [(label, policy_name(label)) for label in labels]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those of the chosen kind."""
        return queryset.filter(policy=self.value()) if self.value() else queryset


@admin.register(PolicyRevision)
class PolicyRevisionAdmin(ReadOnlyAdmin):
    """Every change of every policy."""

    policy_resource = "histories"
    list_display = ("id", "at", "author", "kind", "object_key", "what", "reason")
    list_display_links = ("id", "at")
    list_filter = (PolicyFilter,)
    list_select_related = ("author",)
    search_fields = ("object_key", "author__username", "reason")
    date_hierarchy = "at"
    fields = ("id", "at", "author", "kind", "object_key", "reason", "diff")
    readonly_fields = ("kind", "diff")

    @admin.display(description=gettext_lazy("policy"), ordering="policy")
    def kind(self, revision: PolicyRevision) -> str:
        """Return the kind of policy."""
        return policy_name(revision.policy)

    @admin.display(description=gettext_lazy("what changed"))
    def what(self, revision: PolicyRevision) -> str:
        """Return the names of the fields, or that the policy is new or gone."""
        if revision.before is None:
            return _("created")
        if revision.after is None:
            return _("deleted")
        return ", ".join(name for name, _before, _after in changes(revision)) or _("nothing")

    @admin.display(description=gettext_lazy("from what to what"))
    def diff(self, revision: PolicyRevision) -> SafeString:
        """Return the changed fields as a table."""
        body = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>", changes(revision))
        head = format_html_join("", "<th scope='col'>{}</th>", [(_("Field"),), (_("Before"),), (_("After"),)])
        return format_html(
            "<div class='wide-table'><table class='diff'><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>", head, body
        )


def _shown(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
