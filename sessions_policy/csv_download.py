"""CSV files for spreadsheets, streamed row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

# SECURITY: a cell that begins so is a formula to a spreadsheet, and half of these cells were typed by strangers (a user agent,
# a device's name). An apostrophe before it makes it text (OWASP, CSV injection).
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """What the writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> Any:
    """Return ``value`` as a cell that no spreadsheet runs; numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else str(value)
    # A spreadsheet ignores blanks before a formula.
    return "'" + text if text.lstrip(" ").startswith(FORMULAS) else text


def lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the file line by line (RFC 4180), its head first."""
    writer = csv.writer(_Line())
    yield writer.writerow([cell(name) for name in head])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def download(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Return the answer that a browser saves as ``NAME-DATE.csv``. Memory does not grow with ``rows``."""
    response = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
