"""Values inside texts: ``{user.first_name}`` or ``{variables.phone}``. Pure; no code, and never a secret."""

from __future__ import annotations

import re

from .state import View

PLACEHOLDER = re.compile(r"\{([a-z]+\.[a-z0-9_.-]+)\}")


def used(text: str) -> list[str]:
    """Return the subjects that ``text`` names."""
    return PLACEHOLDER.findall(text)


def fill(text: str, view: View) -> str:
    """Return ``text`` with the values in place; what has no value becomes nothing, and a secret stays hidden."""
    return PLACEHOLDER.sub(lambda match: _said(view.shown(match[1])), text)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
