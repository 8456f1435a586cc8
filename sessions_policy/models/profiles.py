"""Profiles: one for every user."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..levels import Level
from .policy_model import PolicyModel


class LevelRequiredAtLogin(models.TextChoices):
    """R3.11: a profile asks for nothing, or for High Assurance."""

    NONE = Level.NONE.slug, _("None")
    HIGH_ASSURANCE = Level.HIGH_ASSURANCE.slug, _("High Assurance")


class TwoFactorPermissions(models.Model):
    """The two-factor permissions, as profiles and permission sets grant them."""

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

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse the API permission without the one for the user interface (R2.1)."""
        super().clean()
        if self.two_factor_api and not self.two_factor_ui:
            raise ValidationError(
                {"two_factor_api": _("Two-factor for API logins also needs two-factor for user interface logins: tick both.")}
            )


class Profile(TwoFactorPermissions, PolicyModel):
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

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return self.name
