"""What the administration of every policy has in common: an author, a reason, a rehearsal, a revision."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import changing, protection, revisions, safety
from ..impact_replay import PERIODS, Draft
from ..models import PolicyModel
from ..policy_book import Change
from ..whatif import drafts
from .confirmation import ConfirmationForm, UnderstoodField, ask_to_confirm
from .modes import ModesAdmin
from .preview import NO_HINDRANCE, PREVIEW, PreviewAdmin, PreviewForm, context_of, days_of, try_out
from .rehearsal import RehearsedAdmin, RehearsedForm, in_words

WHAT_IF = "_whatif"


class ConfirmedForm(RehearsedForm):
    """A form with a reason. What takes protection away is saved with a reason and a tick only.

    ``taken_away`` holds the sentences of what the change takes away, and ``broken_tests`` those of the What-If tests that
    would say something else. The tick stands on the page when there are any.
    """

    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=300,
        help_text=_("Kept with the revision, beside your name."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    understood = UnderstoodField()
    taken_away: tuple[str, ...] = ()
    broken_tests: tuple[str, ...] = ()

    def full_clean(self) -> None:
        """Validate and rehearse, and then ask about what would be taken away."""
        super().full_clean()
        if self.has_to_be_confirmed() and not self.errors:
            ask_to_confirm(self)

    def has_to_be_confirmed(self) -> bool:
        """Whether the change takes something away, or makes a What-If test say something else."""
        return bool(self.taken_away or self.broken_tests)


class PolicyForm(PreviewForm, ConfirmedForm):
    """A policy, and why it is changed."""

    def is_valid(self) -> bool:
        """Whether to save: never what was sent to What-If."""
        return WHAT_IF not in self.data and super().is_valid()

    def has_to_be_confirmed(self) -> bool:
        """Not what is only tried: nothing is saved."""
        return super().has_to_be_confirmed() and not self.is_preview

    def draft(self) -> str:
        """Return the change as the policies of a question; "" where What-If was not asked for, or the form makes no policy."""
        wanted = self.is_bound and WHAT_IF in self.data and not set(self.errors) - NO_HINDRANCE
        return drafts.named([Change.of(self.instance)]) if wanted else ""

    def rehearse(self) -> safety.Refusal | None:
        """Return what the change would be refused for, or None; keep what it would take away."""
        fields = [field.name for field in self._meta.model._meta.many_to_many]
        members = {name: self.cleaned_data[name] for name in fields if name in self.cleaned_data}
        change = changing.saving(self.instance, members)
        found = changing.review([change], changing.Author.of(self.request), (self.area,))
        self.taken_away, self.broken_tests = found.taken_away, found.broken_tests
        return found.refused


class PolicyAdmin(PreviewAdmin, ModesAdmin, RehearsedAdmin):
    """Puts the administrator and the reason into the revision of every change, and refuses what would shut them out.

    A change of a many-to-many field is a change of the policy, too.
    """

    form = PolicyForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save as the work of the request's user; a form in which nothing was changed writes no revision."""
        sign(obj, request, form.cleaned_data.get("reason", ""))
        stored = self.model._default_manager.filter(pk=obj.pk).first() if change else None
        if stored is None or stored.policy_values() != obj.policy_values():
            super().save_model(request, obj, form, change)
        changing.in_force()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save the members, and write a revision when they are others than before."""
        before = revisions.members_of(form.instance)
        super().save_related(request, form, formsets, change)
        after = revisions.members_of(form.instance)
        if before != after:
            revisions.write(form.instance, before, after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete as the work of the request's user, for the reason that the page of the deletion was given."""
        sign(obj, request, request.POST.get("reason", "")[:300])
        super().delete_model(request, obj)
        changing.in_force()

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask before deleting; with a reason and a tick where protection goes with the policy."""
        found = self.get_object(request, unquote(object_id))
        extra_context = {**(extra_context or {}), "preview": {"fits": True, "periods": PERIODS, "days": days_of(request)}}
        if found is not None and PREVIEW in request.POST and self.has_delete_permission(request, found):
            title = _("Deletion of %(policy)s") % {"policy": found}
            extra_context |= context_of(try_out(request, Draft((Change.deletion(found),)), title, self.policy_resource))
            # Django's page deletes when anything was sent to it.
            request.POST = QueryDict()
            request.method = "GET"
        sentences = [] if found is None else _goes_with(found)
        if not sentences:
            return super().delete_view(request, object_id, extra_context)
        form = ConfirmationForm(request.POST if request.method == "POST" else None)
        if form.is_bound and not form.is_valid():
            # Django's page deletes when anything was sent to it.
            request.POST = QueryDict()
        context = {**extra_context, "confirmation": form, "taken_away": sentences}
        return super().delete_view(request, object_id, context)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete one by one: a deletion in bulk would write no revision."""
        with changing.locked():
            for each in queryset:
                self.delete_model(request, each)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any) -> HttpResponse | None:
        """Keep other changes out from the rehearsal of an action to its end."""
        with changing.locked():
            return super().response_action(request, queryset, *args)

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

        with changing.locked():
            refused = safety.rehearse(delete_all, safety.Administrator.of(request), (self.policy_resource,))
        protected = [] if refused is None else [in_words(refused)]
        if isinstance(objs, QuerySet):
            # A deletion in bulk asks for no reason.
            alone = _("%(policy)s: deleting it takes protection away. Delete it on its own page, where you give the reason.")
            protected += [alone % {"policy": each} for each in objs if _goes_with(each)]
        return to_delete, counts, perms_needed, protected

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the way to the revisions of this policy."""
        original, form = context.get("original"), context["adminform"].form
        draft = form.draft() if isinstance(form, PolicyForm) else ""
        if draft:
            query = urlencode({"policies": draft, "run": ""})
            return HttpResponseRedirect(reverse("admin:sessions_policy_savedquestion_whatif") + "?" + query)
        context["revisions_url"] = revisions_url(self.model, "" if original is None else str(original))
        return super().render_change_form(request, context, *args, **kwargs)


def sign(obj: PolicyModel, request: HttpRequest, reason: str = "") -> None:
    """Make the request's user the author of what is about to be saved or deleted."""
    changing.sign(obj, changing.Author.of(request), reason)


def _goes_with(policy: PolicyModel) -> list[str]:
    return protection.taken_away(policy._meta.label_lower, revisions.values_of(policy), None)


def revisions_url(model: type[PolicyModel], key: str = "") -> str:
    """Return the address of the revisions of one kind of policy, or of one policy."""
    query = {"policy": model._meta.label_lower, **({"q": key} if key else {})}
    return reverse("admin:sessions_policy_policyrevision_changelist") + "?" + urlencode(query)
