"""Wrong tries, counted."""

from __future__ import annotations

from django.db import models


class AttemptCount(models.Model):
    """The wrong tries of one subject under one budget within the last period, as seconds since the epoch."""

    key = models.CharField(max_length=100, primary_key=True)
    failures = models.JSONField(default=list)
    locked_until = models.FloatField(default=0)

    def __str__(self) -> str:
        return self.key
