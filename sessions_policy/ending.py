"""Ending sessions: rows and what a cache keeps of them, at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from . import farewell
from .farewell import Why
from .levels import Level
from .models import EndedSession, UserSession


def end(rows: QuerySet[UserSession], why: Why) -> int:
    """End the sessions in ``rows`` and return how many there were. Their browsers are told why at the login page."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = list(rows.values_list("session_key", flat=True))
    ended = [EndedSession(digest=farewell.digest(key), why=why.value) for key in keys]
    EndedSession.objects.bulk_create(ended, ignore_conflicts=True)
    for key in keys:
        store(key).delete()
    return len(keys)


def end_below(user: Any, level: Level, *, keep: str | None) -> int:
    """End the sessions of ``user`` that are below ``level``, but not the one with the key ``keep``."""
    below = [each.slug for each in Level if each < level]
    return end(UserSession.objects.filter(user=user, level__in=below).exclude(session_key=keep), Why.METHODS)


def end_others(user: Any, *, keep: str | None, why: Why = Why.OWNER) -> int:
    """End all sessions of ``user`` but the one with the key ``keep``."""
    return end(UserSession.objects.filter(user=user).exclude(session_key=keep), why)


def end_all_by_epoch(user: Any, why: Why = Why.ADMINISTRATOR) -> None:
    """End every session of ``user``, also those that a cache still serves: their auth hash no longer fits."""
    type(user).objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    end(UserSession.objects.filter(user=user), why)
