"""Session settings: which login method gives which level."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..levels import Level
from .policy_model import PolicyModel


class MethodLevel(PolicyModel):
    """A login method that an administrator put in a column. A method without a row keeps its default (R3.3)."""

    class Column(models.TextChoices):
        """The two columns."""

        STANDARD = Level.STANDARD.slug, _("Standard")
        HIGH_ASSURANCE = Level.HIGH_ASSURANCE.slug, _("High Assurance")

    method = models.CharField(_("login method"), max_length=100, unique=True)
    level = models.CharField(_("level"), max_length=20, choices=Column)

    class Meta:
        ordering: ClassVar = ("method",)
        verbose_name = _("session setting")
        verbose_name_plural = _("session settings")

    def __str__(self) -> str:
        return f"{self.method}: {self.level}"
