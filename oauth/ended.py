"""Rows that have done their work and may be removed, in the shape that ``manage.py cleanup`` takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from . import app_policy
from .models import AccessToken, BridgeTicket, Grant, JwtReplay, PushedRequest, RefreshToken

# A used code is remembered for a while, so that its replay still revokes what it gave.
CODES_KEPT = timedelta(days=1)
# Somebody who came with a pushed request in time may still be signing in.
PUSHED_KEPT = timedelta(hours=1)


def ended() -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield what may go, by name. Each look-up is on an index.

    Refresh tokens stay until their family's absolute end, used ones too: a reuse is noticed by its row. In a family without an
    end, and after a revocation, that is remembered as long as such a family would last elsewhere. An access token may go as
    soon as it has expired, because a refresh token carries its own scope.
    """
    now = timezone.now()
    yield "bridge_tickets", BridgeTicket.objects.filter(expires__lte=now)
    yield "assertion_ids", JwtReplay.objects.filter(expires__lte=now)
    yield "pushed_requests", PushedRequest.objects.filter(expires__lte=now - PUSHED_KEPT)
    yield "authorization_codes", Grant.objects.filter(expires__lte=now - CODES_KEPT)
    yield "refresh_tokens", RefreshToken.objects.filter(expires__lte=now)
    yield "revoked_refresh_tokens", RefreshToken.objects.filter(revoked__lte=now - app_policy.longest_life())
    yield "access_tokens", AccessToken.objects.filter(expires__lte=now)
