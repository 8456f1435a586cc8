"""Columns of models in statements that are written by hand: their names, and how what the driver returns becomes values.

The ORM builds the text of a question anew each time, which costs several times what asking it does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Field, Model

Converter = Callable[[Any], Any]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Columns(Generic[Row]):
    """All columns of ``model``; ``sql`` is the list of them for a SELECT, each with the name of its table.

    A converter is None where the driver's value is the field's already. ``key`` is the place of the primary key.
    """

    model: type[Row]
    using: str
    sql: str
    names: tuple[str, ...]
    converters: tuple[Converter | None, ...]
    key: int

    def read(self, row: Sequence[Any]) -> Row | None:
        """Return what ``row``, the values of these columns, is; None for a row that an outer join filled with NULL."""
        if row[self.key] is None:
            return None
        return self.model.from_db(self.using, self.names, converted(self.converters, row))


def converted(converters: Sequence[Converter | None], row: Sequence[Any]) -> list[Any]:
    """Return the values of ``row`` as fields have them."""
    return [value if convert is None else convert(value) for value, convert in zip(row, converters, strict=True)]


@functools.cache
def of(model: type[Row], using: str) -> Columns[Row]:
    """Return the columns of ``model`` in the database ``using``."""
    fields = model._meta.concrete_fields
    return Columns(
        model,
        using,
        ", ".join(name(using, field) for field in fields),
        tuple(field.attname for field in fields),
        tuple(converter(using, field) for field in fields),
        list(fields).index(model._meta.pk),
    )


def name(using: str, field: Field[Any, Any]) -> str:
    """Return the column of ``field`` as a statement names it."""
    quote = connections[using].ops.quote_name
    return f"{quote(field.model._meta.db_table)}.{quote(str(field.column))}"


def converter(using: str, field: Field[Any, Any]) -> Converter | None:
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
