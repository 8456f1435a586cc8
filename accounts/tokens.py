"""Ending somebody's tokens from here, where tokens are not known: ``settings.END_TOKENS`` names the function that does it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from .models import User


def end(user: User) -> None:
    """End every token and authorization code of ``user`` (RFC 9700 4.14: with their password, and with their account)."""
    end_tokens: Callable[..., None] = import_string(settings.END_TOKENS)
    end_tokens(user=user)
