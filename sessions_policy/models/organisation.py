"""What holds for the whole organisation: one row."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .policy_model import PolicyModel

# R9.42: minutes.
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 15, 1440


def timeout_field(label: Any, **options: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    """Return a field for a time-out in minutes."""
    validators = (MinValueValidator(SHORTEST_TIMEOUT), MaxValueValidator(LONGEST_TIMEOUT))
    return models.PositiveSmallIntegerField(label, validators=validators, **options)


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless ``value`` names a time zone such as ``Europe/Berlin``."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Enter the name of a time zone such as Europe/Berlin or UTC."))


class OrganisationSettings(PolicyModel):
    """The organisation's own session settings. There is one row, with the id 1; without it the defaults hold."""

    two_factor_for_everyone = models.BooleanField(
        _("two-factor authentication for all direct logins"),
        default=False,
        help_text=_("As if everybody held the permission for user interface logins. A waiver lifts it."),
    )
    idle_timeout = timeout_field(
        _("time-out without activity (minutes)"),
        default=120,
        help_text=_("15 to 1440. A profile may have its own."),
    )
    absolute_timeout = timeout_field(
        _("longest session (minutes)"),
        default=720,
        help_text=_("15 to 1440. After it people sign in again, however active they are."),
    )
    lock_sessions_to_address = models.BooleanField(
        _("lock sessions to the address at which they began"),
        default=False,
        help_text=_("A session that comes from another address is refused. People who change networks sign in again."),
    )
    device_activation = models.BooleanField(
        _("activate unknown browsers"),
        default=True,
        help_text=_(
            "Outside the trusted networks, a login from an unknown browser is confirmed by a code that is sent by e-mail, "
            "unless a second factor was given."
        ),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=(validate_time_zone,),
        help_text=_("Login hours are in this zone."),
    )
    history_days = models.PositiveSmallIntegerField(
        _("keep histories for (days)"),
        default=180,
        validators=(MinValueValidator(30), MaxValueValidator(3650)),
        help_text=_("Older rows of the login, verification and decision histories are removed by manage.py cleanup."),
    )
    sample_allowed = models.PositiveSmallIntegerField(
        _("write down plain allows (of 100)"),
        default=0,
        blank=True,
        validators=(MaxValueValidator(100),),
        help_text=_(
            "Prompts, refusals and sign-ins are always written down. How many of a hundred requests that simply went on are, "
            "too, each in a row of its own: 0 for none."
        ),
    )

    class Meta:
        verbose_name = _("organisation settings")
        verbose_name_plural = _("organisation settings")

    def __str__(self) -> str:
        return str(_("Organisation settings"))

    def clean(self) -> None:
        """Take an empty sample as none."""
        super().clean()
        self.sample_allowed = self.sample_allowed or 0

    @classmethod
    def load(cls) -> OrganisationSettings:
        """Return the row, or one with the defaults when nothing was saved yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as the one row."""
        self.pk = 1
        super().save(*args, **kwargs)
