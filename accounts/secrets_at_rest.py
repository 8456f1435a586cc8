"""Encryption of secrets in the database, with a key ring: the first key encrypts, all of them decrypt."""

from __future__ import annotations

import functools

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(value: str) -> str:
    """Return ``value`` as authenticated ciphertext (Fernet)."""
    return _ring().encrypt(value.encode()).decode()


def decrypt(value: str) -> str:
    """Return the plain text; raises cryptography's InvalidToken when no key of the ring fits."""
    return _ring().decrypt(value.encode()).decode()


def rotate(value: str) -> str:
    """Return ``value`` encrypted anew with the first key."""
    return _ring().rotate(value.encode()).decode()


def _ring() -> MultiFernet:
    return _ring_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@functools.lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
