"""Profiles in the administration."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import login_hours, modes
from ..models import Profile
from ..models.profiles import LevelRequiredAtLogin
from .token_impact import TokenImpactAdmin, TokenImpactForm


class LoginHoursField(forms.CharField):
    """Login hours as lines for people; the value is what profiles store."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 7, "cols": 30, "spellcheck": "false"}), **options)

    def prepare_value(self, value: Any) -> Any:
        """Return stored hours as lines; what was typed stays as it is."""
        return login_hours.in_words(value) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        """Return the hours. Raises ValidationError with the line that is wrong."""
        try:
            return login_hours.read(super().clean(value))
        except login_hours.NoHours as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the hours, however they were written."""
        try:
            return bool(login_hours.read(data or "") != (initial or {}))
        except login_hours.NoHours:
            return True


class ProfileForm(TokenImpactForm):
    """A profile."""

    tokens_of = "user__profile"
    login_hours = LoginHoursField(
        label=gettext_lazy("Login hours"),
        required=False,
        help_text=gettext_lazy(
            "Empty: at any time. Else a line for each day, or for days with the same hours: Mon-Fri 08:00-18:00. A day "
            "without a line is closed. Times are in the organisation's time zone; 24:00 is the end of a day."
        ),
    )

    def asks_more(self, stored: Profile) -> bool:
        """Whether people of the profile now need High Assurance."""
        high = LevelRequiredAtLogin.HIGH_ASSURANCE
        return stored.required_level != high and self.instance.required_level == high


@admin.register(Profile)
class ProfileAdmin(TokenImpactAdmin):
    """Profiles, with what each means for how many people."""

    form = ProfileForm
    policy_resource = "profiles"
    list_display = ("name", "required_level", "two_factor_ui", "two_factor_api", "people")
    list_filter = ("required_level", "two_factor_ui", "api_only")
    # Counting groups the rows, and groups have no order of their model's.
    ordering = ("name",)
    search_fields = ("name", "description")
    readonly_fields = ("meaning",)
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "description", "meaning")}),
        (
            gettext_lazy("What a login has to prove"),
            {
                "fields": (
                    "required_level",
                    "required_level_mode",
                    "two_factor_ui",
                    "two_factor_api",
                    "two_factor_mode",
                    "api_only",
                    "grace_until",
                )
            },
        ),
        (
            gettext_lazy("When and from where"),
            {
                "fields": (
                    "login_hours",
                    "login_hours_mode",
                    "ip_ranges",
                    "ip_ranges_mode",
                    "enforce_every_request",
                )
            },
        ),
        (gettext_lazy("How long a session lasts"), {"fields": ("idle_timeout", "absolute_timeout")}),
        (None, {"fields": ("reason",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Profile]:
        """Count the people, in the same query."""
        rows: QuerySet[Profile] = super().get_queryset(request)
        return rows.annotate(people_count=Count("users"))

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save, and say what the profile means now."""
        super().save_model(request, obj, form, change)
        if change:
            messages.info(request, self.meaning(obj))

    @admin.display(description=gettext_lazy("people"), ordering="people_count")
    def people(self, profile: Profile) -> int:
        """Return how many people have the profile."""
        return int(getattr(profile, "people_count", 0))

    @admin.display(description=gettext_lazy("what it means"))
    def meaning(self, profile: Profile) -> str:
        """Return, in one sentence, what the saved profile asks of how many people."""
        if not profile.pk:
            return _("Nobody has it yet. Give it to people on their own pages, once it is saved.")
        n = self.people(profile)
        if profile.api_only:
            words = ngettext("%(n)d account has this profile", "%(n)d accounts have this profile", n) % {"n": n}
            return _("%(holds)s; none of them signs in in a browser, programs use them at the API.") % {"holds": words}
        demands = get_text_list(demands_of(profile), _("and")) or _("nothing beyond their first factor")
        holds = ngettext("%(n)d person has this profile", "%(n)d people have this profile", n) % {"n": n}
        return _("%(holds)s; to sign in they need %(demands)s.") % {"holds": holds, "demands": demands}


def demands_of(profile: Profile) -> list[str]:
    """Return what the profile asks at login, in words that follow "they need"."""
    found = []
    in_force = modes.in_force(profile._meta.label_lower, profile.policy_values()) or {}
    if in_force["required_level"] == LevelRequiredAtLogin.HIGH_ASSURANCE:
        found.append(_("a High Assurance session"))
    if in_force["two_factor_ui"]:
        found.append(_("a second factor with every password"))
    if in_force["two_factor_api"]:
        found.append(_("an authenticator code for programs that sign in with their password"))
    if in_force["login_hours"]:
        found.append(_("to come within the login hours"))
    if in_force["ip_ranges"].split():
        found.append(_("to come from the profile's networks"))
    if profile.grace_until and found:
        found[-1] += _(" (who has no method yet may put it off until %(day)s)") % {"day": date_format(profile.grace_until)}
    return found
