"""The challenge of the API in ``WWW-Authenticate`` (RFC 6750 3). Without DRF, whose views load those who write one."""

from __future__ import annotations

from django.conf import settings

# Where the API describes itself as a protected resource (RFC 9728).
RESOURCE_METADATA = "/.well-known/oauth-protected-resource/api/v1/"


def bearer_challenge(*more: str) -> str:
    """Return the challenge with ``more`` parameters, and where to learn who gives tokens for the API (RFC 9728 5.1)."""
    return ", ".join(('Bearer realm="api"', *more, f'resource_metadata="{settings.BASE_URL}{RESOURCE_METADATA}"'))
