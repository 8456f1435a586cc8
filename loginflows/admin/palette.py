"""The palette: what can be added to a flow, in its groups, each with a sentence about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from .. import element_texts
from ..elements import KINDS
from ..elements.kind import Group


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of element: its name as a code and in words, and what it does."""

    kind: str
    name: str | Promise
    does: str | Promise


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """Kinds that belong together."""

    group: str
    name: str | Promise
    offers: tuple[Offer, ...]


def groups() -> tuple[PaletteGroup, ...]:
    """Return the groups of the palette, each with its kinds in the order in which they are registered."""
    return tuple(
        PaletteGroup(
            group.value,
            element_texts.GROUPS[group.value],
            tuple(Offer(kind.name, *element_texts.KINDS[kind.name]) for kind in KINDS.values() if kind.group is group),
        )
        for group in Group
    )
