"""The session engine: Django's database sessions with who, how strongly and from where beside the data.

The columns are copies for people to look at. The authority is the session's data.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.utils import timezone

from . import policy_book, proofs
from .facts import level_of
from .models import UserSession


def columns_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a session row's own columns, derived from the session's ``data``."""
    given = proofs.unpack(data.get(proofs.PROOFS_KEY))
    origin = data.get(proofs.ORIGIN_KEY) or {}
    user_id = data.get(SESSION_KEY)
    own = [proof for proof in given if proof.owner == user_id]
    created, seen = origin.get("created"), data.get(proofs.SEEN_KEY)
    return {
        "user_id": None if user_id is None else get_user_model()._meta.pk.to_python(user_id),
        "level": level_of(policy_book.current().columns, own).slug if own else "none",
        "method": ", ".join(proof.method for proof in own)[:200],
        "ip": origin.get("ip") or None,
        "created": timezone.now() if created is None else datetime.fromtimestamp(created, tz=UTC),
        "last_seen": timezone.now() if seen is None else datetime.fromtimestamp(seen, tz=UTC),
    }


class RowColumns:
    """What a store of ours adds to a stock one: the model, and its columns at every save."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        """Return the model of the session rows."""
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        """Return the row for ``data``, with the columns derived from it."""
        row: UserSession = super().create_model_instance(data)  # type: ignore[misc]
        for name, value in columns_of(data).items():
            setattr(row, name, value)
        row.public_id = UserSession.public_id_of(row.session_key)
        return row

    def cycle_key(self) -> None:
        """Give the session a new key, and take the old one away first.

        Raises SessionInterrupted when the old one is gone: another request rotated or ended the session meanwhile.
        SECURITY: the stock engine would create a new session from its stale copy, and so undo a logout.
        """
        self._session_cache = self._session  # type: ignore[attr-defined]
        key = self.session_key  # type: ignore[attr-defined]
        with transaction.atomic():
            if key and not UserSession.objects.filter(session_key=key).delete()[0]:
                raise SessionInterrupted("The session was changed by another request. Nothing was done; try again.")
            self.create()  # type: ignore[attr-defined]
        if key:
            self.forget_cached(key)

    def forget_cached(self, key: str) -> None:
        """Forget what a cache holds for ``key``; the database engine has none."""


class SessionStore(RowColumns, DatabaseStore):
    """Sessions in the database."""
