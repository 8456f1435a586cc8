"""What is wrong with a definition, each finding with its element. Pure.

Promise: a flow without errors here can be read by the engine, and every run of it that is answered comes to an end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sessions_policy.storable_text import is_storable

from .definition import kind_of, read
from .elements import KINDS
from .elements.kind import Ending, Text

MOST_ELEMENTS = 200
ELEMENT_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a stable code, the element by its id (or ``#3``, its place; "" for the whole flow).

    An error keeps a version from being activated; a warning does not.
    """

    code: str
    element: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    is_error: bool = True


def validate(definition: Any) -> tuple[Finding, ...]:
    """Return everything that is wrong with ``definition``, which may be any JSON value."""
    found = tuple(_in_shape(definition))
    return found or tuple(_on_the_paths(definition))


def _in_shape(definition: Any) -> Iterator[Finding]:
    if not isinstance(definition, dict) or not isinstance(definition.get("elements"), list) or len(definition) != 1:
        yield Finding("flow.shape")
        return
    rows = definition["elements"]
    if not rows:
        yield Finding("flow.empty")
    if len(rows) > MOST_ELEMENTS:
        yield Finding("flow.too_long", values={"most": MOST_ELEMENTS})
        return
    for place, row in enumerate(rows, start=1):
        yield from _in_element(row, f"#{place}")
    ids = Counter(str(row.get("id")) for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str))
    yield from (Finding("element.id_twice", name) for name, times in ids.items() if times > 1)


def _in_element(row: Any, place: str) -> Iterator[Finding]:
    if not isinstance(row, dict):
        yield Finding("element.shape", place)
        return
    name = row.get("id")
    if isinstance(name, str) and ELEMENT_ID.fullmatch(name):
        place = name
    else:
        yield Finding("element.id", place)
    named = row.get("kind")
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None:
        yield Finding("element.kind", place, {"kind": str(named)[:40], "kinds": ", ".join(KINDS)})
        return
    known = {"id", "kind"} | {text.name for text in kind.texts}
    yield from (Finding("field.unknown", place, {"field": str(extra)[:40]}) for extra in row if extra not in known)
    for text in kind.texts:
        yield from _in_text(row.get(text.name), text, place)


def _in_text(value: Any, text: Text, place: str) -> Iterator[Finding]:
    if value is None:
        if text.required:
            yield Finding("field.missing", place, {"field": text.name})
    elif not isinstance(value, str) or not is_storable(value):
        yield Finding("field.not_text", place, {"field": text.name})
    elif not value.strip():
        yield Finding("field.empty", place, {"field": text.name})
    elif len(value) > text.max_length:
        yield Finding("field.too_long", place, {"field": text.name, "most": text.max_length})


def _on_the_paths(definition: Any) -> Iterator[Finding]:
    flow = read(definition)
    reachable = list(flow.reachable())
    endings = [kind_of(element).ending for element in reachable]
    if endings[-1] is None:
        yield Finding("flow.no_end", reachable[-1].id)
    elif Ending.FINISH not in endings:
        yield Finding("flow.no_finish", reachable[-1].id)
    yield from (Finding("element.unreachable", each.id, is_error=False) for each in flow.elements if each not in reachable)
