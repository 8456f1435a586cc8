"""Whether the flows that run inside a flow are there, sound, and do not run one another in a circle. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .findings import Context, Finding

MOST_EXPANDED = 1_000


def find(definition: Mapping[str, Any], context: Context) -> Iterator[Finding]:
    """Yield what is wrong with the sub-flows of ``definition``, at the elements that name them."""
    for row in rows_of(definition):
        if row.get("kind") == "sub_flow":
            circle = _circle(str(row.get("flow")), [context.name] if context.name else [], context)
            if circle:
                yield Finding("sub_flow.circle", row["id"], {"flows": " → ".join(circle)})
    if _size(definition, context, 0) > MOST_EXPANDED:
        yield Finding("flow.too_long", values={"most": MOST_EXPANDED})


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


def _circle(name: str, above: list[str], context: Context) -> list[str]:
    """Return the names on a way from ``name`` back to one of ``above``; empty when there is none."""
    if name in above:
        return [*above[above.index(name) :], name]
    for inner in sorted(names_in(context.flows.get(name))):
        found = _circle(inner, [*above, name], context)
        if found:
            return found
    return []


def _size(definition: Any, context: Context, depth: int) -> int:
    """Return how many elements there are with every sub-flow in place; stops counting above the bound."""
    if depth > MOST_EXPANDED:
        return 0
    total = 0
    for row in rows_of(definition):
        total += 1
        if row.get("kind") == "sub_flow" and total <= MOST_EXPANDED:
            total += _size(context.flows.get(str(row.get("flow"))), context, depth + 1)
    return total
