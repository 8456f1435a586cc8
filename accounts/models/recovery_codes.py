"""Recovery codes, hashed, each for one use."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class RecoveryCode(models.Model):
    """The digest of one recovery code. ``used_at`` is set by the one request that used it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    # Whether the person has said that they saved the codes, or used one.
    confirmed = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
