"""Time-based one-time passwords (RFC 6238), with pyotp as the engine."""

from __future__ import annotations

import pyotp
from django.utils import timezone

# RFC 6238 section 5.2: one step of delay, and one of a clock that runs ahead.
TOLERANCE = 1


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base 32 (RFC 4226 R6)."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """Return the ``otpauth://`` address that an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(secret: str, code: str) -> int | None:
    """Return the time step that ``code`` (six digits) belongs to, within the tolerance of now; None when it fits none."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=timezone.now(), valid_window=TOLERANCE)
    except pyotp.OTPVerificationError:
        return None
