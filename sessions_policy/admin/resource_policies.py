"""Resource policies in the administration: one line for each resource that the code declares, ruled or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import resources
from ..models import ResourcePolicy
from .policies import PolicyAdmin, PolicyForm, revisions_url


@dataclass(frozen=True, slots=True)
class Row:
    """One resource with what holds for it, what would hold without a policy, and the page on which that is changed."""

    key: str
    label: str
    action: str
    again_after_minutes: int | None
    default: str
    is_ruled: bool
    url: str


def action_name(action: str) -> str:
    """Return an action in words."""
    return str(ResourcePolicy.Action(action).label)


def unruled() -> list[tuple[str, str]]:
    """Return the resources that no policy exists for, as choices. A key that nobody declared is not among them."""
    ruled = set(ResourcePolicy.objects.values_list("key", flat=True))
    return [(each.key, f"{each.label} ({each.key})") for each in resources.registered() if each.key not in ruled]


class ResourcePolicyForm(PolicyForm):
    """The policy of a declared resource."""

    key = forms.ChoiceField(label=gettext_lazy("Resource"), choices=unruled)


@admin.register(ResourcePolicy)
class ResourcePolicyAdmin(PolicyAdmin):
    """Every resource, with its action and its default. Deleting a policy brings the default back."""

    form = ResourcePolicyForm
    policy_resource = "session_settings"
    fields = ("key", "default", "action", "again_after_minutes", "mode", "reason")

    def get_fields(self, request: HttpRequest, obj: ResourcePolicy | None = None) -> tuple[str, ...]:
        """Show the default of a resource that is known already."""
        return self.fields if obj else tuple(name for name in self.fields if name != "default")

    def get_readonly_fields(self, request: HttpRequest, obj: ResourcePolicy | None = None) -> tuple[str, ...]:
        """Keep a policy with its resource."""
        return ("key", "default") if obj else ("default",)

    @admin.display(description=gettext_lazy("without this policy"))
    def default(self, policy: ResourcePolicy) -> str:
        """Return what holds when the policy is deleted."""
        found = next((each for each in resources.registered() if each.key == policy.key), None)
        return action_name(found.default) if found else _("This resource is no longer declared: nothing asks for it.")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """List the declared resources, and policies whose resource is gone."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        policies = {each.key: each for each in ResourcePolicy.objects.all()}
        rows = [self._row(each, policies.pop(each.key, None)) for each in resources.registered()]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Resource policies"),
            "opts": self.opts,
            "rows": rows,
            "strays": policies.values(),
            "can_add": self.has_add_permission(request),
            "revisions_url": revisions_url(ResourcePolicy),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/sessions_policy/resourcepolicy/resources.html", context)

    @staticmethod
    def _row(resource: resources.Resource, policy: ResourcePolicy | None) -> Row:
        if policy is None:
            url = reverse("admin:sessions_policy_resourcepolicy_add") + "?" + urlencode({"key": resource.key})
        else:
            url = reverse("admin:sessions_policy_resourcepolicy_change", args=(policy.pk,))
        return Row(
            key=resource.key,
            label=str(resource.label),
            action=action_name(policy.action if policy else resource.default),
            again_after_minutes=policy.again_after_minutes if policy else None,
            default=action_name(resource.default),
            is_ruled=policy is not None,
            url=url,
        )
