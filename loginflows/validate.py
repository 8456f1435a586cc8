"""What is wrong with a definition, each finding with its element. Pure.

Promise: a flow without errors here can be read by the engine, every run of it that is answered comes to an end, and none
raises the level without a verification on its path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import field_rules, path_rules, shape_rules, sub_flow_rules
from .definition import FlowBroken, read
from .findings import NO_CONTEXT, Context, Finding

__all__ = ["Context", "Finding", "validate"]


def validate(definition: Any, context: Context = NO_CONTEXT) -> tuple[Finding, ...]:
    """Return everything that is wrong with ``definition``, which may be any JSON value."""
    found = tuple(shape_rules.find(definition)) or tuple(field_rules.find(definition, context))
    found = found or tuple(sub_flow_rules.find(definition, context))
    if any(finding.is_error for finding in found):
        return found
    return (*found, *_on_the_paths(definition, context))


def _on_the_paths(definition: Any, context: Context) -> Iterator[Finding]:
    try:
        flow = read(definition, context.flows)
    except FlowBroken as broken:
        yield Finding("flow.unreadable", values={"why": str(broken)})
        return
    yield from path_rules.find(flow, context)
