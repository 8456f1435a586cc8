"""Whether the flows that run inside a flow are there, sound, and do not run one another in a circle. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .findings import Context, Finding

MOST_EXPANDED = 1_000


def find(definition: Mapping[str, Any], context: Context) -> Iterator[Finding]:
    """Yield what is wrong with the sub-flows of ``definition``, at the elements that name them."""
    found = []
    sound: set[str] = set()
    for row in rows_of(definition):
        if row.get("kind") == "sub_flow":
            circle = _circle(str(row.get("flow")), [context.name] if context.name else [], context, sound)
            if circle:
                found.append(Finding("sub_flow.circle", row["id"], {"flows": " → ".join(circle)}))
    if not found and _size(definition, context, {}) > MOST_EXPANDED:
        found.append(Finding("flow.too_long", values={"most": MOST_EXPANDED}))
    yield from found


def rows_of(definition: Any) -> Iterator[dict[str, Any]]:
    """Yield every element of a definition as it is written, outer ones first. What has no shape is passed over."""
    waiting = [definition.get("elements")] if isinstance(definition, Mapping) else []
    while waiting:
        rows = waiting.pop()
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict):
                continue
            yield row
            outcomes = row.get("outcomes")
            inner = [*(outcomes if isinstance(outcomes, list) else ()), row.get("otherwise")]
            waiting += [each.get("elements") for each in inner if isinstance(each, dict)]


def names_in(definition: Any) -> set[str]:
    """Return the names of the flows that run inside ``definition``, directly."""
    return {str(row.get("flow")) for row in rows_of(definition) if row.get("kind") == "sub_flow"}


def _circle(name: str, above: list[str], context: Context, sound: set[str]) -> list[str]:
    """Return the names on a way from ``name`` back to one of ``above``; empty when there is none.

    ``sound`` are the flows that were looked at and lead into no circle: each is looked at once.
    """
    if name in above:
        return [*above[above.index(name) :], name]
    if name in sound:
        return []
    for inner in sorted(names_in(context.flows.get(name))):
        found = _circle(inner, [*above, name], context, sound)
        if found:
            return found
    sound.add(name)
    return []


def _size(definition: Any, context: Context, sizes: dict[str, int]) -> int:
    """Return how many elements there are with every sub-flow in place. There is no circle among them."""
    total = 0
    for row in rows_of(definition):
        total += 1
        if row.get("kind") == "sub_flow":
            name = str(row.get("flow"))
            if name not in sizes:
                sizes[name] = _size(context.flows.get(name), context, sizes)
            total += sizes[name]
    return total
