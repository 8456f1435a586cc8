"""What the administration of every policy has in common: an author, a reason, a rehearsal, a revision."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import policy_book, safety
from ..models import PolicyModel, PolicyRevision
from ..session_security import SessionSecurity
from .rehearsal import RehearsedAdmin, RehearsedForm


class PolicyForm(RehearsedForm):
    """A policy, and why it is changed."""

    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=300,
        help_text=_("Kept with the revision, beside your name."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class PolicyAdmin(RehearsedAdmin):
    """Puts the administrator and the reason into the revision of every change, and refuses what would shut them out.

    ``members`` names the many-to-many fields whose change is a change of the policy, too.
    """

    form = PolicyForm
    members: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save as the work of the request's user; a form in which nothing was changed writes no revision."""
        sign(obj, request, form.cleaned_data.get("reason", ""))
        stored = self.model._default_manager.filter(pk=obj.pk).first() if change else None
        if stored is None or stored.policy_values() != obj.policy_values():
            super().save_model(request, obj, form, change)
        transaction.on_commit(policy_book.refresh)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save the members, and write a revision when they are others than before."""
        before = self._members_of(form.instance)
        super().save_related(request, form, formsets, change)
        after = self._members_of(form.instance)
        if before != after:
            write_revision(form.instance, before, after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete as the work of the request's user."""
        sign(obj, request)
        super().delete_model(request, obj)
        transaction.on_commit(policy_book.refresh)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete one by one: a deletion in bulk would write no revision."""
        with transaction.atomic():
            for each in queryset:
                self.delete_model(request, each)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say what would go; a deletion that would shut the administrator out is protected, so that neither page does it."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        if protected:
            # What still uses the policy is the reason; that it could not be deleted along is none.
            return to_delete, counts, set(), protected
        if perms_needed:
            return to_delete, counts, perms_needed, protected

        def delete_all() -> None:
            for each in objs:
                type(each).objects.get(pk=each.pk).delete()

        refused = safety.rehearse(delete_all, safety.Administrator.of(request), (self.policy_resource,))
        return to_delete, counts, perms_needed, [] if refused is None else [safety.explain(refused)]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the way to the revisions of this policy."""
        original = context.get("original")
        context["revisions_url"] = revisions_url(self.model, "" if original is None else str(original))
        return super().render_change_form(request, context, *args, **kwargs)

    def _members_of(self, obj: Any) -> dict[str, list[str]]:
        return {name: sorted(str(each) for each in getattr(obj, name).all()) for name in self.members}


def sign(obj: PolicyModel, request: HttpRequest, reason: str = "") -> None:
    """Make the request's user the author of what is about to be saved or deleted."""
    obj.author, obj.reason = request.user, reason
    obj.author_level = SessionSecurity.of(request).level.slug


def write_revision(obj: PolicyModel, before: Any, after: Any) -> None:
    """Write a revision of something that belongs to ``obj`` and is no column of it."""
    PolicyRevision.objects.create(
        author=obj.author,
        author_level=obj.author_level,
        policy=obj._meta.label_lower,
        object_key=str(obj)[:200],
        object_id=str(obj.pk),
        before=before,
        after=after,
        reason=obj.reason,
    )


def revisions_url(model: type[PolicyModel], key: str = "") -> str:
    """Return the address of the revisions of one kind of policy, or of one policy."""
    query = {"policy": model._meta.label_lower, **({"q": key} if key else {})}
    return reverse("admin:sessions_policy_policyrevision_changelist") + "?" + urlencode(query)
