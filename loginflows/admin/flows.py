"""Login flows in the administration: the list with what happens in each, a flow's name, and how a new one begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.admin.policies import PolicyForm

from .. import documents, exchange, flow_templates
from ..definition import SCHEMA
from ..documents import Imported, NoDocument
from ..flow_templates import Template
from ..models import FlowVersion, LoginFlow
from . import numbers, uploads
from .comparing import ComparePage
from .run_pages import RunPages
from .versions import VersionsPage

RECENT = timedelta(days=7)
EMPTY, FILE = "", "file"


class LoginFlowForm(PolicyForm):
    """A flow's name, and for a new one what it begins with: a template, a file, or nothing."""

    begin = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File"), required=False, help_text=gettext_lazy("For “a file”: what “Export” gave, at most 1 MB.")
    )
    imported: Imported | None = None
    template: Template | None = None
    # A name asks nothing of anybody: versions and assignments do.
    can_be_asked_about = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "begin" in self.fields:
            offered = [(name, f"{each.name}: {each.description}") for name, each in flow_templates.all_templates().items()]
            self.fields["begin"].choices = [(EMPTY, _("an empty flow")), *offered, (FILE, _("a file"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read what the flow is to begin with."""
        cleaned = super().clean() or self.cleaned_data
        begin = cleaned.get("begin")
        if begin == FILE:
            self._read_file(cleaned.get("file"))
        elif begin:
            self.template = flow_templates.all_templates()[begin]
        return cleaned

    def _read_file(self, sent: Any) -> None:
        if sent is None:
            self.add_error("file", _("Choose a file."))
            return
        try:
            self.imported = uploads.read(sent)
        except NoDocument as problem:
            self.add_error("file", str(problem))


@admin.register(LoginFlow)
class LoginFlowAdmin(VersionsPage, ComparePage, RunPages):
    """A flow: its name here, what it does in its versions."""

    form = LoginFlowForm
    list_display = ("name_linked", "profile_names", "active_number", "draft", "runs", "finished", "errors")
    list_display_links = None
    search_fields = ("name", "description")
    change_list_template = "admin/loginflows/flows.html"
    change_form_template = "admin/loginflows/flow.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of one flow."""
        page = self.admin_site.admin_view
        own = [
            path("<path:object_id>/versions/", page(self.versions_view), name="loginflows_loginflow_versions"),
            path("<path:object_id>/compare/", page(self.compare_view), name="loginflows_loginflow_compare"),
            path("<path:object_id>/runs/", page(self.runs_view), name="loginflows_loginflow_runs"),
        ]
        return [*own, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: LoginFlow | None = None) -> tuple[str, ...]:
        """Ask what a new flow begins with."""
        return ("name", "description", "reason") if obj else ("name", "description", "begin", "file", "reason")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the template that a link of the empty list names."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        template = flow_templates.all_templates().get(request.GET.get("template", ""))
        return {
            **initial,
            **({"begin": template.key, "name": template.name, "description": template.description} if template else {}),
        }

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoginFlow]:
        """Bring the numbers of the list along: a flow costs no query of its own."""
        flows = super().get_queryset(request).prefetch_related("versions", "assignments__profile")
        return numbers.annotated(flows, timezone.now() - RECENT)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Offer the templates where there is no flow yet, and beside the list."""
        context = {"templates": flow_templates.all_templates().values(), "title": _("Login flows"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def save_model(self, request: HttpRequest, obj: LoginFlow, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Give a new flow its first draft, and the test cases that came with it."""
        super().save_model(request, obj, form, change)
        if not change:
            self._begin(request, obj, form)

    def _begin(self, request: HttpRequest, flow: LoginFlow, form: LoginFlowForm) -> FlowVersion:
        """Make the first draft; the secrets of a template are made here, and shown this once."""
        if form.imported:
            return documents.begin(flow, form.imported.definition, form.imported.luggage, request.user)
        if form.template is None:
            return documents.begin(flow, {"schema": SCHEMA, "elements": []}, exchange.NONE, request.user)
        template, made = flow_templates.fresh(form.template)
        for title, secret in made:
            said = _("The passcode of “%(title)s” is %(secret)s. It is not shown again: note it, or set another one.")
            self.message_user(request, said % {"title": title, "secret": secret}, messages.WARNING)
        return documents.begin(flow, template.definition, template.luggage, request.user)

    def response_add(self, request: HttpRequest, obj: LoginFlow, post_url_continue: Any = None) -> HttpResponse:
        """Go on to the builder."""
        draft = obj.versions.first()
        assert draft is not None
        self.message_user(request, _("“%(flow)s” was made. This is its first draft.") % {"flow": obj})
        return HttpResponseRedirect(reverse("admin:loginflows_flowversion_change", args=(draft.pk,)))

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def name_linked(self, flow: LoginFlow) -> SafeString:
        """Return the name, leading to the version that one would look at: the newest draft, else the active one."""
        versions = list(flow.versions.all())
        shown = next((each for each in versions if each.state == FlowVersion.State.DRAFT), None)
        shown = shown or next((each for each in versions if each.state == FlowVersion.State.ACTIVE), None)
        url = reverse("admin:loginflows_flowversion_change", args=(shown.pk,)) if shown else ""
        url = url or reverse("admin:loginflows_loginflow_versions", args=(flow.pk,))
        return format_html('<a href="{}">{}</a>', url, flow.name)

    @admin.display(description=gettext_lazy("profiles"))
    def profile_names(self, flow: LoginFlow) -> str:
        """Return the names of the profiles that have the flow."""
        return ", ".join(sorted(each.profile.name for each in flow.assignments.all())) or "–"

    @admin.display(description=gettext_lazy("active"))
    def active_number(self, flow: LoginFlow) -> str:
        """Return the number of the active version."""
        return self._number(flow, FlowVersion.State.ACTIVE) or _("none")

    @admin.display(description=gettext_lazy("draft"))
    def draft(self, flow: LoginFlow) -> str:
        """Return the number of the newest draft."""
        return self._number(flow, FlowVersion.State.DRAFT) or "–"

    @admin.display(description=gettext_lazy("runs in 7 days"))
    def runs(self, flow: Any) -> int:
        """Return how many runs began in the last seven days."""
        return int(flow.recent_runs)

    @admin.display(description=gettext_lazy("finished"))
    def finished(self, flow: Any) -> str:
        """Return how many of them in a hundred finished."""
        return f"{round(100 * flow.recent_finished / flow.recent_runs)} %" if flow.recent_runs else "–"

    @admin.display(description=gettext_lazy("errors"))
    def errors(self, flow: Any) -> int:
        """Return how many of them ended in an error."""
        return int(flow.recent_errors)

    @staticmethod
    def _number(flow: LoginFlow, state: str) -> str:
        return next((str(each.number) for each in flow.versions.all() if each.state == state), "")
