"""Loads a session and the person whose it is in one statement, whose text is made once.

Stock Django asks twice, and builds both questions anew for every request; that is most of what a small page costs.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connections, router
from django.db.models import Field
from django.utils import timezone

from . import columns
from .columns import Columns, Converter
from .models import UserSession


@dataclass(frozen=True, slots=True)
class LoadedSession:
    """A live session's row, as far as a request needs it. ``user`` is None for a session of nobody."""

    session_data: str
    expire_date: datetime
    user: AbstractBaseUser | None


@dataclass(frozen=True, slots=True)
class _Statement:
    """The statement for one database: the session's own two columns, and those of the user after them."""

    sql: str
    own: tuple[Converter | None, ...]
    user: Columns[AbstractBaseUser]


def load(session_key: str) -> LoadedSession | None:
    """Return the session with the key that has not expired, with the user that its row names; None when there is none."""
    using = router.db_for_read(UserSession)
    connection, statement = connections[using], _statement(using)
    now = UserSession._meta.get_field("expire_date").get_db_prep_value(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, (session_key, now))
        row = cursor.fetchone()
    if row is None:
        return None
    session_data, expire_date = columns.converted(statement.own, row[:2])
    return LoadedSession(session_data, expire_date, statement.user.read(row[2:]))


@functools.cache
def _statement(using: str) -> _Statement:
    session, user = UserSession._meta, columns.of(get_user_model(), using)
    field: dict[str, Field[Any, Any]] = {each.name: each for each in session.concrete_fields}
    own = field["session_data"], field["expire_date"]
    key, expires, owner = (columns.name(using, field[name]) for name in ("session_key", "expire_date", "user"))
    quote = connections[using].ops.quote_name
    sql = (
        f"SELECT {', '.join(columns.name(using, each) for each in own)}, {user.sql} "  # noqa: S608 - names of our own only
        f"FROM {quote(session.db_table)} LEFT OUTER JOIN {quote(user.model._meta.db_table)} "
        f"ON {columns.name(using, user.model._meta.pk)} = {owner} WHERE {key} = %s AND {expires} > %s"
    )
    return _Statement(sql, tuple(columns.converter(using, each) for each in own), user)
