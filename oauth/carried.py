"""The Django request behind one of oauthlib's.

oauthlib builds a request of its own out of headers and body. Addresses, histories and logins need Django's, so it travels
among the headers, wrapped so that oauthlib leaves it alone. Nothing of a request is ever kept on the server or the validator:
all threads share those.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from oauthlib.common import Request as OauthlibRequest

HEADER = "authsite.request"


@dataclass(frozen=True, slots=True)
class Carrier:
    """Wraps a Django request."""

    request: HttpRequest


def django_request(request: OauthlibRequest) -> HttpRequest:
    """Return the Django request that led to ``request``."""
    carrier: Carrier = request.headers[HEADER]
    return carrier.request
