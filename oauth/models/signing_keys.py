"""The keys that sign ID tokens (RS256): private halves encrypted, and gone as soon as they sign no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy.models import PolicyModel


class SigningKey(PolicyModel):
    """One key pair. Of all of them one signs, and one more at most is published ahead of its turn.

    An old key has lost its private half, and stays published until ``retires_at`` so that what it signed can be verified.
    """

    class State(models.TextChoices):
        """What the key is for."""

        NEXT = "next", _("next: published ahead, signs nothing yet")
        ACTIVE = "active", _("active: signs")
        OLD = "old", _("old: signs nothing any more")

    kid = models.CharField(_("key id"), max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, editable=False)
    private_key_encrypted = models.TextField(blank=True, editable=False)
    public_key = models.JSONField(_("public key"), editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    activated_at = models.DateTimeField(_("signs since"), null=True, editable=False)
    retires_at = models.DateTimeField(_("published until"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("-created_at", "-pk")
        constraints: ClassVar = [
            # Of two rotations at the same moment one wins, on every database.
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state__in=("next", "active")), name="one_signing_key_of_a_state"
            )
        ]
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.kid

    def is_published(self, now: datetime) -> bool:
        """Whether the key set shows the key."""
        return self.state != self.State.OLD or (self.retires_at is not None and now < self.retires_at)

    def policy_values(self) -> dict[str, Any]:
        """Return the fields without anything of the private half."""
        return {name: value for name, value in super().policy_values().items() if name != "private_key_encrypted"}
