"""Browsers in which somebody passed device activation."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_policy import browsers


class RememberedBrowser(models.Model):
    """One browser that is known for one person. It skips activation, never a second factor, and gives no level."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="remembered_browsers", verbose_name=_("user")
    )
    digest = models.CharField(max_length=64)
    created = models.DateTimeField(_("remembered"), auto_now_add=True)
    last_used = models.DateTimeField(_("last used"), auto_now_add=True)
    expires = models.DateTimeField(_("until"))
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        ordering: ClassVar = ("-last_used",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "digest"), name="one_row_per_user_and_browser")]
        verbose_name = _("remembered browser")
        verbose_name_plural = _("remembered browsers")

    def __str__(self) -> str:
        return self.user_agent[:60] or str(self.pk)

    def in_short(self) -> str:
        """Return browser and system in a few words."""
        return browsers.in_short(self.user_agent)
