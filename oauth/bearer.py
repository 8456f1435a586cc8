"""Bearer tokens: the one place that finds an access token by its value."""

from __future__ import annotations

from . import app_policy
from .models import AccessToken
from .models.single_use import checksum

# Longer values are none of ours.
LONGEST = 255


def find(value: str) -> AccessToken | None:
    """Return the access token ``value``, alive or not, with its user, its app and the scope in force today; one query."""
    if not value or len(value) > LONGEST:
        return None
    rows = AccessToken.objects.select_related("user", "application")
    found: AccessToken | None = rows.filter(token_checksum=checksum(value)).first()
    if found is not None:
        # Never saved: a scope that the app has lost is not there for whoever asks.
        found.scope = app_policy.scope_in_force(found.scope, found.application)
    return found
