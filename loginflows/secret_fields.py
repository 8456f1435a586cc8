"""Secrets in a definition: encrypted as it is saved, so that no page, export or revision shows one."""

from __future__ import annotations

import copy
import re
from typing import Any

from cryptography.fernet import InvalidToken

from accounts import secrets_at_rest

from .elements import KINDS
from .elements.kind import FieldType
from .sub_flow_rules import rows_of

PREFIX = "encrypted:"
# As Fernet writes them. What looks so is left as it is, whatever the key: saving must never change what ran.
HIDDEN = re.compile(rf"{PREFIX}gAAAA[A-Za-z0-9_-]{{60,}}={{0,2}}")
NAMES = {
    name: tuple(field.name for field in kind.fields if field.type is FieldType.SECRET)
    for name, kind in KINDS.items()
    if any(field.type is FieldType.SECRET for field in kind.fields)
}


def hide(definition: Any) -> Any:
    """Return ``definition`` with every secret encrypted; one that is encrypted stays as it is."""
    return _changed(definition, lambda value: value if HIDDEN.fullmatch(value) else PREFIX + secrets_at_rest.encrypt(value))


def leave_out(definition: Any) -> Any:
    """Return ``definition`` without its secrets, as an export has it: whoever imports it gives new ones."""
    return _changed(definition, lambda _value: "")


def reveal(value: str) -> str | None:
    """Return the plain text of an encrypted secret; None for what none of our keys can read."""
    if not value.startswith(PREFIX):
        return None
    try:
        return secrets_at_rest.decrypt(value.removeprefix(PREFIX))
    except InvalidToken:
        return None


def _changed(definition: Any, change: Any) -> Any:
    if not any(row.get("kind") in NAMES for row in rows_of(definition) if isinstance(row.get("kind"), str)):
        return definition
    changed = copy.deepcopy(definition)
    for row in rows_of(changed):
        kind = row.get("kind")
        for name in NAMES.get(kind, ()) if isinstance(kind, str) else ():
            if isinstance(row.get(name), str) and row[name]:
                row[name] = change(row[name])
    return changed
