"""The terms that people accepted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .flows import FlowVersion
from .runs import ELEMENT_LENGTH


class AcceptedTerms(models.Model):
    """Somebody's acceptance of terms. Append-only, once for each run and element, however often a form is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="accepted_terms", verbose_name=_("user"))
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+", verbose_name=_("version of the flow"))
    element = models.CharField(_("element"), max_length=ELEMENT_LENGTH)
    document = models.CharField(_("document"), max_length=60, blank=True, default="")
    terms_version = models.CharField(_("version of the terms"), max_length=40)
    run = models.CharField(_("run"), max_length=22, editable=False)
    ip = models.GenericIPAddressField(_("address"), null=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        constraints: ClassVar = [models.UniqueConstraint(fields=("run", "element"), name="accepted_once_a_run")]
        verbose_name = _("acceptance of terms")
        verbose_name_plural = _("acceptances of terms")

    def __str__(self) -> str:
        return f"{self.user} {self.element} {self.terms_version}"
