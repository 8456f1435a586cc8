"""What people have approved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..scopes import REFRESH, covers
from .connected_apps import ConnectedApp


class Approval(models.Model):
    """One person's approval of one app: for what, and since when. It ends with a click of the person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="app_approvals", verbose_name=_("user"))
    application = models.ForeignKey(ConnectedApp, models.CASCADE, related_name="approvals", verbose_name=_("app"))
    scope = models.TextField(_("scope"))
    first_at = models.DateTimeField(_("since"), auto_now_add=True)
    last_at = models.DateTimeField(_("last approved"))

    class Meta:
        ordering: ClassVar = ("application__name",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "application"), name="one_approval_of_an_app")]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.user} - {self.application}"

    @classmethod
    def remember(cls, user: Any, application: ConnectedApp, scopes: Iterable[str]) -> None:
        """Write down that ``user`` approved ``application`` for ``scopes``, in addition to what they approved before."""
        found, _created = cls.objects.get_or_create(
            user=user, application=application, defaults={"scope": "", "last_at": timezone.now()}
        )
        found.scope = " ".join(sorted({*found.scope.split(), *scopes}))
        found.last_at = timezone.now()
        found.save()

    @classmethod
    def scopes_of(cls, user: Any, application: ConnectedApp) -> list[str]:
        """Return what ``user`` has approved ``application`` for; nothing when they never did."""
        scope = cls.objects.filter(user=user, application=application).values_list("scope", flat=True).first()
        return scope.split() if scope else []

    @classmethod
    def holds(cls, user: Any, application: ConnectedApp, scopes: Iterable[str]) -> bool:
        """Whether ``user`` approved ``application`` before for all of ``scopes`` (R6.46: not for staying connected alone)."""
        approved = cls.scopes_of(user, application)
        return bool(set(approved) - {REFRESH}) and covers(approved, scopes)
