"""Every policy of the organisation as one frozen value: the one in force, the one that was, and the one that would be."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from . import policy_tables
from .models import PolicyRevision
from .policy_compiler import (
    ENROLABLE,
    UNKNOWN_PROFILE,
    HasProfile,
    HeldSet,
    Organisation,
    PolicyBook,
    app_admits,
    compile_tables,
    register_apps,
    register_login_flows,
)
from .policy_tables import NEW, Change

__all__ = [
    "ENROLABLE",
    "NEW",
    "UNKNOWN_PROFILE",
    "Change",
    "HasProfile",
    "HeldSet",
    "Organisation",
    "PolicyBook",
    "app_admits",
    "at",
    "compile_book",
    "current",
    "draft",
    "refresh",
    "register_apps",
    "register_login_flows",
    "with_report_only",
]

# A change is in force in every worker within this many seconds, at one small query per worker and period.
CHECK_EVERY = 1.0
# Older books that a thread keeps; a book is some kilobytes.
MOST_OLDER_BOOKS = 64


class _Shelf(threading.local):
    """The book of this thread, and when it was last compared with the database; and older books that were asked for.

    Per thread, so that a thread never decides by a book that another one compiled inside an unfinished transaction.
    """

    book: PolicyBook | None = None
    newest: tuple[int, datetime | None] = (0, None)
    checked_at: float = 0.0

    def __init__(self) -> None:
        self.older: dict[int, PolicyBook] = {}


_shelf = _Shelf()


def current() -> PolicyBook:
    """Return the book in force: compiled again when a newer revision is seen, looked for at most once a second."""
    now = time.monotonic()
    if _shelf.book is not None and now - _shelf.checked_at < CHECK_EVERY:
        return _shelf.book
    # With its time, because SQLite gives the id of a revision that was rolled back to the next one.
    newest = PolicyRevision.objects.values_list("id", "at").order_by("-id").first() or (0, None)
    if _shelf.book is None or _shelf.newest != newest:
        _shelf.book, _shelf.newest = compile_book(newest[0]), newest
        _shelf.older.clear()
    _shelf.checked_at = now
    return _shelf.book


def refresh() -> None:
    """Make this thread look at the database at its next question."""
    _shelf.book = None
    _shelf.older.clear()


def compile_book(revision: int) -> PolicyBook:
    """Return the book of what the database says now."""
    return compile_tables(revision, policy_tables.stored())


def at(revision: int) -> PolicyBook:
    """Return the book as it was once ``revision`` was made: what the database says, with every later revision undone.

    0 is from before the first one. A book that was asked for is kept.
    """
    book = current()
    if revision >= book.revision:
        return book
    if revision not in _shelf.older:
        if len(_shelf.older) >= MOST_OLDER_BOOKS:
            _shelf.older.pop(next(iter(_shelf.older)))
        later = PolicyRevision.objects.filter(id__gt=revision).order_by("-id")
        _shelf.older[revision] = compile_tables(revision, policy_tables.undone(policy_tables.stored(), later.iterator()))
    return _shelf.older[revision]


def draft(*changes: Change) -> PolicyBook:
    """Return the book that saving ``changes`` would make. Nothing is written; the queries are those of compiling a book."""
    return compile_tables(current().revision, policy_tables.changed(policy_tables.stored(), changes))


def with_report_only(book: PolicyBook) -> PolicyBook:
    """Return ``book`` with what is only watched as if it were on."""
    return book.report_only or book
