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
    """What a registered action takes and gives: names with their types (text, number, tick), and whether it verifies somebody.

    ``required`` are the inputs that have no default.
    """

    inputs: Mapping[str, str] = NOTHING
    outputs: Mapping[str, str] = NOTHING
    verifies: bool = False
    label: str = ""
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """The site around a flow.

    ``name`` is the flow's own, ``flows`` the active definitions of every flow by name, ``attributes`` those that may be set
    beside the user's own, ``locations`` where *finish at* may lead to, ``private_webhooks`` whether this site's own network
    may be called, ``profiles`` how many have the flow (None: nobody asked), ``runs`` how many are on the active version now.
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
