"""Networks that the organisation trusts."""

from __future__ import annotations

from ipaddress import ip_network
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .policy_model import PolicyModel


def validate_network(value: str) -> None:
    """Raise ValidationError unless ``value`` is an IPv4 or IPv6 network such as ``192.0.2.0/24``."""
    try:
        ip_network(value)
    except ValueError as error:
        raise ValidationError(_("Enter a network such as 192.0.2.0/24 or 2001:db8::/32.")) from error


def validate_networks(value: str) -> None:
    """Raise ValidationError unless every line of ``value`` is a network."""
    for line in value.split():
        validate_network(line)


class TrustedNetwork(PolicyModel):
    """A network from which a login needs no device activation and no security token (R9.49)."""

    name = models.CharField(_("name"), max_length=100)
    network = models.CharField(_("network"), max_length=50, unique=True, validators=(validate_network,))

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("trusted network")
        verbose_name_plural = _("trusted networks")

    def __str__(self) -> str:
        return f"{self.name} ({self.network})"
