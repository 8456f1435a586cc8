"""The session engine: Django's database sessions with who, how strongly and from where beside the data.

The columns are copies for people to look at. The authority is the session's data.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.utils import timezone

from . import policy_book, proofs, session_rows, statements
from .facts import level_of
from .models import UserSession
from .session_rows import LoadedSession
from .statements import Statement

# 160 bits, which no one guesses and no two sessions share.
KEY_BYTES = 20
INTERRUPTED = "The session was changed by another request. Nothing was done; try again."


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
        "browser": str(origin.get("browser", ""))[:60],
        "created": timezone.now() if created is None else datetime.fromtimestamp(created, tz=UTC),
        "last_seen": timezone.now() if seen is None else datetime.fromtimestamp(seen, tz=UTC),
    }


class SessionStore(DatabaseStore):
    """Sessions in the database. Each act is one statement: load, create, change the key, save, delete."""

    # The user that came with the row, if the session was loaded from the database. A copy, like all of the row's columns:
    # who is signed in is for the session's data to say (see middleware.AuthenticationMiddleware).
    row_user: AbstractBaseUser | None = None
    # Key and data as this object wrote them last.
    _written: tuple[str | None, bytes] | None = None

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        """Return the model of the session rows."""
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        """Return the row for ``data``, with the columns derived from it."""
        row: UserSession = super().create_model_instance(data)  # type: ignore[assignment]
        for name, value in columns_of(data).items():
            setattr(row, name, value)
        row.public_id = UserSession.public_id_of(row.session_key)
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Write the session, unless exactly this was written before in the same request.

        A change of key writes the data as well; the stock middleware, which saves at the end, would write it once more.
        """
        if must_create:
            super().save(must_create)
        elif self.session_key is None:
            self.write_under_new_key()
        elif self._written is None or self._written != self._state():
            row = self.create_model_instance(self._session)  # type: ignore[attr-defined]
            if not statements.run(statements.update_where(row, "session_key", row.session_key))[0]:
                raise UpdateError
        self._written = self._state()

    def cycle_key(self) -> None:
        """Give the session a new key: its row moves there, with the data of now, in one statement.

        A session that has no key yet gets a fresh one when it is saved, once and complete, at the end of the request.
        Raises SessionInterrupted when the old key is gone: another request rotated or ended the session meanwhile.
        SECURITY: the stock engine would create a new session from its stale copy, and so undo a logout.
        """
        self.modified = True
        if self._stored_under() is not None:
            self.write_under_new_key()

    def write_under_new_key(self, *also: Statement) -> None:
        """Write the session under a new key, and run ``also`` in the same transaction.

        A session that was stored before moves: nothing is left under its old key. Raises SessionInterrupted, and writes
        nothing, when the old key is gone: of several requests that would go on from one session, one does.
        """
        old = self._stored_under()
        self.modified = True
        self._session_key = self._get_new_session_key()
        row = self.create_model_instance(self._session)  # type: ignore[attr-defined]
        write = statements.insert(row) if old is None else statements.update_where(row, "session_key", old)
        if not statements.run(write, *also)[0]:
            self._session_key = old
            raise SessionInterrupted(INTERRUPTED)
        self._written = self._state()

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with the key, by default this one."""
        key = self.session_key if session_key is None else session_key
        if key is not None:
            UserSession.objects.filter(session_key=key).delete()

    def _get_session_from_db(self) -> LoadedSession | None:
        found = session_rows.load(self.session_key) if self.session_key else None
        if found is None:
            # SECURITY: a key that leads to no session is not adopted.
            self._session_key = None
            return None
        self.row_user = found.user
        return found

    def _stored_under(self) -> str | None:
        # Loaded first: until then the key is what the cookie says, and one that leads to no session is not adopted.
        self._get_session()  # type: ignore[attr-defined]
        return self.session_key

    def _get_new_session_key(self) -> str:
        # The stock engine asks first whether the key is taken; the INSERT says so as well.
        return secrets.token_hex(KEY_BYTES)

    def _state(self) -> tuple[str | None, bytes]:
        return self.session_key, self.serializer().dumps(self._session)  # type: ignore[attr-defined]
