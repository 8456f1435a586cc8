"""Device activation: a code by e-mail, for a login from a browser that nobody knows yet.

It satisfies the activation and nothing else (R1.6, R9.16). The codes live in the pending login that asked for them, as keyed
digests: in another browser they are worth nothing.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ..models import User
from .result import Result

# Seconds: how long a code works, and the wait before the next one may be asked for.
VALID_FOR = 15 * 60
SEND_AGAIN_AFTER = 30
KEPT = 5


def new_code(kept: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Return a new code and what to keep; earlier codes work until their own end, so that a slow mail still helps."""
    code = f"{secrets.randbelow(10**6):06d}"
    salt = secrets.token_hex(8)
    row = {"salt": salt, "digest": _digest(salt, code), "at": time.time()}
    return code, [*alive(kept), row][-KEPT:]


def alive(kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the kept codes that still work."""
    return [row for row in kept if time.time() - row["at"] < VALID_FOR]


def wait_before_next(kept: list[dict[str, Any]]) -> int:
    """Return how many seconds remain before another code may be asked for."""
    newest = max((row["at"] for row in kept), default=0)
    return max(0, int(SEND_AGAIN_AFTER - (time.time() - newest)))


def finish_verify(kept: list[dict[str, Any]], value: str) -> Result:
    """Check ``value``. The caller drops the kept codes when it was right: each works once."""
    if any(hmac.compare_digest(row["digest"], _digest(row["salt"], value)) for row in alive(kept)):
        return Result(detail="email")
    return Result(_("That code is not right, or it is older than 15 minutes. Check the newest e-mail, or send a new code."))


def masked_address(user: User) -> str:
    """Return the person's address so that they recognise it and nobody learns it: ``s***@example.org``."""
    name, _at, domain = user.email.partition("@")
    return f"{name[:1]}***@{domain}" if domain else ""


def _digest(salt: str, code: str) -> str:
    return salted_hmac("accounts.activation", f"{salt}:{code}", algorithm="sha256").hexdigest()
