"""What a connected app lays down about its tokens: how long they last, and from which networks they are used."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_policy.levels import IpRelaxation

# Ten years, a day: longer is a mistake in typing.
MOST_HOURS = 10 * 365 * 24
MOST_MINUTES = 24 * 60


class TokenPolicy(models.Model):
    """Lifetimes and networks. ``refresh_hours`` counts for the policies with a number, ``None`` minutes are the site's."""

    class RefreshPolicy(models.TextChoices):
        """When a refresh token stops working; judged when it is used (R6.31)."""

        FIXED = "fixed", _("Expires after a fixed time")
        UNUSED = "unused", _("Expires when it was not used for a time")
        UNTIL_REVOKED = "until_revoked", _("Valid until somebody takes it back")
        NONE = "none", _("Expires immediately: the app gets none")

    class IpRelaxationChoice(models.TextChoices):
        """Whether the IP ranges of a person's profile hold for the app's tokens (R6.35)."""

        ENFORCE = IpRelaxation.ENFORCE.value, _("Enforce the ranges of the person's profile")
        RELAX_REFRESH = IpRelaxation.RELAX_REFRESH.value, _("Enforce them, but not when a token is refreshed")
        RELAX_ACTIVATED = IpRelaxation.RELAX_ACTIVATED.value, _("Relax for activated devices and second factors")
        RELAX = IpRelaxation.RELAX.value, _("Relax: tokens are used from everywhere")

    refresh_policy = models.CharField(
        _("refresh token policy"), max_length=20, choices=RefreshPolicy, default=RefreshPolicy.FIXED
    )
    refresh_hours = models.PositiveIntegerField(
        _("refresh token time in hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
        help_text=_(
            "For the policies with a time: 24 is a day, 720 are 30 days. Empty: 2160 hours (90 days). Refresh tokens that "
            "expire when unused end after 90 days in any case."
        ),
    )
    access_token_minutes = models.PositiveIntegerField(
        _("access token lifetime in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
        help_text=_("Empty: the site's, one hour. Shorter is safer; a refresh gets the next one."),
    )
    ip_relaxation = models.CharField(
        _("IP relaxation"),
        max_length=20,
        choices=IpRelaxationChoice,
        default=IpRelaxationChoice.ENFORCE,
        help_text=_("Browser sessions are never relaxed, whatever token opened them."),
    )

    class Meta:
        abstract = True

    def relaxation(self) -> IpRelaxation:
        """Return the IP relaxation. An unknown one relaxes nothing."""
        known = self.ip_relaxation in self.IpRelaxationChoice.values
        return IpRelaxation(self.ip_relaxation) if known else IpRelaxation.ENFORCE
