"""Whether a definition has the shape of a flow: elements with ids and kinds, outcomes with their sequences. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .definition import MOST_DEPTH, OTHERWISE, SCHEMA
from .elements import KINDS
from .findings import Finding

MOST_ELEMENTS, MOST_OUTCOMES, LABEL_LENGTH = 200, 20, 100
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MEMBERS = frozenset({"schema", "elements"})
OUTCOME_MEMBERS = frozenset({"id", "label", "match", "conditions", "elements"})
MATCHES = ("all", "any")


@dataclass(slots=True)
class _Seen:
    ids: Counter[str] = field(default_factory=Counter)
    elements: int = 0
    too_deep: bool = False


def find(definition: Any) -> Iterator[Finding]:
    """Yield what keeps ``definition`` from being read."""
    if not isinstance(definition, dict) or not isinstance(definition.get("elements"), list) or set(definition) - MEMBERS:
        yield Finding("flow.shape")
        return
    if definition.get("schema", SCHEMA) != SCHEMA:
        yield Finding("flow.schema", values={"schema": SCHEMA})
        return
    if not definition["elements"]:
        yield Finding("flow.empty")
    seen = _Seen()
    found = list(_in_sequence(definition["elements"], seen, 0, "#"))
    if seen.elements > MOST_ELEMENTS:
        yield Finding("flow.too_long", values={"most": MOST_ELEMENTS})
        return
    if seen.too_deep:
        yield Finding("flow.too_deep", values={"most": MOST_DEPTH})
        return
    yield from found
    yield from (Finding("element.id_twice", name) for name, times in seen.ids.items() if times > 1)


def _in_sequence(rows: list[Any], seen: _Seen, depth: int, place: str) -> Iterator[Finding]:
    seen.too_deep = seen.too_deep or depth > MOST_DEPTH
    seen.elements += len(rows)
    if seen.too_deep or seen.elements > MOST_ELEMENTS:
        return
    for number, row in enumerate(rows, start=1):
        yield from _in_element(row, seen, depth, f"{place}{number}")


def _in_element(row: Any, seen: _Seen, depth: int, place: str) -> Iterator[Finding]:
    if not isinstance(row, dict):
        yield Finding("element.shape", place)
        return
    name = row.get("id")
    if isinstance(name, str) and NAME.fullmatch(name):
        seen.ids[name] += 1
        place = name
    else:
        yield Finding("element.id", place)
    named = row.get("kind")
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None:
        yield Finding("element.kind", place, {"kind": str(named)[:40], "kinds": ", ".join(KINDS)})
    elif kind.has_outcomes:
        yield from _in_decision(row, seen, depth, place)


def _in_decision(row: dict[str, Any], seen: _Seen, depth: int, place: str) -> Iterator[Finding]:
    outcomes, otherwise = row.get("outcomes"), row.get("otherwise", {})
    if not isinstance(outcomes, list) or not 1 <= len(outcomes) <= MOST_OUTCOMES:
        yield Finding("decision.outcomes", place, {"most": MOST_OUTCOMES})
        return
    if not isinstance(otherwise, dict) or set(otherwise) - {"label", "elements"} or not _is_labelled(otherwise):
        yield Finding("decision.otherwise", place)
        return
    yield from _in_sequence(otherwise.get("elements", []), seen, depth + 1, f"{place}.{OTHERWISE}.")
    names = Counter({OTHERWISE: 1})
    for number, outcome in enumerate(outcomes, start=1):
        if not _is_outcome(outcome):
            yield Finding("decision.outcome_shape", place, {"outcome": number})
            continue
        names[outcome["id"]] += 1
        yield from _in_sequence(outcome.get("elements", []), seen, depth + 1, f"{place}.{outcome['id']}.")
    if max(names.values()) > 1:
        yield Finding("decision.outcome_twice", place)


def _is_outcome(outcome: Any) -> bool:
    return (
        isinstance(outcome, dict)
        and not set(outcome) - OUTCOME_MEMBERS
        and isinstance(outcome.get("id"), str)
        and NAME.fullmatch(outcome["id"]) is not None
        and outcome.get("match", "all") in MATCHES
        and isinstance(outcome.get("conditions", []), list)
        and _is_labelled(outcome)
    )


def _is_labelled(outcome: dict[str, Any]) -> bool:
    label = outcome.get("label", "")
    return isinstance(label, str) and len(label) <= LABEL_LENGTH and isinstance(outcome.get("elements", []), list)
