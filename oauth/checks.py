"""Checks of what grows old: keys and certificates. They look into the database, so they run with ``check --deploy`` alone."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.db import DatabaseError
from django.utils import timezone


@checks.register(checks.Tags.security, deploy=True)
def keys_are_young(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of a signing key that nobody has rotated for long, and of app certificates that end soon.

    Without a database, or before it is migrated, there is nothing to warn of.
    """
    try:
        return [*_signing_key(), *_certificates()]
    except DatabaseError:
        return []


def _signing_key() -> list[checks.CheckMessage]:
    from . import key_rotation  # noqa: PLC0415 - models are not loaded yet when checks register

    age = key_rotation.age()
    if age is None or age < key_rotation.OLD_AFTER:
        return []
    return [
        checks.Warning(
            f"The key that signs ID tokens is {age.days} days old.",
            hint="Rotate it: manage.py oauth_rotate_keys, or the button at Signing keys in the administration.",
            id="oauth.W001",
        )
    ]


def _certificates() -> list[checks.CheckMessage]:
    from .models import AppKey  # noqa: PLC0415
    from .models.app_keys import WARNED_BEFORE  # noqa: PLC0415

    ending = AppKey.objects.filter(not_after__lt=timezone.now() + WARNED_BEFORE).select_related("application")
    return [
        checks.Warning(
            f"The certificate “{key.label}” of the app {key.application} ends on {key.not_after:%Y-%m-%d}.",
            hint="Add its successor on the app's page; both work until the older one ends.",
            id="oauth.W002",
        )
        for key in ending
    ]
