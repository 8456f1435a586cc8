"""The form of What-If: every part of a question as a field that may stay empty."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import policy_book, resources, texts
from ..levels import CATEGORIES, Channel, Grant, Level
from ..whatif import BadQuestion, Question
from ..whatif.questions import DRAFT, LIVE, LOGIN, REPORT_ONLY

NOT_GIVEN = gettext_lazy("not given")
CHANNELS = {
    Channel.BROWSER: gettext_lazy("Browser"),
    Channel.API_LOGIN: gettext_lazy("API login of a program"),
    Channel.GRANT: gettext_lazy("Token endpoint"),
    Channel.TOKEN: gettext_lazy("API call with a token"),
    Channel.BRIDGE: gettext_lazy("Token opened in the browser"),
}
YES_OR_NO = (("", NOT_GIVEN), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


def _field(label: Any, help_text: Any = "", *, choices: Any = None, **attrs: Any) -> Any:
    if choices is not None:
        return forms.ChoiceField(label=label, help_text=help_text, choices=choices, required=False)
    shown = {"class": "vTextField", "autocomplete": "off", "placeholder": NOT_GIVEN, **attrs}
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.TextInput(attrs=shown))


def _profiles() -> list[tuple[str, Any]]:
    names = sorted(profile.name for profile in policy_book.current().profiles.values())
    return [("", NOT_GIVEN), *((name, name) for name in names)]


def _apps() -> list[tuple[str, Any]]:
    return [("", NOT_GIVEN), *((name, name) for name in sorted(policy_book.current().apps))]


def _targets() -> list[tuple[str, Any]]:
    declared = [(each.key, str(each.label)) for each in resources.registered()]
    return [("", NOT_GIVEN), (LOGIN, _("Signing in, nothing else")), *declared]


def _policies() -> list[tuple[str, Any]]:
    number = policy_book.current().revision
    return [(LIVE, _("in force (revision %(n)d)") % {"n": number}), (REPORT_ONLY, _("in force, report-only as on"))]


class WhatIfForm(forms.Form):
    """A question. ``question`` is what was asked, once the form is valid."""

    question: Question = Question()

    user = _field(gettext_lazy("User"), gettext_lazy("A username."))
    profile = _field(gettext_lazy("Profile"), gettext_lazy("Somebody of it; or in place of the user's."), choices=_profiles)
    available = _field(gettext_lazy("Methods they have"), gettext_lazy("By default the user's own."))
    methods = _field(gettext_lazy("Proven by"), gettext_lazy("With seconds ago: password, authenticator_app:600. Or none."))
    device_known = _field(gettext_lazy("Browser remembered"), choices=YES_OR_NO)
    ip = _field(gettext_lazy("Address"))
    at = _field(gettext_lazy("When"), gettext_lazy("2026-11-24T14:30; by default now."))
    channel = _field(
        gettext_lazy("Client"), choices=[("", NOT_GIVEN), *((channel.value, name) for channel, name in CHANNELS.items())]
    )
    grant = _field(gettext_lazy("Grant"), choices=[("", NOT_GIVEN), *((g.value, g.value) for g in Grant)])
    app = _field(gettext_lazy("Connected app"), choices=_apps)
    scopes = _field(gettext_lazy("Scopes"), gettext_lazy("For the record: no policy asks about them."))
    to = _field(gettext_lazy("To what"), choices=_targets)
    path = _field(gettext_lazy("or a page"), gettext_lazy("A path such as /reports/."))
    session = _field(gettext_lazy("Signed in already"), choices=YES_OR_NO)
    session_age = _field(gettext_lazy("Session began"), gettext_lazy("Seconds ago."), inputmode="numeric")
    idle = _field(gettext_lazy("Last used"), gettext_lazy("Seconds ago."), inputmode="numeric")
    level = _field(
        gettext_lazy("Level asked by the request"),
        choices=[("", NOT_GIVEN), *((level.slug, name) for level, name in texts.LEVEL_NAMES.items() if level > Level.NONE)],
    )
    max_age = _field(gettext_lazy("Age asked by the request"), gettext_lazy("Seconds."), inputmode="numeric")
    policies = _field(gettext_lazy("Policies"), choices=_policies)
    revision = _field(gettext_lazy("or a revision"), gettext_lazy("Its number."), inputmode="numeric")

    GROUPS = (
        (gettext_lazy("Who"), ("user", "profile", "available")),
        (gettext_lazy("How"), ("methods", "device_known", "ip", "at")),
        (gettext_lazy("By which client"), ("channel", "grant", "app", "scopes")),
        (gettext_lazy("To what"), ("to", "path", "level", "max_age")),
        (gettext_lazy("Session"), ("session", "session_age", "idle")),
        (gettext_lazy("Under which policies"), ("policies", "revision")),
    )

    def __init__(self, *args: Any, draft: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft:
            field: Any = self.fields["policies"]
            field.choices = [(draft, _("not saved: the change in your form")), *_policies()]

    @classmethod
    def asked(cls, data: Any) -> WhatIfForm:
        """Return the form that a permalink fills. A target that is a path, and a revision, go into fields of their own."""
        values = {name: data.get(name, "") for name in (*cls.base_fields,)}
        if values["to"].startswith("/"):
            values["path"], values["to"] = values["to"], ""
        if values["policies"].startswith("revision:"):
            values["revision"], values["policies"] = values["policies"].partition(":")[2], LIVE
        draft = values["policies"] if values["policies"].startswith(DRAFT) else ""
        return cls({**values, "policies": values["policies"] or LIVE}, draft=draft)

    def clean(self) -> dict[str, Any]:
        """Read the question; what is wrong stands beside its field."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("path", "revision")}
        values["to"] = self.cleaned_data.get("path") or values.get("to", "")
        if self.cleaned_data.get("revision"):
            values["policies"] = f"revision:{self.cleaned_data['revision']}"
        try:
            self.question = Question.read(values)
        except BadQuestion as error:
            self.refuse(error)
        return self.cleaned_data

    def refuse(self, error: BadQuestion) -> None:
        """Put ``error`` beside its field."""
        shown = {"to": "path", "policies": "revision"}.get(error.field, error.field)
        self.add_error(shown if shown in self.fields else None, ValidationError(str(error)))

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Return the fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    @staticmethod
    def method_names() -> list[str]:
        """Return the methods by their codes, for the hint of the page."""
        return [str(method) for method in CATEGORIES]
