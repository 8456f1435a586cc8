"""Trusted networks in the administration."""

from __future__ import annotations

from django.contrib import admin

from ..models import TrustedNetwork
from .policies import PolicyAdmin


@admin.register(TrustedNetwork)
class TrustedNetworkAdmin(PolicyAdmin):
    """Networks from which a login needs neither device activation nor a security token."""

    policy_resource = "networks"
    list_display = ("name", "network")
    search_fields = ("name", "network")
    fields = ("name", "network", "reason")
