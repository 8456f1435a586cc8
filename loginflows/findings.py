"""What the validator finds, and what it is told of the site around a flow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .inputs import NOTHING


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a stable code, the element by its id (or ``#3``, its place; "" for the whole flow).

    An error keeps a version from being activated; a warning does not.
    """

    code: str
    element: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class ActionSignature:
    """What a registered action takes and gives: names with their types (text, number, tick), and whether it can verify somebody."""

    inputs: Mapping[str, str] = NOTHING
    outputs: Mapping[str, str] = NOTHING
    verifies: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The site around a flow: its own name, the active definitions of every flow by name, registered actions, attributes that may
    be set, addresses that *finish at* may lead to, whether web addresses need https, how many profiles have the flow (None: nobody
    asked), and how many runs are on an older version.
    """

    name: str = ""
    flows: Mapping[str, Any] = NOTHING
    actions: Mapping[str, ActionSignature] = NOTHING
    attributes: frozenset[str] = frozenset()
    locations: tuple[str, ...] = ()
    private_webhooks: bool = False
    profiles: int | None = None
    runs: int = 0


NO_CONTEXT = Context()
