"""Taking a revision back in the administration: what would go back, why, and the same questions as for any other change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import changing, gate, revisions
from ..gate import Asked
from ..models import PolicyRevision
from ..revisions import CannotRevert
from .confirmation import ConfirmationForm
from .rehearsal import in_words


def policy_admin_of(site: admin.AdminSite, revision: PolicyRevision) -> Any:
    """Return the administration of the revision's kind of policy, if its revisions can be taken back there; else None."""
    model = revisions.model_of(revision)
    found = site.get_model_admin(model) if model is not None and site.is_registered(model) else None
    return found if getattr(found, "can_be_reverted", True) else None


def may_revert(site: admin.AdminSite, request: HttpRequest, revision: PolicyRevision) -> bool:
    """Whether the person may: who may change policies of that kind."""
    model, found = revisions.model_of(revision), policy_admin_of(site, revision)
    if model is None or found is None:
        return False
    allows = getattr(found, "may_revert", None)
    if allows is not None and not allows(request, revisions.current(revision)):
        return False
    label, name = model._meta.app_label, model._meta.model_name
    return all(request.user.has_perm(f"{label}.{act}_{name}") for act in revisions.acts(revision))


def revert_page(model_admin: admin.ModelAdmin[Any], request: HttpRequest, revision: PolicyRevision) -> HttpResponse:
    """Show what goes back, and take the revision back when that was confirmed."""
    site = model_admin.admin_site
    if not may_revert(site, request, revision):
        raise PermissionDenied
    area = getattr(policy_admin_of(site, revision), "policy_resource", "")
    gate.enforce(request, Asked(resources=(area,) if area else ()))
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = True
    with changing.locked():
        found, problem = _reviewed(request, revision, area)
        form.need(bool(found.to_confirm))
        if not problem and form.is_valid():
            back, reason = changing.reverting(revision), form.cleaned_data["reason"]
            changing.make([back], changing.Author.of(request), areas=(area,), reason=reason, confirmed=True)
            model_admin.log_change(request, revision, _("Taken back."))
            messages.success(request, _("Revision %(id)d was taken back.") % {"id": revision.pk})
            return HttpResponseRedirect(reverse("admin:sessions_policy_policyrevision_changelist"))
    context = {
        **site.each_context(request),
        "title": _("Revert revision %(id)d") % {"id": revision.pk},
        "opts": model_admin.opts,
        "revision": revision,
        "diff": revisions.changes(revision),
        "confirmation": form,
        "taken_away": found.taken_away,
        "broken_tests": found.broken_tests,
        "refused": problem,
        "revisions_url": reverse("admin:sessions_policy_policyrevision_changelist"),
    }
    request.current_app = site.name
    status = 400 if form.is_bound else 200
    return TemplateResponse(request, "admin/sessions_policy/policyrevision/revert.html", context, status=status)


def _reviewed(request: HttpRequest, revision: PolicyRevision, area: str) -> tuple[changing.Review, SafeString | str]:
    """Return what stands against taking ``revision`` back, and why it cannot be done at all ("" where it can)."""
    try:
        found = changing.review([changing.reverting(revision)], changing.Author.of(request), (area,))
    except CannotRevert as error:
        return changing.Review(None, ()), str(error)
    return found, "" if found.refused is None else in_words(found.refused)
