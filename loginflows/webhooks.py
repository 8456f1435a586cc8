"""Calls to web addresses that a flow names: signed, bounded in time and size, and never into this site's own network.

SECURITY: an administrator of flows must not be able to make the server talk to its neighbours (server-side request forgery).
The name is looked up once, every address that it has is checked, and the connection goes to a checked address: a name that
answers differently the second time (DNS rebinding) changes nothing. The certificate is checked against the name. Redirects
are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

MOST_BYTES = 64 * 1024
# RFC 6052: the last 32 bits are an IPv4 address, which a gateway of the own network answers for.
NAT64 = ip_network("64:ff9b::/96")
SIGNATURE, TIMESTAMP, DELIVERY = "X-Signature", "X-Signature-Timestamp", "X-Delivery"


class WebhookFailed(Exception):
    """The call did not succeed; the message says why, for the log and the history."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a call goes: the parts of the web address, and the address of the machine that was checked."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def post(url: str, payload: Any, *, secret: str, delivery: str, timeout: float) -> dict[str, Any]:
    """Send ``payload`` as JSON and return the JSON object of the answer (empty when it has no body). Raises WebhookFailed.

    The header ``X-Signature`` is ``sha256=`` and the hexadecimal HMAC-SHA256, under ``secret``, of the timestamp in
    ``X-Signature-Timestamp`` (seconds since the epoch), a dot and the body. ``delivery`` is the same for every try of one
    call, so that the receiver can drop a repetition. ``timeout`` is in seconds, for everything together.
    """
    deadline = time.monotonic() + timeout
    body = json.dumps(payload, default=str).encode()
    try:
        address = resolve(url)
        status, answer = _exchange(address, body, _headers(address, body, secret, delivery), deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WebhookFailed(f"{type(error).__name__} while calling {urlsplit(url).hostname}") from error
    if not 200 <= status < 300:
        raise WebhookFailed(f"{address.host} answered {status}")
    return _read(answer, address.host)


def resolve(url: str) -> Address:
    """Return where ``url`` leads. Raises WebhookFailed for an address that may not be called, OSError for an unknown name."""
    parts = urlsplit(url)
    schemes = {"https": 443, "http": 80} if settings.LOGIN_FLOW_PRIVATE_WEBHOOKS else {"https": 443}
    if parts.scheme not in schemes or not parts.hostname or parts.username:
        raise WebhookFailed("The address is no https address.")
    port = parts.port or schemes[parts.scheme]
    found = [str(row[4][0]) for row in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    if not settings.LOGIN_FLOW_PRIVATE_WEBHOOKS and not all(_is_public(ip) for ip in found):
        raise WebhookFailed(f"{parts.hostname} leads into a private network.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, parts.hostname, port, path, found[0])


def _is_public(ip: str) -> bool:
    address = ip_address(ip.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in NAT64:
        inner = ip_address(int(address) & 0xFFFFFFFF)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature that the receiver computes, too."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _headers(address: Address, body: bytes, secret: str, delivery: str) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {
        "Host": address.host if address.port in (80, 443) else f"{address.host}:{address.port}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": settings.SITE_NAME,
        "Connection": "close",
        DELIVERY: delivery,
        TIMESTAMP: timestamp,
        SIGNATURE: signature(secret, timestamp, body),
    }


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was asked for."""

    def __init__(self, address: Address, deadline: float) -> None:
        super().__init__(address.host, address.port)
        self.address = address
        self.deadline = deadline

    def connect(self) -> None:
        """Connect without asking for the name again."""
        plain = socket.create_connection((self.address.ip, self.address.port), _left(self.deadline))
        self.sock = plain
        if self.address.scheme == "https":
            plain.settimeout(_left(self.deadline))
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.address.host)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time is over.")
    return left


def _exchange(address: Address, body: bytes, headers: dict[str, str], deadline: float) -> tuple[int, bytes]:
    connection = _Connection(address, deadline)
    try:
        connection.request("POST", address.path, body, headers)
        sock = connection.sock
        sock.settimeout(_left(deadline))
        response = connection.getresponse()
        answer = bytearray()
        # Piece by piece: each piece may come in time, and all of them together never.
        while len(answer) <= MOST_BYTES:
            sock.settimeout(_left(deadline))
            piece = response.read1(8192)
            if not piece:
                return response.status, bytes(answer)
            answer += piece
        raise ValueError("The answer is too long.")
    finally:
        connection.close()


def _read(answer: bytes, host: str) -> dict[str, Any]:
    if not answer.strip():
        return {}
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise WebhookFailed(f"{host} answered with something that is no JSON") from error
    return found if isinstance(found, dict) else {}
