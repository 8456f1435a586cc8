"""The forms of login, challenge and enrolment."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

CODE_LENGTH = 6
RECOVERY_LENGTH = 16
TEMPORARY_LENGTH = 12
# What people mean when they read a code aloud or paste it.
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _plain(value: str) -> str:
    """Return ``value`` without spaces and hyphens, full-width digits as ASCII."""
    return "".join(c for c in unicodedata.normalize("NFKC", value) if not c.isspace() and c not in "-‐‑–")


class LoginForm(forms.Form):
    """A name and a password. It says nothing about which of the two was wrong."""

    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """The password again."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AuthenticatorCodeForm(forms.Form):
    """Six digits; spaces and hyphens do not matter."""

    code = forms.CharField(
        label=_("6-digit code"),
        error_messages={"required": _("Enter the 6-digit code.")},
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "pattern": r"[0-9\s\-]*",
                "enterkeyhint": "go",
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self) -> str:
        """Return exactly six ASCII digits, or say what is wrong with them."""
        code = _plain(self.cleaned_data["code"])
        # isascii as well: int() and isdigit() take digits of other scripts, signs and underscores.
        if not (code.isascii() and code.isdigit()):
            raise ValidationError(_("Use digits only."))
        if len(code) != CODE_LENGTH:
            found = ngettext("Your code has %(n)d digit.", "Your code has %(n)d digits.", len(code)) % {"n": len(code)}
            raise ValidationError(_("%(found)s It must be 6.") % {"found": found})
        return code


class RecoveryCodeForm(forms.Form):
    """Sixteen characters in groups of four."""

    length = RECOVERY_LENGTH
    explained = _("A recovery code has 16 letters and digits.")
    code = forms.CharField(
        label=_("Recovery code"),
        error_messages={"required": _("Enter the code.")},
        max_length=100,
        help_text=_("16 letters and digits, in groups of four."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """Return the characters in upper case, without what separates them."""
        code = _plain(self.cleaned_data["code"]).upper().translate(LOOKALIKES)
        if len(code) != self.length or not (code.isascii() and code.isalnum()):
            raise ValidationError(self.explained)
        return code


class TemporaryCodeForm(RecoveryCodeForm):
    """Twelve characters in groups of four, from an administrator."""

    length = TEMPORARY_LENGTH
    explained = _("A temporary code has 12 letters and digits.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Temporary code")
        self.fields["code"].help_text = _("12 letters and digits, from your administrator.")


class ActivationForm(AuthenticatorCodeForm):
    """The code from the mail, and whether this browser is to be known from now on (R9.7)."""

    remember = forms.BooleanField(
        label=_("Do not ask again in this browser"),
        required=False,
        initial=True,
        help_text=_("For 90 days. Not on a shared computer. It skips this step only, never a second factor."),
    )


class EnrolForm(AuthenticatorCodeForm):
    """A name for the new authenticator app, and the code that it shows."""

    name = forms.CharField(label=_("Name this device"), max_length=64, initial=_("Phone"))
    field_order = ("name", "code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Enter the code it shows")


class SavedCodesForm(forms.Form):
    """The promise that the recovery codes were kept."""

    saved = forms.BooleanField(
        label=_("I saved these codes"), error_messages={"required": _("Tick the box once you have saved the codes.")}
    )
