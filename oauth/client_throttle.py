"""Wrong client secrets and signatures, counted in the site's one attempt budget (RFC 6749 10.10).

Three counts: of one client at one address, of one address for every client, and of one client everywhere. While one of them
pauses, wrong tries are answered 429.

SECURITY: a client id is public, so a pause never refuses the right secret: a stranger who knows the id, be it from the same
address, locks no client out. That gives a guesser nothing. The site makes every secret itself, of more than 700 bits (nobody
can type one in), and signatures are no easier; what the limit stops is the noise of trying. It costs a client that is right
no statement at all. Made-up client ids are counted like real ones: neither the answer nor its time tells them apart.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from django.http import HttpRequest

from accounts import throttle
from accounts.throttle import Budget, name_subject
from sessions_policy.client_address import client_address
from sessions_policy.storable_text import is_storable

from .errors import TokenError

AT_ONE_ADDRESS = Budget("client-at", tries=10, period=600, pause=600)
EVERYWHERE = Budget("client", tries=200, period=3600, pause=600)
OF_AN_ADDRESS = Budget("client-address", tries=100, period=3600, pause=600)
# Whoever has one IPv6 address has at least as many as this prefix leaves.
IPV6_PREFIX = 64


def count_failure(request: HttpRequest, client_id: str, oauthlib_request: Any = None) -> None:
    """Count one failed authentication. Raises TokenError (429) when there were too many before it."""
    subjects = (
        (OF_AN_ADDRESS, network_of(request)),
        (AT_ONE_ADDRESS, _pair(request, client_id)),
        (EVERYWHERE, _name(client_id)),
    )
    for budget, subject in subjects:
        # The address comes first: once it pauses, made-up client ids leave no rows any more.
        ticket = throttle.take(budget, subject)
        if not ticket.allowed:
            raise _too_many(ticket.retry_after, oauthlib_request)


def network_of(request: HttpRequest) -> str:
    """Return the address that ``request`` comes from, an IPv6 one as its network of 64 bits; "" when it is unknown."""
    address = client_address(request)
    if not address or ip_address(address).version == 4:
        return address
    return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))


def _pair(request: HttpRequest, client_id: str) -> str:
    return f"{network_of(request)}:{_name(client_id)}"


def _name(client_id: str) -> str:
    # What no text can hold is nobody's name, and counts as one.
    return name_subject(client_id if is_storable(client_id) else "")


def _too_many(wait: int, oauthlib_request: Any) -> TokenError:
    return TokenError(
        "invalid_client",
        f"Too many failed authentications of this client. Try again in {wait} seconds.",
        status=429,
        retry_after=wait,
        request=oauthlib_request,
    )
