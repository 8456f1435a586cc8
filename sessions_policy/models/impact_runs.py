"""Changes of policy that were tried before they were saved, with what they would do."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImpactRun(models.Model):
    """One try of one change: the draft, how far the counting is, and the counts.

    ``draft`` and ``result`` are in the shapes of ``impact_replay.Draft`` and ``impact_tally.Tally``. ``beat`` is when the one
    who counts was last heard of.
    """

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running", _("Counting")
        DONE = "done", _("Counted")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    title = models.CharField(_("change"), max_length=200)
    area = models.CharField(max_length=60, blank=True, editable=False)
    revision = models.BigIntegerField(_("policy revision"))
    days = models.PositiveSmallIntegerField(_("days of records"))
    draft = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(_("rows"), default=0)
    beat = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(null=True)
    mailed = models.DateTimeField(_("mailed"), null=True)

    class Meta:
        ordering: ClassVar = ("-created",)
        verbose_name = _("impact of a change")
        verbose_name_plural = _("impact of changes")

    def __str__(self) -> str:
        return self.title
