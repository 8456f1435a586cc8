"""Temporary codes that an administrator gives to somebody who has lost a device."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TemporaryCode(models.Model):
    """One temporary code, as a digest. It works any number of times until it ends; one is alive for each person (R9.14)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="temporary_codes", verbose_name=_("user"))
    salt = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created = models.DateTimeField(_("issued"), auto_now_add=True)
    expires = models.DateTimeField(_("works until"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("issued by")
    )
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        ordering: ClassVar = ("-created",)
        verbose_name = _("temporary code")
        verbose_name_plural = _("help desk")

    def __str__(self) -> str:
        return f"temporary code {self.pk}"

    @property
    def is_alive(self) -> bool:
        """Whether the code still works."""
        return self.expires > timezone.now()
