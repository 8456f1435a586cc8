"""What clients of the reference system read in a token response beside the token (R6.25)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

# One organisation lives on a site. Its id is the first part of every identity address.
ORGANISATION = "org"


def identity_url(user: Any) -> str:
    """Return the address that stands for ``user``."""
    base: str = settings.BASE_URL
    return base + reverse("identity", args=(ORGANISATION, str(user.pk)))


def extra_fields(user: Any, client_secret: str) -> dict[str, str]:
    """Return ``instance_url``, ``id``, ``issued_at`` (milliseconds) and ``signature`` for a token of ``user``.

    The signature is HMAC-SHA256 over id and issued_at in base64. A client that authenticated with a secret can check it with
    that secret; for any other client only this site can.
    """
    identity, issued_at = identity_url(user), str(int(time.time() * 1000))
    message = (identity + issued_at).encode()
    if client_secret:
        digest = hmac.digest(client_secret.encode(), message, hashlib.sha256)
    else:
        digest = salted_hmac("oauth.token_response", message, algorithm="sha256").digest()
    signature = base64.b64encode(digest).decode()
    return {"instance_url": settings.BASE_URL, "id": identity, "issued_at": issued_at, "signature": signature}
