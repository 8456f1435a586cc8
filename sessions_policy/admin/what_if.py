"""What-If in the administration: the page, and the questions that were saved as tests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import policy_tests, texts, trace
from ..models import SavedQuestion
from ..whatif import Answer, BadQuestion, Verdict, answer
from ..whatif.answers import VERDICT_NAMES
from ..whatif.questions import DRAFT
from .traces import trace_table
from .what_if_form import WhatIfForm

RUN, SAVE = "run", "save"
LONGEST_NAME = 120


def what_if_url() -> str:
    """Return the address of the page."""
    return reverse("admin:sessions_policy_savedquestion_whatif")


@admin.register(SavedQuestion)
class SavedQuestionAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """The tests, each with what it says now; and the page that asks."""

    policy_resource = "profiles"
    list_display = ("name", "expected", "now", "author", "created", "ask_again")
    search_fields = ("name",)
    fields = ("name", "expected", "now", "ask_again", "question_shown", "author", "created")
    readonly_fields = ("expected", "now", "ask_again", "question_shown", "author", "created")
    change_list_template = "admin/sessions_policy/savedquestion/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page of What-If."""
        view = self.admin_site.admin_view(self.what_if_view)
        return [path("what-if/", view, name="sessions_policy_savedquestion_whatif"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Send to the page: a test is a question that was answered."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(what_if_url())

    def what_if_view(self, request: HttpRequest) -> HttpResponse:
        """Show the form, and the answer to what was asked; save a question that was answered. Asking writes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        asked = RUN in sent or any(sent.get(name) for name in WhatIfForm.base_fields)
        form = WhatIfForm.asked(sent) if asked else WhatIfForm()
        found = self._answer(form) if asked else None
        error = ""
        if request.method == "POST" and found is not None:
            error = self._save(request, found)
            if not error:
                messages.success(request, _("Saved as a test. It is asked before each change of a policy."))
                return HttpResponseRedirect(reverse("admin:sessions_policy_savedquestion_changelist"))
        return self._page(request, form, found, error)

    @staticmethod
    def _answer(form: WhatIfForm) -> Answer | None:
        if not form.is_valid():
            return None
        try:
            return answer(form.question)
        except BadQuestion as error:
            form.refuse(error)
            return None

    def _save(self, request: HttpRequest, found: Answer) -> str:
        """Save the question with its answer; return what is wrong, or ""."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        name = request.POST.get("name", "").strip()
        if not name or len(name) > LONGEST_NAME or "\0" in name:
            return _("Give the test a name of at most 120 characters.")
        if SavedQuestion.objects.filter(name=name).exists():
            return _("There is a test of that name already.")
        if found.question.policies.startswith(DRAFT):
            return _("A question about a change that is not saved cannot be a test. Save the change first.")
        author: Any = request.user
        SavedQuestion.objects.create(
            name=name,
            question=found.question.given(),
            verdict=found.verdict.value,
            reason=found.decision.reason.value,
            author=author,
        )
        return ""

    def _page(self, request: HttpRequest, form: WhatIfForm, found: Answer | None, error: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What-If"),
            "form": form,
            "found": found,
            "save_error": error,
            "can_save": self.has_add_permission(request),
            **(_shown(found) if found else {}),
        }
        request.current_app = self.admin_site.name
        wrong = (form.is_bound and form.errors) or error
        return TemplateResponse(
            request, "admin/sessions_policy/savedquestion/what_if.html", context, status=400 if wrong else 200
        )

    @admin.display(description=gettext_lazy("has to say"))
    def expected(self, test: SavedQuestion) -> str:
        """Return the answer that it has to have."""
        return f"{verdict_name(test.verdict)} ({test.reason})"

    @admin.display(description=gettext_lazy("says now"))
    def now(self, test: SavedQuestion) -> SafeString | str:
        """Return what it says under the policies in force."""
        result = policy_tests.run_one(test)
        if result.passes:
            return _("the same")
        return format_html("<strong class='differs'>{}</strong>", result.error or result.sentence)

    @admin.display(description=gettext_lazy("question"))
    def ask_again(self, test: SavedQuestion) -> SafeString:
        """Return the link that asks it."""
        return format_html("<a href='{}'>{}</a>", f"{what_if_url()}?{urlencode(test.question)}", _("Ask again"))

    @admin.display(description=gettext_lazy("in full"))
    def question_shown(self, test: SavedQuestion) -> SafeString:
        """Return the question as JSON."""
        return format_html("<pre class='trace-json'>{}</pre>", json.dumps(test.question, indent=2, ensure_ascii=False))


def verdict_name(verdict: str) -> str:
    """Return a verdict in words."""
    return str(VERDICT_NAMES[Verdict(verdict)]) if verdict in list(Verdict) else verdict


def _shown(found: Answer) -> dict[str, Any]:
    document = trace.document(found.decision, mode=trace.Mode.SIMULATED)
    return {
        "why": texts.for_administrator(found.decision),
        "verdict_name": verdict_name(found.verdict.value),
        "code": found.decision.reason.value,
        "table": trace_table(trace.stored_steps(document["steps"])),
        "missing": [(each.words, verdict_name(each.verdict.value), each.reason) for each in found.missing],
        "flips": [(each.words, verdict_name(each.verdict.value), each.reason) for each in found.flips],
        "json": json.dumps(found.as_json(), indent=2, ensure_ascii=False),
        "given": found.question.given(),
    }
