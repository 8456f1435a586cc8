"""Decisions that were not a plain "allow"."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordMode(models.TextChoices):
    """Why a decision was written down."""

    ENFORCED = "enforced", _("Enforced")
    REPORT_ONLY = "report_only", _("Report-only: it would have been")
    SAMPLED = "sampled", _("A sample of plain allows")


class DecisionRecord(models.Model):
    """One prompt or refusal with the trace that led to it. Append-only; ``reference`` is what the person was shown.

    ``inputs`` is what it was taken on (:mod:`sessions_policy.recorded`); null in rows from before it was kept.
    """

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
    mode = models.CharField(_("mode"), max_length=12, choices=RecordMode, default=RecordMode.ENFORCED)
    inputs = models.JSONField(_("inputs"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.reference} {self.reason}"
