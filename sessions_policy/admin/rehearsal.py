"""Forms that refuse a change by which somebody would be shut out: who saves it, every administrator, or a whole profile."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import changing, safety
from .traces import VERDICT_NAMES


class RehearsedForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when it runs
    """A form whose change is rehearsed once it is valid otherwise. Its admin sets ``request`` and ``area``."""

    request: HttpRequest
    area: str = ""

    def full_clean(self) -> None:
        """Validate, and then see whether everybody who must could still come in.

        From the rehearsal on no other change gets between it and the save, at the end of the transaction around both.
        """
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        with changing.locked():
            refused = self.rehearse()
        if refused is not None:
            self.add_error(None, in_words(refused))

    def rehearse(self) -> safety.Refusal | None:
        """Return what the change would be refused for, or None."""
        return safety.rehearse(self._try, safety.Administrator.of(self.request), (self.area,))

    def _try(self) -> None:
        # A copy: saving gives a new object a key, which the rolled-back database would not know.
        trial = copy.copy(self.instance)
        trial.save()
        for field in trial._meta.many_to_many:
            if field.name in self.cleaned_data:
                getattr(trial, field.name).set(self.cleaned_data[field.name])


class RehearsedAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Gives the form what it needs for its rehearsal. ``policy_resource`` names the area of the administration."""

    form = RehearsedForm
    policy_resource = ""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Return the form class for this request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (form,), {"request": request, "area": self.policy_resource})


def in_words(refusal: safety.Refusal) -> SafeString:
    """Return why a change was not saved, with the rules that the refusing decision went through."""
    steps = [(step.sentence, VERDICT_NAMES.get(step.finding.verdict, "")) for step in refusal.decision.trace]
    rules = format_html_join("", "<li>{} <em>({})</em></li>", steps)
    return format_html(
        "{} <span class='trace-title'>{}</span><ol class='trace-rules'>{}</ol>",
        safety.explain(refusal),
        _("The rules, in their order:"),
        rules,
    )
