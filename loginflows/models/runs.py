"""Runs of flows: who ran which version, on which path, to which end. Written by the run itself, read by administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.pending import MAX_AGE

from .flows import FlowVersion

# An element inside sub-flows has the ids of those around it in front.
ELEMENT_LENGTH = 500


class RunOutcome(models.TextChoices):
    """How a run ended. One that nobody finished is given up once its login has died of age."""

    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    LOGGED_OUT = "logged_out", _("Signed out")
    FAILED = "failed", _("Error")


class FlowRun(models.Model):
    """One run. ``path`` holds a step for each element that was passed (see ``engine.Step``), secrets masked.

    ``run`` is the name that every submission carries. ``moves`` counts: of two submissions that saw the same count one moves
    the run, so no effect is done twice. ``sub_versions`` are the versions of the sub-flows, by name, as they were when it
    began; ``element`` is where it stands, ``reason`` (a stable code) why it ended.
    """

    run = models.CharField(_("run"), max_length=22, unique=True, editable=False)
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="runs", verbose_name=_("version of the flow"))
    sub_versions = models.JSONField(_("versions of sub-flows"), default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="flow_runs", verbose_name=_("user"))
    started = models.DateTimeField(_("started"), auto_now_add=True, db_index=True)
    ended = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=RunOutcome, default=RunOutcome.RUNNING)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    element = models.CharField(_("element"), max_length=ELEMENT_LENGTH, blank=True)
    path = models.JSONField(_("path"), default=list)
    moves = models.PositiveIntegerField(default=0, editable=False)
    ip = models.GenericIPAddressField(_("address"), null=True)
    reference = models.CharField(_("reference"), max_length=9, blank=True)

    class Meta:
        ordering: ClassVar = ("-started", "-id")
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"{self.started:%Y-%m-%d %H:%M} {self.outcome}"

    @property
    def is_given_up(self) -> bool:
        """Whether nobody can finish it any more: the login that it belongs to has died of age."""
        return self.outcome == RunOutcome.RUNNING and timezone.now() - self.started > timedelta(seconds=MAX_AGE)

    @property
    def seconds(self) -> float:
        """How long it took, or takes."""
        return ((self.ended or timezone.now()) - self.started).total_seconds()


class FlowEntry(models.Model):
    """A line that a *history entry* wrote. Append-only, once for each run and element."""

    run = models.ForeignKey(FlowRun, models.CASCADE, related_name="entries", verbose_name=_("run"))
    element = models.CharField(_("element"), max_length=ELEMENT_LENGTH)
    text = models.CharField(_("text"), max_length=1_000)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ("at", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=("run", "element"), name="entry_once_a_run")]
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")

    def __str__(self) -> str:
        return f"{self.element}: {self.text}"
