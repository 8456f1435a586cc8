"""Who runs a flow dry, from where and when: a form, and the world that it makes up. Real people's facts are only read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.pending import PendingLogin
from sessions_policy import policy_book
from sessions_policy.facts import Proof, in_networks
from sessions_policy.models import Profile

from .. import conditions, facts, made_up, texts
from ..conditions import TRUSTED, UNTRUSTED, ValueType
from ..dry_run import Scenario
from ..elements.verify import METHODS
from ..models import AcceptedTerms, FlowSecret, UserAttributeValue
from . import choices

LOGINS = ("password", "passkey", "temporary_code")


class ScenarioForm(forms.Form):
    """A person, real or made up, and the circumstances of the login."""

    username = forms.CharField(
        label=gettext_lazy("User"), required=False, max_length=150, help_text=gettext_lazy("Empty: somebody made up.")
    )
    profile = forms.ModelChoiceField(
        Profile.objects.all(), label=gettext_lazy("Profile"), required=False, help_text=gettext_lazy("Of somebody made up.")
    )
    methods = forms.MultipleChoiceField(
        label=gettext_lazy("Methods of somebody made up"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ip = forms.GenericIPAddressField(label=gettext_lazy("Address"), initial=made_up.ADDRESS)
    login = forms.ChoiceField(label=gettext_lazy("Login method"), initial="password")
    user_agent = forms.CharField(label=gettext_lazy("Browser or program"), initial=made_up.USER_AGENT, max_length=300)
    at = forms.DateTimeField(label=gettext_lazy("Time"), help_text=gettext_lazy("In the organisation's time zone."))
    codes = forms.ChoiceField(
        label=gettext_lazy("Treat codes as"),
        choices=[("right", gettext_lazy("right")), ("wrong", gettext_lazy("wrong"))],
        initial="right",
    )
    calls = forms.ChoiceField(
        label=gettext_lazy("Webhooks and actions"),
        choices=[("ok", gettext_lazy("succeed")), ("failed", gettext_lazy("fail"))],
        initial="ok",
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, prefix="who", **options)
        self.fields["methods"].choices = [(each, texts.choice_label("", "methods", each)) for each in METHODS]  # type: ignore[attr-defined]
        self.fields["login"].choices = [(each, texts.value_label("login.type", each)) for each in LOGINS]  # type: ignore[attr-defined]
        self.fields["at"].initial = policy_book.current().now().strftime("%Y-%m-%d %H:%M")
        self.user: User | None = None

    def clean_username(self) -> str:
        """Find the person."""
        name: str = self.cleaned_data["username"].strip()
        self.user = User.objects.filter(username=name).first() if name else None
        if name and self.user is None:
            raise forms.ValidationError(_("There is nobody with that username."))
        return name

    def clean_at(self) -> datetime:
        """Return the moment in the organisation's zone."""
        given: datetime = self.cleaned_data["at"]
        return timezone.make_naive(given).replace(tzinfo=policy_book.current().now().tzinfo)


class ValueForm(forms.Form):
    """One more value of the made-up world, over what it would be."""

    subject = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    value = forms.CharField(label=gettext_lazy("Is"), required=False, max_length=500)

    def __init__(self, *args: Any, subjects: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = [("", "–"), *subjects]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the value as the subject's type wants it."""
        cleaned = self.cleaned_data
        subject = conditions.SUBJECTS.get(cleaned.get("subject") or "")
        if subject is not None:
            cleaned["value"] = self._read(subject, str(cleaned.get("value") or ""))
        return cleaned

    def _read(self, subject: conditions.Subject, written: str) -> Any:
        if subject.type is ValueType.TICK:
            return written.strip().lower() in ("yes", "true", "1", "on")
        if subject.type is ValueType.NUMBER:
            try:
                return int(written)
            except ValueError:
                self.add_error("value", _("Enter a number."))
        if subject.choices and written not in subject.choices:
            self.add_error("value", _("One of: %(values)s") % {"values": ", ".join(subject.choices)})
        return written


def value_forms(data: Any = None) -> Any:
    """Return two rows for more values."""
    formset = forms.formset_factory(ValueForm, extra=2, max_num=10, absolute_max=10)
    return formset(data, prefix="more", form_kwargs={"subjects": choices.subjects({})})


def scenario(form: ScenarioForm, more: Any) -> Scenario:
    """Return the world that valid forms describe."""
    cleaned, at = form.cleaned_data, form.cleaned_data["at"]
    options = {"now": at.timestamp(), "codes": cleaned["codes"], "calls": cleaned["calls"]}
    world = _of_person(form.user, cleaned, at) if form.user else _of_nobody(cleaned, at)
    extra = {row["subject"]: row["value"] for row in more.cleaned_data if row and row.get("subject")}
    world["values"] |= extra
    return Scenario(**world, **options)


def _of_nobody(cleaned: dict[str, Any], at: datetime) -> dict[str, Any]:
    methods, profile = frozenset(cleaned["methods"]), cleaned["profile"]
    values = made_up.values(at) | _circumstances(cleaned)
    values |= {
        "methods.has_authenticator": "authenticator_app" in methods,
        "methods.has_recovery_codes": "recovery_code" in methods,
        "methods.has_second_factor": bool(methods),
        facts.HAS_ENROLLED: "authenticator_app" in methods,
    }
    values |= _of_profile(profile, cleaned["ip"], at) if profile else {}
    return {"values": values, "methods": methods}


def _of_profile(profile: Profile, ip: str, at: datetime) -> dict[str, Any]:
    policy = policy_book.current().policy_for(profile.pk).profile
    return {
        "profile.name": profile.name,
        "profile.required_level": policy.required_level.slug,
        "login.in_profile_ranges": not policy.ip_ranges or in_networks(ip, policy.ip_ranges),
        "time.within_login_hours": policy.login_hours is None or policy.login_hours.open_at(at),
    }


def _circumstances(cleaned: dict[str, Any]) -> dict[str, Any]:
    trusted = policy_book.current().trusted_networks
    return {
        "login.ip": cleaned["ip"],
        "login.network": TRUSTED if in_networks(cleaned["ip"], trusted) else UNTRUSTED,
        "login.method": cleaned["login"],
        "login.type": facts.login_type(cleaned["login"]),
        "login.user_agent": cleaned["user_agent"],
        "login.platform": facts.platform_of(cleaned["user_agent"]),
    }


def _of_person(user: User, cleaned: dict[str, Any], at: datetime) -> dict[str, Any]:
    request = HttpRequest()
    request.META.update(REMOTE_ADDR=cleaned["ip"], HTTP_USER_AGENT=cleaned["user_agent"])
    proof = Proof(cleaned["login"], at.timestamp(), str(user.pk))
    known = facts.Facts(request, PendingLogin(user, (proof,), started=at.timestamp()))
    known.now = at
    accepted = AcceptedTerms.objects.filter(user=user).exclude(document="").values_list("document", "terms_version")
    return {
        "values": {key: _plain(known[key]) for key in facts.READERS},
        "methods": frozenset(user.usable_methods()),
        "attributes": dict(UserAttributeValue.objects.filter(user=user).values_list("attribute__name", "value")),
        "accepted": frozenset(f"{document}@{version}" for document, version in accepted),
        "kept_secrets": frozenset(FlowSecret.objects.filter(user=user).values_list("name", flat=True)),
    }


def _plain(value: Any) -> Any:
    return (
        value if isinstance(value, bool | int | float | str) or value is None else json.loads(json.dumps(value, default=str))
    )


def hidden(values: dict[str, str], inputs: Any) -> dict[str, str]:
    """Return what was typed into a screen without codes and passwords: a dry run checks none, and nobody is to read one."""
    secret = {each.name for each in inputs if each.type in ("code", "password")}
    return {name: "0" if name in secret else value for name, value in values.items()}
