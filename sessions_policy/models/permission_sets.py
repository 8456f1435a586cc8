"""Permission sets: the same permissions about logins, granted to single people."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .policy_model import PolicyModel
from .profiles import LoginPermissions


class PermissionSet(LoginPermissions, PolicyModel):
    """Permissions about logins for the people in it. What a person's profile and sets grant adds up (R1.2)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    waive_two_factor = models.BooleanField(
        _("waive two-factor authentication for exempt users"),
        default=False,
        help_text=_(
            "Lifts the permission for user interface logins and the organisation's switch; never a level that a profile, a "
            "resource or an app requires."
        ),
    )
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="permission_sets", blank=True, verbose_name=_("users")
    )

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("permission set")
        verbose_name_plural = _("permission sets")

    def __str__(self) -> str:
        return self.name
