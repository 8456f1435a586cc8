"""Writing rows by statements whose text is made once, and several of them in one transaction.

The ORM builds the text of each INSERT and UPDATE anew, which costs several times what running it does; and rows that tell
of one act belong into one transaction with it. On PostgreSQL such a transaction is one statement and one round trip.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model


@dataclass(frozen=True, slots=True)
class Statement:
    """One INSERT … SELECT, UPDATE or DELETE with its parameters. ``condition`` is the word that begins one more condition."""

    sql: str
    params: tuple[Any, ...]
    condition: str = "AND"


def insert(row: Model) -> Statement:
    """Return what inserts ``row``, a new one, as ``row.save()`` would; the database's key of it is not read back.

    No signal is sent: what has to follow a write is called where the write is.
    """
    text = _insert_text(type(row))
    return Statement(text.sql, text.values(row, add=True), "WHERE")


def update_where(row: Model, field: str, value: Any) -> Statement:
    """Return what gives every column of ``row`` to the row whose ``field`` is ``value`` now."""
    text = _update_text(type(row), field)
    return Statement(text.sql, (*text.values(row, add=False), value))


def run(first: Statement, *then: Statement) -> tuple[int, ...]:
    """Run ``first``, and ``then`` only if it touched a row, all of them or none; return how many rows each touched.

    Each of ``then`` has to touch rows that no other one does.
    """
    if not then:
        return (_execute(first.sql, first.params),)
    if connection.vendor == "postgresql":
        return _run_at_once(first, then)
    with transaction.atomic(savepoint=False):
        touched = _execute(first.sql, first.params)
        return (touched, *(_execute(each.sql, each.params) if touched else 0 for each in then))


def _run_at_once(first: Statement, then: tuple[Statement, ...]) -> tuple[int, ...]:
    parts, params = [f"done_0 AS ({first.sql} RETURNING 1)"], [*first.params]
    for number, each in enumerate(then, start=1):
        parts.append(f"done_{number} AS ({each.sql} {each.condition} EXISTS (SELECT 1 FROM done_0) RETURNING 1)")  # noqa: S608
        params += each.params
    counts = ", ".join(f"(SELECT COUNT(*) FROM done_{number})" for number in range(len(parts)))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {counts}", params)
        return tuple(cursor.fetchone())


def _execute(sql: str, params: tuple[Any, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a statement about one model, and the fields whose values it wants."""

    sql: str
    fields: tuple[Field[Any, Any], ...]

    def values(self, row: Model, *, add: bool) -> tuple[Any, ...]:
        return tuple(field.get_db_prep_save(field.pre_save(row, add), connection) for field in self.fields)


@functools.cache
def _insert_text(model: type[Model]) -> _Text:
    fields = tuple(field for field in model._meta.concrete_fields if field is not model._meta.auto_field)
    columns = ", ".join(map(_column, fields))
    # SELECT, not VALUES, so that a condition can follow.
    sql = f"INSERT INTO {_table(model)} ({columns}) SELECT {', '.join(['%s'] * len(fields))}"
    return _Text(sql, fields)


@functools.cache
def _update_text(model: type[Model], field: str) -> _Text:
    fields = tuple(model._meta.concrete_fields)
    columns = ", ".join(f"{_column(each)} = %s" for each in fields)
    where = _column(model._meta.get_field(field))  # type: ignore[arg-type]
    return _Text(f"UPDATE {_table(model)} SET {columns} WHERE {where} = %s", fields)  # noqa: S608


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))
