"""Where a login or a step-up goes on to: a path of this site, or home."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

MAX_LENGTH = 8000


def safe(request: HttpRequest, path: str) -> str:
    """Return ``path`` when it is a path of this site, else home. SECURITY: never an open redirect, whatever was sent."""
    own = path.startswith("/") and len(path) <= MAX_LENGTH and path.isprintable()
    if own and url_has_allowed_host_and_scheme(path, allowed_hosts=None, require_https=request.is_secure()):
        return path
    return reverse("home")
