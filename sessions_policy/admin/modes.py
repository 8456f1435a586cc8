"""Off, report-only or on: radios on the form of each policy, and the page that turns on what was watched."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminRadioSelect
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import changing, watched
from ..levels import Mode
from ..modes import MODES
from .confirmation import ConfirmationForm
from .outcome_names import OUTCOME_NAMES
from .rehearsal import in_words

TEMPLATE = "admin/sessions_policy/modes/turn_on.html"
PERIODS = (1, 7, 30)


class ModeSelect(AdminRadioSelect):
    """Radios that a screen reader announces under the name of what they rule; Django 5.2 gives the group no name."""

    def __init__(self, label: Any) -> None:
        super().__init__(attrs={"class": "radiolist"})
        self.label = label

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the radios as one named group."""
        return format_html(
            '<div role="radiogroup" aria-label="{}">{}</div>', self.label, super().render(name, value, attrs, renderer)
        )


class ModesAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Adds the modes of a kind of policy. Its model has the fields that :data:`sessions_policy.modes.MODES` names."""

    policy_resource = ""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show a mode as radios: each choice says what it does."""
        if db_field.name in watched.mode_fields(self.model):
            kwargs["widget"] = ModeSelect(db_field.verbose_name)
            kwargs["choices"] = db_field.get_choices(include_blank=False)
            # A form that says nothing about a mode leaves it as it is.
            kwargs["required"] = False
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that turns on."""
        view, name = self.admin_site.admin_view(self.turn_on_view), f"{self.opts.app_label}_{self.opts.model_name}_turn_on"
        return [path("<path:object_id>/turn-on/<slug:field>/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer to turn on what is watched."""
        policy = context.get("original")
        context["watched_fields"] = [] if policy is None else [self._offer(policy, name) for name in _watched(policy)]
        return super().render_change_form(request, context, *args, **kwargs)

    def turn_on_view(self, request: HttpRequest, object_id: str, field: str) -> HttpResponse:
        """Show what the policy would have done, and turn it on; it is rehearsed like any other change."""
        policy: Any = self.get_object(request, unquote(object_id))
        if policy is None or field not in _watched(policy):
            raise Http404
        if not self.has_change_permission(request, policy):
            raise PermissionDenied
        setattr(policy, field, Mode.ON.value)
        change, author = changing.saving(policy), changing.Author.of(request)
        form = ConfirmationForm(request.POST if request.method == "POST" else None)
        with changing.locked():
            review = changing.review([change], author, (self.policy_resource,))
            form.need(bool(review.to_confirm))
            if review.refused is None and form.is_valid():
                reason = form.cleaned_data["reason"]
                changing.make([change], author, areas=(self.policy_resource,), reason=reason, confirmed=True)
                return self._turned_on(request, policy, field)
        asked = request.GET.get("days", "")
        days = int(asked) if asked in map(str, PERIODS) else 7
        found = watched.of(policy, field, days)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Turn on: %(policy)s") % {"policy": policy},
            "policy": policy,
            "part": _label(policy, field),
            "found": found,
            "periods": PERIODS,
            "people": [(each, OUTCOME_NAMES.get(each.outcome, each.outcome)) for each in found.people],
            "outcomes": [(OUTCOME_NAMES.get(name, name), n) for name, n in found.outcomes.items()],
            "refused": None if review.refused is None else in_words(review.refused),
            "confirmation": form,
            "taken_away": review.taken_away,
            "broken_tests": review.broken_tests,
            "back": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(policy.pk,)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, TEMPLATE, context, status=400 if form.is_bound else 200)

    def _turned_on(self, request: HttpRequest, policy: Any, field: str) -> HttpResponse:
        said = _("Turned on: %(part)s.") % {"part": _label(policy, field)}
        self.log_change(request, policy, said)
        messages.success(request, said)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(policy.pk,)))

    def _offer(self, policy: Any, field: str) -> dict[str, str]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_turn_on"
        return {"url": reverse(name, args=(policy.pk, field)), "label": _label(policy, field)}


def _watched(policy: models.Model) -> list[str]:
    return [name for name in watched.mode_fields(policy) if getattr(policy, name) == Mode.REPORT_ONLY]


def _label(policy: models.Model, field: str) -> str:
    """Return what the mode is about: the label of its first field, or the policy itself."""
    parts = MODES[policy._meta.label_lower][field]
    if not parts:
        return str(policy)
    found: Any = policy._meta.get_field(next(iter(parts)))
    return str(found.verbose_name)
