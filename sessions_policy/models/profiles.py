"""Profiles: one for every user."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..facts import LoginHours
from ..levels import Level
from .networks import validate_networks
from .organisation import timeout_field
from .policy_model import PolicyModel, mode_field


class LevelRequiredAtLogin(models.TextChoices):
    """R3.11: a profile asks for nothing, or for High Assurance."""

    NONE = Level.NONE.slug, _("None")
    HIGH_ASSURANCE = Level.HIGH_ASSURANCE.slug, _("High Assurance")


def validate_login_hours(value: Any) -> None:
    """Raise ValidationError unless ``value`` is an object of weekdays (0 to 6), each with two times such as ``08:00``."""
    try:
        LoginHours.parse(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValidationError(_('Enter hours such as {"0": ["08:00", "18:00"]}; 0 is Monday.')) from error


class LoginPermissions(models.Model):
    """The permissions about logins, as profiles and permission sets grant them."""

    two_factor_ui = models.BooleanField(
        _("two-factor authentication for user interface logins"),
        default=False,
        help_text=_("Every direct login with a password asks for a second factor."),
    )
    two_factor_api = models.BooleanField(
        _("two-factor authentication for API logins"),
        default=False,
        help_text=_(
            "Programs that log in with a password give the current authenticator code in place of the security token. "
            "Needs the permission for user interface logins; in force once the person has an authenticator."
        ),
    )
    two_factor_mode = mode_field(_("two-factor permissions are"))

    api_only = models.BooleanField(
        _("API only user"),
        default=False,
        help_text=_(
            "For the accounts of programs. They sign in at the API and use tokens as before, but open no page: a login in a "
            "browser is refused after the password, and sessions that run end at their next request. An app with client "
            "credentials runs as such a user."
        ),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse the API permission without the one for the user interface (R2.1)."""
        super().clean()
        if self.two_factor_api and not self.two_factor_ui:
            raise ValidationError(
                {"two_factor_api": _("Two-factor for API logins also needs two-factor for user interface logins: tick both.")}
            )


class Profile(LoginPermissions, PolicyModel):
    """What holds for everybody of one kind. Every user has exactly one profile."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    required_level = models.CharField(
        _("session security level required at login"),
        max_length=20,
        choices=LevelRequiredAtLogin,
        default=LevelRequiredAtLogin.NONE,
        help_text=_(
            "With High Assurance, people whose login method gives less are asked for two-factor verification before they "
            "are let in, and programs without a user approval step are refused."
        ),
    )
    required_level_mode = mode_field(_("the required level is"))
    grace_until = models.DateField(
        _("time to set up a method, until"),
        null=True,
        blank=True,
        help_text=_(
            "Until this date people without a sign-in method may go on without one when they sign in. From it on they set one "
            "up first."
        ),
    )
    login_hours = models.JSONField(
        _("login hours"),
        default=dict,
        blank=True,
        validators=(validate_login_hours,),
        help_text=_("Empty: at any time. Else for each weekday (0 is Monday) from and to, in the organisation's time zone."),
    )
    login_hours_mode = mode_field(_("login hours are"))
    ip_ranges = models.TextField(
        _("login IP ranges"),
        blank=True,
        validators=(validate_networks,),
        help_text=_("One network a line, such as 192.0.2.0/24 or 2001:db8::/32. Outside them nobody of the profile signs in."),
    )
    ip_ranges_mode = mode_field(_("IP ranges are"))
    enforce_every_request = models.BooleanField(
        _("enforce login hours and IP ranges on every request"),
        default=False,
        help_text=_("Else they hold when somebody signs in."),
    )
    idle_timeout = timeout_field(
        _("time-out without activity (minutes)"), null=True, blank=True, help_text=_("Empty: the organisation's.")
    )
    absolute_timeout = timeout_field(
        _("longest session (minutes)"), null=True, blank=True, help_text=_("Empty: the organisation's.")
    )

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return self.name
