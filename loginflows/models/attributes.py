"""What flows keep for people: attributes that an administrator has allowed, and secrets that a flow made."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import secrets_at_rest
from sessions_policy.models import PolicyModel

NAME = RegexValidator(r"^[a-z][a-z0-9_]{0,39}\Z", _("Up to 40 lower-case letters, digits and _, beginning with a letter."))


class UserAttribute(PolicyModel):
    """An attribute of people that flows may show and set, such as ``phone``. Names and e-mail are always there."""

    name = models.CharField(_("name"), max_length=40, unique=True, validators=(NAME,))
    label = models.CharField(_("label"), max_length=100)

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("user attribute")
        verbose_name_plural = _("user attributes")

    def __str__(self) -> str:
        return self.name


class UserAttributeValue(models.Model):
    """The value of an attribute for one person."""

    attribute = models.ForeignKey(UserAttribute, models.CASCADE, related_name="values", verbose_name=_("attribute"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attribute_values", verbose_name=_("user"))
    value = models.CharField(_("value"), max_length=4_000, blank=True)
    at = models.DateTimeField(_("set"), auto_now=True)

    class Meta:
        ordering: ClassVar = ("user", "attribute")
        constraints: ClassVar = [models.UniqueConstraint(fields=("attribute", "user"), name="attribute_once_a_user")]
        verbose_name = _("value of an attribute")
        verbose_name_plural = _("values of attributes")

    def __str__(self) -> str:
        return f"{self.user}: {self.attribute}"


class FlowSecret(models.Model):
    """The secret of a second factor of the organisation's own, encrypted. Each of its time steps is accepted once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="flow_secrets", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=40)
    secret_encrypted = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=0, editable=False)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ("user", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "name"), name="flow_secret_once_a_user")]
        verbose_name = _("secret of a flow")
        verbose_name_plural = _("secrets of flows")

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"

    @property
    def secret(self) -> str:
        """The base32 secret, decrypted."""
        return secrets_at_rest.decrypt(self.secret_encrypted)
