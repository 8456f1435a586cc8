"""Which profile has which flow, what flows may set of people, and who accepted which terms."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from sessions_policy.admin.policies import PolicyAdmin
from sessions_policy.admin.read_only import ReadOnlyAdmin

from ..models import AcceptedTerms, FlowAssignment, UserAttribute
from .flow_pages import RESOURCE


@admin.register(FlowAssignment)
class FlowAssignmentAdmin(PolicyAdmin):
    """Which profile has which flow. Taking a flow away asks for a reason and a tick."""

    policy_resource = RESOURCE
    change_form_template = "admin/sessions_policy/change_form.html"
    fields = ("profile", "flow", "mode", "reason")
    list_display = ("profile", "flow", "mode")
    list_filter = ("flow",)
    list_select_related = ("profile", "flow")


@admin.register(UserAttribute)
class UserAttributeAdmin(PolicyAdmin):
    """The attributes of people that flows may show and set. Deleting one deletes its values."""

    policy_resource = RESOURCE
    fields = ("name", "label", "reason")
    list_display = ("name", "label")

    def get_readonly_fields(self, request: HttpRequest, obj: UserAttribute | None = None) -> tuple[str, ...]:
        """Keep the name: flows know the attribute by it."""
        return ("name",) if obj else ()


@admin.register(AcceptedTerms)
class AcceptedTermsAdmin(ReadOnlyAdmin):
    """Who accepted which terms."""

    policy_resource = "histories"
    list_display = ("at", "user", "terms_version", "element", "flow_version", "ip")
    list_filter = ("terms_version",)
    search_fields = ("user__username",)
    list_select_related = ("user", "flow_version__flow")
