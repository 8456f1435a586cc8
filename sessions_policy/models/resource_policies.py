"""What each resource does with a session below High Assurance."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..levels import SessionPolicy
from .policy_model import PolicyModel, mode_field


class ResourcePolicy(PolicyModel):
    """The rule of one resource. A resource without a row keeps the default that its declaration names."""

    class Action(models.TextChoices):
        """R4.2, R4.10."""

        ALLOW = SessionPolicy.ALLOW.value, _("Allow")
        RAISE = SessionPolicy.RAISE.value, _("Raise the session level")
        BLOCK = SessionPolicy.BLOCK.value, _("Block")

    key = models.SlugField(_("resource"), max_length=100, unique=True)
    action = models.CharField(_("action"), max_length=10, choices=Action)
    again_after_minutes = models.PositiveSmallIntegerField(
        _("raise again after (minutes)"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(120)),
        help_text=_("Leave empty to ask once for each session."),
    )
    mode = mode_field(_("this policy is"))

    class Meta:
        ordering: ClassVar = ("key",)
        verbose_name = _("resource policy")
        verbose_name_plural = _("resource policies")

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        """Refuse a period where nothing is raised."""
        super().clean()
        if self.again_after_minutes is not None and self.action != self.Action.RAISE:
            raise ValidationError({"again_after_minutes": _("A period needs the action that raises the session level.")})
