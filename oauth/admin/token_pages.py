"""One page that ends all tokens and approvals of an app, a person, or a whole profile, after showing what would end."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sessions_policy.models import Profile

from .. import approvals, usage
from ..models import ConnectedApp

# What the address may name, with the look-up from a token to it.
OWNERS: dict[str, str] = {"app": "application", "user": "user", "profile": "user__profile"}


def address(**owner: Any) -> str:
    """Return the address of the page for ``app=…``, ``user=…`` or ``profile=…`` (a key)."""
    return reverse("admin:oauth_end_tokens") + "?" + urlencode(owner)


def end_tokens_view(admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the live tokens of whom the address names, and end them when the button was pressed."""
    if not admin.has_rotate_permission(request):
        raise PermissionDenied
    kind = next((name for name in OWNERS if name in request.GET), "")
    owner, which = _owner(kind, request.GET.get(kind, ""))
    back = reverse(f"admin:{owner._meta.app_label}_{owner._meta.model_name}_change", args=(owner.pk,))
    if request.method == "POST":
        approvals.take_back(**which)
        admin.log_change(request, owner, _("All tokens were revoked."))
        messages.success(request, _("All tokens of %(owner)s were revoked.") % {"owner": owner})
        return HttpResponseRedirect(back)
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Revoke all tokens of %(owner)s") % {"owner": owner},
        "opts": admin.opts,
        "counts": sorted(usage.by_grant(**which).items()),
        "people": usage.people(**which),
        "kind": kind,
        "back": back,
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/oauth/connectedapp/end_tokens.html", context)


def _owner(kind: str, key: str) -> tuple[Model, dict[str, Any]]:
    models: dict[str, Any] = {"app": ConnectedApp, "user": get_user_model(), "profile": Profile}
    if kind not in models or not key.isascii() or not key.isdecimal() or len(key) > 18:
        raise Http404
    owner: Model = get_object_or_404(models[kind], pk=int(key))
    return owner, {OWNERS[kind]: owner}
