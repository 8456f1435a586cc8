"""A change of policy, tried before it is saved: *Preview* and *Save as report-only* on the form of every policy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse

from .. import impact_jobs, impact_report
from ..impact_replay import PERIODS, Draft
from ..levels import Mode
from ..models import ImpactRun
from ..modes import MODES
from ..policy_book import Change
from ..policy_compiler import NEW_ID

PREVIEW, REPORT_ONLY, DAYS = "_preview", "_report_only", "_days"
USUAL_DAYS = 7
# Errors that do not keep a change from being tried or asked about: somebody would be shut out, or has to confirm first.
NO_HINDRANCE = frozenset({NON_FIELD_ERRORS, "reason", "understood"})


class PreviewForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when it runs
    """A form that can be sent to see what it would do; not where ``can_be_asked_about`` says that it does nothing."""

    can_be_asked_about = True

    @property
    def is_preview(self) -> bool:
        """Whether the form was sent to be tried, not to be saved."""
        return self.is_bound and PREVIEW in self.data

    def is_valid(self) -> bool:
        """Whether to save: never what was sent to be tried."""
        return not self.is_preview and super().is_valid()

    def can_be_tried(self) -> bool:
        """Whether what was sent makes a policy."""
        return self.is_preview and not set(self.errors) - NO_HINDRANCE

    def proposal(self) -> Draft:
        """Return the change that saving the form would make."""
        pk = self.instance.pk or NEW_ID
        users = get_user_model()
        members: dict[int, frozenset[str]] = {}
        for field in self._meta.model._meta.many_to_many:
            if field.related_model is users and field.name in self.cleaned_data:
                members[pk] = frozenset(str(person.pk) for person in self.cleaned_data[field.name])
        return Draft((Change.of(self.instance),), members)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # Django's own hook, which has no stub
        if self.is_bound and REPORT_ONLY in self.data:
            for name in watched_by(self._meta.model._meta.label_lower, set(self.changed_data)):
                setattr(self.instance, name, Mode.REPORT_ONLY.value)


def watched_by(kind: str, changed: set[str]) -> list[str]:
    """Return the fields that hold the modes of what was ``changed`` in a policy of ``kind``."""
    changed = changed - {"reason", "understood"}
    return [name for name, without in MODES.get(kind, {}).items() if changed and (without is None or changed & set(without))]


class PreviewAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Shows beside the form what it would do when it is saved."""

    policy_resource = ""
    change_form_template = "admin/sessions_policy/change_form.html"

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the buttons, and what was found when one of them was pressed."""
        form = context["adminform"].form
        context["preview"] = {
            "periods": PERIODS,
            "days": days_of(request),
            "modes": bool(MODES.get(self.opts.label_lower)),
            "fits": getattr(form, "can_be_asked_about", False) and not context.get("is_popup"),
        }
        if isinstance(form, PreviewForm) and form.can_be_tried():
            run = try_out(request, form.proposal(), str(form.instance) or str(self.opts.verbose_name), self.policy_resource)
            context |= context_of(run)
        return super().render_change_form(request, context, *args, **kwargs)


def days_of(request: HttpRequest) -> int:
    """Return how many days of records somebody wants to look at."""
    asked = request.POST.get(DAYS) or request.GET.get(DAYS) or ""
    return int(asked) if asked in map(str, PERIODS) else USUAL_DAYS


def try_out(request: HttpRequest, draft: Draft, title: str, area: str) -> ImpactRun:
    """Count what ``draft`` would do, as the work of the request's user."""
    return impact_jobs.start(draft, title=title, days=days_of(request), author=request.user, area=area)


def context_of(run: ImpactRun) -> dict[str, Any]:
    """Return what the template of an impact wants."""
    return {"impact_run": run, "impact": impact_report.of(run) if run.result is not None else None}
