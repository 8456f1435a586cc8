"""Changes of policies that are not saved, as a value that an address can carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from .. import policy_book
from ..policy_book import Change, PolicyBook
from .questions import DRAFT, BadQuestion

SALT = "authsite.whatif.draft"
# Seconds. A draft is looked at now; a link to an older one would show what nobody remembers.
MAX_AGE = 24 * 60 * 60


def named(changes: Iterable[Change]) -> str:
    """Return ``changes`` as the ``policies`` of a question. Signed, so that an address holds only what a form checked."""
    rows = [[change.kind, change.id, change.values] for change in changes]
    return DRAFT + signing.dumps(rows, salt=SALT, compress=True)


def book_of(value: str) -> PolicyBook:
    """Return the book that the changes in ``value`` would make. Raises BadQuestion."""
    try:
        rows = signing.loads(value, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature as error:
        words = _("This draft cannot be read, or is older than a day. Open What-If from the form again.")
        raise BadQuestion("policies", words) from error
    return compiled([Change(*row) for row in rows])


def compiled(changes: Iterable[Change]) -> PolicyBook:
    """Return the book that ``changes`` would make. Raises BadQuestion for values that make no policy."""
    try:
        return policy_book.draft(*changes)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadQuestion("draft", _("These values make no policy: %(why)s") % {"why": repr(error)}) from error


def read(rows: Any) -> list[Change]:
    """Return the changes that the API was sent: objects with ``kind``, ``id`` and ``values``. Raises BadQuestion."""
    try:
        return [Change(str(row["kind"]), str(row.get("id") or policy_book.NEW), row["values"]) for row in rows]
    except (AttributeError, KeyError, TypeError) as error:
        raise BadQuestion("draft", _("Send a list of objects with kind, id and values.")) from error
