"""System checks of a deployment: ``manage.py check --deploy`` refuses what is meant for trying the product out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def demo_is_off(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse ``DEMO``: its people have published names, and a command prints their codes."""
    if not settings.DEMO:
        return []
    return [
        checks.Error(
            "DEMO is on.",
            hint="Unset DEMO, and set SECRET_KEY, FIELD_ENCRYPTION_KEYS and BASE_URL for this installation.",
            id="authsite.E001",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def base_url_is_https(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a site that people reach without TLS: cookies and tokens would travel in the clear."""
    if settings.BASE_URL.startswith("https://"):
        return []
    return [
        checks.Error(
            "BASE_URL does not begin with https.",
            hint="Set BASE_URL to the address at which people reach the site, such as https://id.example.org.",
            id="authsite.E002",
        )
    ]
