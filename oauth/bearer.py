"""Bearer tokens: the one place that finds an access token by its value."""

from __future__ import annotations

from .models import AccessToken
from .models.single_use import checksum

# Longer values are none of ours.
LONGEST = 255


def find(value: str) -> AccessToken | None:
    """Return the access token ``value`` with its user and app, alive or not; one query."""
    if not value or len(value) > LONGEST:
        return None
    rows = AccessToken.objects.select_related("user", "application")
    found: AccessToken | None = rows.filter(token_checksum=checksum(value)).first()
    return found
