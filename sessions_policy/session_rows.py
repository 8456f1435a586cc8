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
    """The statement for one database, and how its columns become the values of fields; None where they are already."""

    sql: str
    converters: tuple[Converter | None, ...]

    def values(self, row: Sequence[Any]) -> list[Any]:
        """Return the row's values as the fields have them."""
        return [value if convert is None else convert(value) for value, convert in zip(row, self.converters, strict=True)]


def load(session_key: str) -> LoadedSession | None:
    """Return the session with the key that has not expired, with the user that its row names; None when there is none."""
    using = router.db_for_read(UserSession)
    connection = connections[using]
    statement = _statement(using)
    now = UserSession._meta.get_field("expire_date").get_db_prep_value(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, (session_key, now))
        row = cursor.fetchone()
    if row is None:
        return None
    session_data, expire_date, *user = statement.values(row)
    return LoadedSession(session_data, expire_date, _user(using, user))


def _user(using: str, values: list[Any]) -> AbstractBaseUser | None:
    model = get_user_model()
    names = [field.attname for field in model._meta.concrete_fields]
    if values[names.index(model._meta.pk.attname)] is None:
        return None
    return model.from_db(using, names, values)


@functools.cache
def _statement(using: str) -> _Statement:
    connection, user = connections[using], get_user_model()
    quote = connection.ops.quote_name
    session, own = UserSession._meta, user._meta
    fields: list[Field[Any, Any]] = [session.get_field("session_data"), session.get_field("expire_date"), *own.concrete_fields]
    columns = ", ".join(f"{quote(field.model._meta.db_table)}.{quote(field.column)}" for field in fields)
    table, users = quote(session.db_table), quote(own.db_table)
    owner, key = quote(session.get_field("user").column), quote(own.pk.column)
    sql = (
        f"SELECT {columns} FROM {table} LEFT OUTER JOIN {users} ON {users}.{key} = {table}.{owner} "  # noqa: S608 - names only
        f"WHERE {table}.{quote('session_key')} = %s AND {table}.{quote('expire_date')} > %s"
    )
    return _Statement(sql, tuple(_converter(using, field) for field in fields))


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
