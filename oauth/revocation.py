"""Ending tokens, by their value (RFC 7009, R6.50)."""

from __future__ import annotations

from .models import AccessToken, ConnectedApp, RefreshToken
from .models.single_use import checksum


def revoke(value: str, app: ConnectedApp | None) -> None:
    """End the access or refresh token ``value``; a refresh token takes its whole family along.

    A client that authenticated ends its own tokens only. An unknown token is no error: it works as little as an ended one.
    """
    owned = {} if app is None else {"application": app}
    refresh = RefreshToken.objects.filter(token_checksum=checksum(value), **owned).first()
    if refresh is not None:
        refresh.revoke()
        return
    access = AccessToken.objects.filter(token_checksum=checksum(value), **owned).first()
    if access is not None:
        access.revoke()
