"""The databases of one run: made for it, with a new name, and gone after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

LOCAL_POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"


class NoServer(Exception):
    """There is no PostgreSQL where it was looked for."""


@contextmanager
def sqlite(name: str, folder: Path) -> Iterator[str]:
    """Return the address of a database that is a file in ``folder``."""
    yield f"sqlite:///{folder / name}.sqlite3"


@contextmanager
def postgresql(name: str, folder: Path) -> Iterator[str]:
    """Return the address of a new database on the server of ``DATABASE_URL``, or on the local one. Raises NoServer."""
    given = os.environ.get("DATABASE_URL", "")
    server = given if given.startswith("postgres") else LOCAL_POSTGRESQL
    database = f"authsite_benchmark_{os.getpid()}_{name}"
    try:
        connection = psycopg.connect(server, autocommit=True)
    except psycopg.OperationalError as error:
        raise NoServer(f"No PostgreSQL answers at {urlsplit(server).hostname}: {error}") from error
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        try:
            yield urlunsplit(urlsplit(server)._replace(path="/" + database))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}
