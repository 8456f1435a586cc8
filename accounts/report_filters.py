"""What a reader of the reports wants to see: a period, a profile, a method, an outcome, a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from sessions_policy import texts
from sessions_policy.levels import Grant
from sessions_policy.models import Profile

from .models.histories import LoginStatus, VerificationStatus

DAYS = (1, 7, 30, 90)
USUAL = 30

# An outcome in plain words -> the statuses of both histories that mean it.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "succeeded": (LoginStatus.SUCCESS, VerificationStatus.SUCCEEDED),
    "wrong": (
        LoginStatus.INVALID_PASSWORD,
        VerificationStatus.FAILED_INVALID_CODE,
        VerificationStatus.FAILED_INVALID_PASSWORD,
    ),
    "paused": (LoginStatus.TOO_MANY_ATTEMPTS, VerificationStatus.FAILED_TOO_MANY_ATTEMPTS),
    "incomplete": (LoginStatus.TWO_FACTOR_REQUIRED, LoginStatus.SECURITY_TOKEN_REQUIRED),
    "refused": (LoginStatus.REFUSED, VerificationStatus.REFUSED, LoginStatus.INVALID_GRANT),
}
OUTCOME_NAMES = (
    ("succeeded", _("Succeeded")),
    ("wrong", _("Wrong password or code")),
    ("paused", _("Too many wrong tries")),
    ("incomplete", _("A second proof was missing")),
    ("refused", _("Refused")),
)
GRANT_NAMES = {
    Grant.AUTHORIZATION_CODE.value: _("Web server flow"),
    Grant.IMPLICIT.value: _("User-agent flow"),
    Grant.REFRESH_TOKEN.value: _("Refresh token"),
    Grant.CLIENT_CREDENTIALS.value: _("Client credentials"),
    Grant.JWT_BEARER.value: _("JWT bearer"),
    Grant.API_LOGIN.value: _("API login"),
}


def _methods() -> list[tuple[str, Any]]:
    return [("", _("Any")), *texts.METHOD_NAMES.items(), *GRANT_NAMES.items()]


class FilterForm(forms.Form):
    """The filters as a form that is sent with GET, so that a report has an address."""

    days = forms.TypedChoiceField(
        label=_("Period"),
        coerce=int,
        required=False,
        choices=[(1, _("24 hours")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        initial=USUAL,
    )
    profile = forms.ModelChoiceField(Profile.objects.all(), label=_("Profile"), required=False, empty_label=_("Any"))
    method = forms.ChoiceField(label=_("Method"), required=False, choices=_methods)
    outcome = forms.ChoiceField(label=_("Result"), required=False, choices=[("", _("Any")), *OUTCOME_NAMES])
    user = forms.CharField(
        label=_("User"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: Mapping[str, Any], *, everybody: bool) -> None:
        # A choice that nobody made is the usual one, and the form shows it.
        super().__init__({"days": str(USUAL), **{name: data[name] for name in data}})
        if not everybody:
            # Who sees nobody else's rows has no one to choose, and is not told which profiles there are.
            del self.fields["profile"], self.fields["user"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen. ``since`` is aware; empty values choose nothing."""

    since: datetime
    days: int = USUAL
    profile: Profile | None = None
    method: str = ""
    outcome: str = ""
    user: str = ""

    @classmethod
    def of(cls, form: FilterForm) -> Filters:
        """Return what a form says; a value that is wrong is as good as none, and the form names it."""
        form.is_valid()
        found: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value}
        days = int(found.pop("days", USUAL))
        return cls(since=timezone.now() - timedelta(days=days), days=days, **found)

    @property
    def query(self) -> str:
        """The filters as the query of an address, without those that choose nothing."""
        chosen = {
            "days": "" if self.days == USUAL else self.days,
            "profile": self.profile.pk if self.profile else "",
            "method": self.method,
            "outcome": self.outcome,
            "user": self.user,
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    def of_people(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the ``rows`` of the period and the people; every one of them has ``at`` and ``user``."""
        rows = rows.filter(at__gte=self.since)
        if self.profile is not None:
            rows = rows.filter(user__profile=self.profile)
        return rows.filter(user__username=self.user) if self.user else rows

    def of_history(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the ``rows`` of a history, which have a method and a status too."""
        rows = self.of_people(rows)
        if self.method:
            rows = rows.filter(method__contains=self.method)
        return rows.filter(status__in=OUTCOMES[self.outcome]) if self.outcome else rows
