"""Certificates and public keys of apps: uploaded or pasted, several for each app, so that they rotate without a gap."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.admin.policies import PolicyAdmin, PolicyForm

from .. import app_keys
from ..models import AppKey
from . import app_panels


class AppKeyForm(PolicyForm):
    """A key. Its PEM comes as a file or as text; who has both has not decided."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("A .pem, .crt or .cer file in PEM form; or paste it below."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "pem" in self.fields:
            self.fields["pem"].required = False
            self.fields["pem"].widget.attrs.update({"rows": 8, "spellcheck": "false", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        """Take the PEM out of the file."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "pem" not in self.fields:
            return cleaned
        file, text = cleaned.get("file"), cleaned.get("pem", "").strip()
        if file is not None and text:
            raise ValidationError(_("Choose a file or paste the text, not both."))
        if file is None and not text:
            self.add_error("pem", _("Choose a file, or paste a certificate or public key."))
        cleaned["pem"] = text if file is None else _text_of(file)
        return cleaned


@admin.register(AppKey)
class AppKeyAdmin(PolicyAdmin):
    """Keys. What one is never changes: another one is another key."""

    form = AppKeyForm
    policy_resource = "keys"
    list_display = ("label", "application", "kind", "short_fingerprint", "not_before", "not_after", "state", "last_used_at")
    list_filter = ("application", "kind")
    list_select_related = ("application",)
    search_fields = ("label", "fingerprint", "subject", "application__name")
    described = (
        "kind",
        "fingerprint",
        "subject",
        "not_before",
        "not_after",
        "state",
        "created_at",
        "created_by",
        "last_used_at",
    )

    def get_fields(self, request: HttpRequest, obj: AppKey | None = None) -> tuple[str, ...]:
        """Ask for a key, or describe the one that is there."""
        if obj is None:
            return ("application", "label", "file", "pem", "reason")
        return ("application", "label", *self.described, "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: AppKey | None = None) -> tuple[str, ...]:
        """Keep a key with its app."""
        return () if obj is None else ("application", *self.described)

    def save_model(self, request: HttpRequest, obj: AppKey, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save, with who added it."""
        if not change:
            user: Any = request.user
            obj.created_by = user
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("fingerprint"))
    def short_fingerprint(self, key: AppKey) -> str:
        """Return the beginning of the fingerprint."""
        return key.fingerprint[:16]

    @admin.display(description=gettext_lazy("state"))
    def state(self, key: AppKey) -> str:
        """Return whether the key works, and how long."""
        return app_panels.key_state(key)


def _text_of(file: Any) -> str:
    if file.size is None or file.size > app_keys.LONGEST_PEM:
        raise ValidationError({"file": _("This is too long for one certificate or public key.")})
    try:
        return str(file.read().decode("ascii"))
    except UnicodeDecodeError as error:
        raise ValidationError(
            {"file": _("This is not PEM, which is text. Convert it: openssl x509 -inform der -in FILE.")}
        ) from error
