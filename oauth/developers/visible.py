"""Which connected apps somebody may read about."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from sessions_policy.session_security import SessionSecurity

from ..models import ConnectedApp

RIGHT = "oauth.view_connectedapp"
AREA = "connected_apps"


def manages(request: HttpRequest) -> bool:
    """Whether the person may look at every app: by right, and with what the area asks of the session (R4.11)."""
    user: Any = request.user
    return bool(user.has_perm(RIGHT)) and SessionSecurity.of(request).check(AREA).allowed


def apps(request: HttpRequest) -> QuerySet[ConnectedApp]:
    """Return the apps that the person may read about: all, or those that they approved themselves."""
    every = ConnectedApp.objects.order_by("name")
    found: QuerySet[ConnectedApp] = every if manages(request) else every.filter(approvals__user=request.user)
    return found
