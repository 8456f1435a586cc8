"""Login hours as people write them: a line for each day or span of days, such as ``Mon-Fri 08:00-18:00``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from .facts import LoginHours

Hours = dict[str, list[str]]

ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LINE = re.compile(r"(?P<days>[^\d]+?)\s+(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})")


class NoHours(ValueError):
    """A text says no hours; the message names the line and what to write instead."""


def read(text: str) -> Hours:
    """Return the hours that ``text`` says, as profiles store them: ``{"0": ["08:00", "18:00"]}``, 0 is Monday.

    Lines without text are left out; no line at all means at any time. Raises NoHours.
    """
    found: Hours = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            for day, times in _read_line(line.strip(), number).items():
                if day in found:
                    words = {"number": number, "day": WEEKDAYS[int(day)]}
                    raise NoHours(_("Line %(number)d: %(day)s has its hours already. Write one line for each day.") % words)
                found[day] = times
    return dict(sorted(found.items()))


def in_words(hours: Mapping[str, list[str]]) -> str:
    """Return stored hours as lines; nothing stored gives no line."""
    return "\n".join(f"{WEEKDAYS_ABBR[int(day)]} {start}-{end}" for day, (start, end) in sorted(hours.items()))


def _read_line(line: str, number: int) -> Hours:
    words = {"number": number, "line": line}
    match = LINE.fullmatch(line.replace("–", "-"))
    if match is None:
        raise NoHours(_("Line %(number)d: “%(line)s” is not understood. Write it like Mon 08:00-18:00.") % words)
    first, _dash, last = (part.strip() for part in match["days"].partition("-"))
    days = [_day(name) for name in (first, last or first)]
    if None in days:
        raise NoHours(_("Line %(number)d: “%(line)s” names no day. Days are Mon, Tue, Wed, Thu, Fri, Sat and Sun.") % words)
    start, end = (f"{match[name]:0>5}" for name in ("start", "end"))
    numbers = _span(*(day for day in days if day is not None))
    try:
        LoginHours.parse({"0": [start, end]})
    except ValueError as error:
        text = _(
            "Line %(number)d: %(start)s to %(end)s is no time of one day. It begins before it ends, at 24:00 at the latest."
        )
        raise NoHours(text % {"number": number, "start": start, "end": end}) from error
    return {str(day): [start, end] for day in numbers}


def _day(name: str) -> int | None:
    """Return the number of the day, by its English or its translated name, short or long."""
    lower = name.casefold().rstrip(".")
    for day, short in enumerate(ENGLISH):
        if lower in (short, str(WEEKDAYS[day]).casefold(), str(WEEKDAYS_ABBR[day]).casefold().rstrip(".")):
            return day
    return None


def _span(first: int, last: int) -> list[int]:
    """Return the days from one to another, over the end of the week if need be."""
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]
