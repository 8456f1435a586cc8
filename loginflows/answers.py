"""What was sent to a screen, read as the values of its form. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from sessions_policy.storable_text import is_storable

from .elements.kind import Input

# Stricter than what mail allows, and never laxer than what a user's row takes.
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{}|~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")


def read(inputs: tuple[Input, ...], sent: Mapping[str, tuple[str, ...]]) -> dict[str, str] | None:
    """Return the sent values by input; None for fields that the form does not have, repeated ones and made-up values.

    A button is sent alone: it is a form of its own.
    """
    by_name = {each.name: each for each in inputs}
    values: dict[str, str] = {}
    for name, all_sent in sent.items():
        asked = by_name.get(name)
        if asked is None or len(all_sent) != 1 or not _is_offered(asked, all_sent[0]):
            return None
        values[name] = all_sent[0] if asked.type in ("password", "tick", "button") else all_sent[0].strip()
    pressed = [name for name in values if by_name[name].is_button]
    return None if pressed and len(values) > 1 else values


def problems(inputs: tuple[Input, ...], values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the values, by input, as stable codes. A pressed button leaves the form unasked."""
    if any(each.is_button and each.name in values for each in inputs):
        return {}
    found = ((each.name, _problem(each, values.get(each.name, ""))) for each in inputs if not each.is_button)
    return {name: code for name, code in found if code}


def _is_offered(asked: Input, value: str) -> bool:
    if not is_storable(value):
        return False
    if asked.type in ("tick", "button"):
        return value == asked.value
    return asked.type != "choice" or value == "" or any(value == each for each, _label in asked.choices)


def _problem(asked: Input, value: str) -> str:
    if not value:
        # A box that has to be ticked is its element's business: it knows what to say.
        return "missing" if asked.required and asked.type != "tick" else ""
    if len(value) > asked.most:
        return "too_long"
    if asked.type == "date" and _day(value) is None:
        return "no_date"
    if asked.type == "email" and not ADDRESS.fullmatch(value):
        return "no_address"
    return ""


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-01-31") else None
    except ValueError:
        return None
