"""Login flows in the admin: flows, their versions, who has them, who accepted which terms."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.admin.policies import PolicyAdmin
from sessions_policy.admin.read_only import ReadOnlyAdmin

from . import texts
from .models import AcceptedTerms, FlowAssignment, FlowVersion, LoginFlow
from .validate import validate

RESOURCE = "login_flows"


class IndentedJSON(forms.JSONField):
    """JSON as people read and write it. What is no JSON comes back as it was typed."""

    def prepare_value(self, value: Any) -> Any:
        """Return ``value`` as indented text."""
        return value if isinstance(value, InvalidJSONInput) else json.dumps(value, indent=2, ensure_ascii=False)


@admin.register(LoginFlow)
class LoginFlowAdmin(PolicyAdmin):
    """A flow, with its versions as links and a button for a new draft."""

    policy_resource = RESOURCE
    list_display = ("name", "active", "profiles", "description")
    search_fields = ("name",)
    readonly_fields = ("version_list",)
    fields = ("name", "description", "version_list", "reason")
    change_form_template = "loginflows/admin/flow.html"

    @admin.display(description=gettext_lazy("active version"))
    def active(self, flow: LoginFlow) -> str:
        """Return the number of the active version."""
        version = flow.active_version()
        return str(version.number) if version else _("none: the flow does not run")

    @admin.display(description=gettext_lazy("profiles"))
    def profiles(self, flow: LoginFlow) -> str:
        """Return the names of the profiles that have the flow."""
        return ", ".join(flow.assignments.values_list("profile__name", flat=True)) or "–"

    @admin.display(description=gettext_lazy("versions"))
    def version_list(self, flow: LoginFlow) -> SafeString | str:
        """Return a link to each version."""
        rows = [
            (reverse("admin:loginflows_flowversion_change", args=(version.pk,)), version, version.get_state_display())
            for version in (flow.versions.all() if flow.pk else ())
        ]
        return format_html_join("", "<p><a href='{}'>{}</a> – {}</p>", rows) or _("none yet: a first draft comes with saving")

    def save_model(self, request: HttpRequest, obj: LoginFlow, form: Any, change: bool) -> None:  # noqa: FBT001
        """Give a new flow its first draft."""
        super().save_model(request, obj, form, change)
        if not change:
            obj.new_draft(author=request.user)

    def response_change(self, request: HttpRequest, obj: LoginFlow) -> HttpResponse:
        """Make a draft when its button was pressed, and go there."""
        if "_new_draft" not in request.POST:
            return super().response_change(request, obj)
        newest = obj.versions.first()
        draft = obj.new_draft(newest.definition if newest else None, author=request.user)
        return HttpResponseRedirect(reverse("admin:loginflows_flowversion_change", args=(draft.pk,)))


@admin.register(FlowVersion)
class FlowVersionAdmin(PolicyAdmin):
    """A version: the definition of a draft as JSON, checked as it is saved; activated and retired by a button."""

    policy_resource = RESOURCE
    # A version is drafted, active, retired, and never goes back.
    can_be_reverted = False
    list_display = ("flow", "number", "state", "activated_at", "retired_at")
    list_filter = ("state", "flow")
    list_select_related = ("flow",)
    formfield_overrides: ClassVar = {
        models.JSONField: {"form_class": IndentedJSON, "widget": forms.Textarea(attrs={"rows": 24, "cols": 100})}
    }
    change_form_template = "loginflows/admin/version.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Drafts are made from their flow."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FlowVersion | None = None) -> bool:
        """Only a draft can be deleted: what ran has to stay known."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == FlowVersion.State.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer no deletion in bulk, for the same reason."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_fields(self, request: HttpRequest, obj: FlowVersion | None = None) -> tuple[str, ...]:
        """Offer the definition of a draft for editing; show every other."""
        definition = "definition" if obj is None or obj.state == FlowVersion.State.DRAFT else "definition_shown"
        return ("flow", "number", "state", definition, "warnings", "activated_at", "retired_at", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: FlowVersion | None = None) -> tuple[str, ...]:
        """Keep everything but a draft's definition from being edited."""
        return ("flow", "number", "state", "definition_shown", "warnings", "activated_at", "retired_at")

    @admin.display(description=gettext_lazy("definition"))
    def definition_shown(self, version: FlowVersion) -> SafeString:
        """Return the definition of a version that is not edited any more."""
        # A text area: it wraps long texts, and scrolls inside itself.
        shown = '<textarea class="vLargeTextField" rows="16" cols="40" readonly aria-label="{}">{}</textarea>'
        return format_html(shown, _("definition"), json.dumps(version.definition, indent=2, ensure_ascii=False))

    @admin.display(description=gettext_lazy("warnings"))
    def warnings(self, version: FlowVersion) -> SafeString | str:
        """Return what is odd about the definition, but keeps nobody from activating it."""
        found = [(texts.sentence(each),) for each in validate(version.definition) if not each.is_error]
        return format_html_join("", "<p>{}</p>", found) or _("none")

    def response_change(self, request: HttpRequest, obj: FlowVersion) -> HttpResponse:
        """Activate or retire when that button was pressed; the form was valid and is saved."""
        acts = {"_activate": obj.activate, "_retire": obj.retire}
        pressed = next((act for name, act in acts.items() if name in request.POST), None)
        if pressed is None:
            return super().response_change(request, obj)
        try:
            pressed(request.user, obj.reason)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            said = format_html(_("{} is {} now."), obj, obj.get_state_display().lower())
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(request.path)


@admin.register(FlowAssignment)
class FlowAssignmentAdmin(PolicyAdmin):
    """Which profile has which flow."""

    policy_resource = RESOURCE
    fields = ("profile", "flow", "mode", "reason")
    list_display = ("profile", "flow", "mode")
    list_filter = ("flow",)
    list_select_related = ("profile", "flow")


@admin.register(AcceptedTerms)
class AcceptedTermsAdmin(ReadOnlyAdmin):
    """Who accepted which terms."""

    policy_resource = "histories"
    list_display = ("at", "user", "terms_version", "element", "flow_version", "ip")
    list_filter = ("terms_version",)
    search_fields = ("user__username",)
    list_select_related = ("user", "flow_version__flow")
