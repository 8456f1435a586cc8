"""Decisions that were not a plain "allow"."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DecisionRecord(models.Model):
    """One prompt or refusal with the trace that led to it. Append-only; ``reference`` is what the person was shown."""

    reference = models.CharField(_("reference"), max_length=9, unique=True)
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("user"))
    channel = models.CharField(_("channel"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=20)
    reason = models.CharField(_("reason"), max_length=60)
    level = models.CharField(_("level"), max_length=20)
    subject = models.CharField(_("asked by"), max_length=200, blank=True)
    grant = models.CharField(_("grant"), max_length=60, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    revision = models.BigIntegerField(_("policy revision"))
    trace = models.JSONField(_("trace"))

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.reference} {self.reason}"
