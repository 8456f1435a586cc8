"""Policy revisions in the administration: who changed which policy when, from what to what, and why."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import revisions, texts
from ..levels import Level
from ..models import PolicyRevision
from .read_only import ReadOnlyAdmin
from .reverting import may_revert, revert_page


def policy_name(label: str) -> str:
    """Return the kind of policy that ``label`` (``app.model``) names, in words."""
    try:
        return capfirst(str(apps.get_model(label)._meta.verbose_name))
    except (LookupError, ValueError):
        return label


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
    fields = ("id", "at", "author", "level_of_author", "kind", "object_key", "reason", "diff")
    readonly_fields = ("level_of_author", "kind", "diff")

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a revision is taken back."""
        view = self.admin_site.admin_view(self.revert_view)
        return [path("<path:object_id>/revert/", view, name="sessions_policy_policyrevision_revert"), *super().get_urls()]

    def revert_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take one revision back."""
        revision = self.get_object(request, unquote(object_id))
        if revision is None:
            raise Http404
        return revert_page(self, request, revision)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer to take the revision back to who may."""
        original = context.get("original")
        context["may_revert"] = original is not None and may_revert(self.admin_site, request, original)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("policy"), ordering="policy")
    def kind(self, revision: PolicyRevision) -> str:
        """Return the kind of policy."""
        return policy_name(revision.policy)

    @admin.display(description=gettext_lazy("author's session level"))
    def level_of_author(self, revision: PolicyRevision) -> str:
        """Return the level of the session in which it was changed; nothing for a change by a command."""
        return texts.level_name(Level.from_slug(revision.author_level)) if revision.author_level else ""

    @admin.display(description=gettext_lazy("what changed"))
    def what(self, revision: PolicyRevision) -> str:
        """Return the names of the fields, or that the policy is new or gone."""
        if revision.before is None:
            return _("created")
        if revision.after is None:
            return _("deleted")
        return ", ".join(change.label for change in revisions.changes(revision)) or _("nothing")

    @admin.display(description=gettext_lazy("from what to what"))
    def diff(self, revision: PolicyRevision) -> SafeString:
        """Return the changed fields as a table."""
        rows = [
            (capfirst(change.label), linebreaksbr(change.before or "–"), linebreaksbr(change.after or "–"))
            for change in revisions.changes(revision)
            if change.before != change.after
        ]
        body = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>", rows)
        head = format_html_join("", "<th scope='col'>{}</th>", [(_("Field"),), (_("Before"),), (_("After"),)])
        return format_html(
            "<div class='wide-table' tabindex='0' role='region' aria-label='{}'>"
            "<table class='diff'><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            _("From what to what"),
            head,
            body,
        )
