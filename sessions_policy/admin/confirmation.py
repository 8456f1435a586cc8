"""Confirming what takes protection away: a tick that one understands, and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UnderstoodField(forms.BooleanField):
    """The tick. It is asked for where it is needed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("I understand what this takes away"), required=False, **options)


class ReasonField(forms.CharField):
    """Why, in at most 300 characters."""

    def __init__(self, **options: Any) -> None:
        options = {"label": _("Reason"), "help_text": _("Kept with the revision, beside your name."), **options}
        super().__init__(max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"}), **options)


class ConfirmationForm(forms.Form):
    """A tick and a reason."""

    understood = UnderstoodField()
    reason = ReasonField(required=False)

    def __init__(self, *args: Any, needed: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.need(needed)

    def need(self, needed: bool) -> None:  # noqa: FBT001 - the one thing that it says
        """Ask for the tick and the reason, or for neither. To be said before the form is validated."""
        self.needed = needed
        if not needed:
            self.fields.pop("understood", None)

    def clean(self) -> dict[str, Any]:
        """Ask for both where they are needed."""
        if self.needed:
            ask_to_confirm(self)
        return self.cleaned_data


def ask_to_confirm(form: forms.BaseForm) -> None:
    """Add an error for what is missing of a tick in ``understood`` and a text in ``reason``."""
    if not form.cleaned_data.get("understood"):
        form.add_error("understood", _("Nothing was saved yet. Tick the box to confirm that this takes protection away."))
    if not form.cleaned_data.get("reason", "").strip() and "reason" not in form.errors:
        form.add_error("reason", _("Nothing was saved yet. Give a reason: this takes protection away."))
