"""Approving an app, and taking the approval back: with the tokens, and with a mail to whose account it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts import notifications

from .models import Approval, ConnectedApp
from .models.tokens import end_tokens


def remember(request: HttpRequest, app: ConnectedApp, scopes: Iterable[str]) -> None:
    """Write down that the person of ``request`` approved ``app`` for ``scopes``; they are told of the first by mail."""
    user: Any = request.user
    with transaction.atomic():
        known = Approval.scopes_of(user, app)
        Approval.remember(user, app, scopes)
        if not known:
            notifications.app_connected(request, user, app.name)


def remove(request: HttpRequest, app: ConnectedApp | None) -> None:
    """End what the person of ``request`` gave ``app``: the approval and every token. ``None`` stands for tokens of no app."""
    user: Any = request.user
    take_back(user=user, application=app)
    if app is not None:
        notifications.app_removed(request, user, app.name)


def take_back(**which: Any) -> None:
    """End every token that ``which`` finds (``user``, ``application``, ``user__profile``), and the approvals behind them.

    People are asked again then, under the policies of that day (R5.11). ``settings.TAKE_BACK_APPROVALS`` names this function.
    """
    with transaction.atomic():
        end_tokens(**which)
        Approval.objects.filter(**which).delete()
