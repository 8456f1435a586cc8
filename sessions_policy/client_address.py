"""Where a request comes from."""

from __future__ import annotations

import functools
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from .facts import in_networks


def client_address(request: HttpRequest) -> str:
    """Return the caller's IP address in canonical form, or "" when there is none that can be read.

    ``X-Forwarded-For`` is a claim that anybody can make: it is read from the right, and only as far as each hop that
    hands it on is one of ``TRUSTED_PROXIES``.
    """
    address = _canonical(request.META.get("REMOTE_ADDR", ""))
    hops = [_canonical(hop) for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while hops and in_networks(address, settings.TRUSTED_PROXIES):
        hop = hops.pop()
        if not hop:
            break
        address = hop
    return address


# A person's address comes again and again, and each request asks several times.
@functools.lru_cache(maxsize=4096)
def _canonical(value: str) -> str:
    try:
        ip = ip_address(value.strip())
    except ValueError:
        return ""
    return str(getattr(ip, "ipv4_mapped", None) or ip)
