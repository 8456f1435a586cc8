"""Forms that refuse a change by which the administrator who saves it would be shut out."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from .. import safety


class RehearsedForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when it runs
    """A form whose change is rehearsed once it is valid otherwise. Its admin sets ``request`` and ``area``."""

    request: HttpRequest
    area: str = ""

    def full_clean(self) -> None:
        """Validate, and then see whether the administrator could still come in."""
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        # A copy: saving gives a new object a key, which the rolled-back database would not know.
        trial = copy.copy(self.instance)
        refused = safety.rehearse(trial.save, safety.Administrator.of(self.request), (self.area,))
        if refused is not None:
            self.add_error(None, safety.explain(refused))


class RehearsedAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Gives the form what it needs for its rehearsal. ``policy_resource`` names the area of the administration."""

    form = RehearsedForm
    policy_resource = ""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Return the form class for this request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (form,), {"request": request, "area": self.policy_resource})
