"""The templates that a flow can begin with: files like those of an export, one for each worked example (R8.29–8.36)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from .. import exchange, secret_fields, tree
from ..exchange import Luggage
from ..tree import Row

FOLDER = Path(__file__).parent
# In the order of the list: what most begin with first.
NAMES = (
    "two_factor_off_network",
    "terms_of_service",
    "confirm_details",
    "email_code",
    "totp_registration",
    "third_party_check",
    "limit_sessions",
    "out_of_hours_notice",
    "survey",
    "maintenance",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A template, by the key by which it is chosen."""

    key: str
    name: str
    description: str
    definition: Row
    luggage: Luggage


@cache
def all_templates() -> dict[str, Template]:
    """Return the templates by key."""
    return {name: _read(name) for name in NAMES}


def fresh(template: Template) -> tuple[Template, list[tuple[str, str]]]:
    """Return the template with secrets of its own, and those as pairs of the element's title and the secret.

    SECURITY: a passcode that stood in the file would be known to everybody who has the file.
    """
    definition: Row = json.loads(json.dumps(template.definition))
    made = []
    for item in tree.walk(definition):
        for name in secret_fields.NAMES.get(tree.text(item.row, "kind"), ()):
            item.row[name] = secrets.token_urlsafe(12)
            made.append((tree.text(item.row, "title"), item.row[name]))
    return replace(template, definition=definition), made


def _read(key: str) -> Template:
    document = json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))
    definition = {"schema": document["schema"], "elements": document["elements"]}
    return Template(key, document["name"], document["description"], definition, exchange.unpack(document))
