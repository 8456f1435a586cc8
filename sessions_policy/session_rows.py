"""Loads a session and the person whose it is in one statement, whose text is made once.

Stock Django asks twice, and builds both questions anew for every request; that is most of what a small page costs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connections, router
from django.db.models import Field
from django.utils import timezone

from .models import UserSession

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class LoadedSession:
    """A live session's row, as far as a request needs it. ``user`` is None for a session of nobody."""

    session_data: str
    expire_date: datetime
    user: AbstractBaseUser | None


@dataclass(frozen=True, slots=True)
class _Statement:
    """The statement for one database, and how what it returns becomes the values of fields.

    A converter is None where the driver's value is the field's already; ``user_fields`` are the names of the columns after the
    session's own two, and ``user_key`` is the place of the primary key among them.
    """

    sql: str
    converters: tuple[Converter | None, ...]
    user_fields: tuple[str, ...]
    user_key: int

    def values(self, row: Sequence[Any]) -> list[Any]:
        """Return the values of ``row`` as the fields have them."""
        return [value if convert is None else convert(value) for value, convert in zip(row, self.converters, strict=True)]


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
    session_data, expire_date, *user = statement.values(row)
    of_nobody = user[statement.user_key] is None
    return LoadedSession(
        session_data, expire_date, None if of_nobody else get_user_model().from_db(using, statement.user_fields, user)
    )


@functools.cache
def _statement(using: str) -> _Statement:
    session, user = UserSession._meta, get_user_model()._meta
    fields: list[Field[Any, Any]] = [
        session.get_field("session_data"),
        session.get_field("expire_date"),
        *user.concrete_fields,
    ]
    quote = connections[using].ops.quote_name

    def column(field: Field[Any, Any]) -> str:
        return f"{quote(field.model._meta.db_table)}.{quote(str(field.column))}"

    sql = (
        f"SELECT {', '.join(map(column, fields))} FROM {quote(session.db_table)} "  # noqa: S608 - names of our own only
        f"LEFT OUTER JOIN {quote(user.db_table)} ON {column(user.pk)} = {column(session.get_field('user'))} "
        f"WHERE {column(session.get_field('session_key'))} = %s AND {column(session.get_field('expire_date'))} > %s"
    )
    return _Statement(
        sql,
        tuple(_converter(using, field) for field in fields),
        tuple(field.attname for field in user.concrete_fields),
        list(user.concrete_fields).index(user.pk),
    )


def _converter(using: str, field: Field[Any, Any]) -> Converter | None:
    """Return what turns the driver's value into the field's, as the ORM would."""
    connection, column = connections[using], field.cached_col
    steps = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    if not steps:
        return None

    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connections[using])
        return value

    return convert
