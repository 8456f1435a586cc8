"""The outline of a flow: nested lists of its elements, with what can be done to each. The builder's source of truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .. import condition_texts, editing, element_texts, finding_texts, tree
from ..editing import EditRefused
from ..elements import KINDS
from ..elements.kind import Group
from ..tree import ROOT, Place, Row
from ..validate import Finding


@dataclass(frozen=True, slots=True)
class Node:
    """An element as the outline shows it. ``findings`` are the sentences of what is wrong with it, errors before warnings."""

    id: str
    number: int
    kind: str
    kind_name: str
    group: str
    title: str
    can_up: bool
    can_down: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    add_after: str
    branches: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A branch of a decision, with what its conditions say."""

    key: str
    label: str
    says: str
    sequence: Steps


@dataclass(frozen=True, slots=True)
class Steps:
    """Elements one after the other; ``add_first`` is the place before the first of them."""

    add_first: str
    nodes: tuple[Node, ...] = field(default_factory=tuple)


def kind_name(kind: str) -> str:
    """Return a kind of element in words; a kind that nobody knows as it is written."""
    return element_texts.kind_name(kind)


def group_of(kind: str) -> str:
    """Return the group of a kind, "unknown" for one that nobody knows."""
    known = KINDS.get(kind)
    return known.group.value if known else "unknown"


def endings() -> frozenset[str]:
    """Return the kinds after which nothing follows."""
    return frozenset(name for name, kind in KINDS.items() if kind.group is Group.END)


def name_of(row: Row) -> str:
    """Return what an element is called: its title, or its kind."""
    return tree.text(row, "title") or kind_name(tree.text(row, "kind"))


def outline(definition: Any, findings: Sequence[Finding]) -> Steps:
    """Return the outline of ``definition``."""
    by_element: dict[str, list[Finding]] = {}
    for each in findings:
        by_element.setdefault(each.element, []).append(each)
    return _Outline(definition, by_element).steps(tree.elements_of(definition), ROOT, depth=0)


class _Outline:
    def __init__(self, definition: Any, findings: Mapping[str, list[Finding]]) -> None:
        self.findings = findings
        self.number = 0

    def steps(self, rows: list[Row], key: str, *, depth: int) -> Steps:
        nodes = tuple(self._node(row, Place(key, index), depth, len(rows)) for index, row in enumerate(rows))
        return Steps(str(Place(key, 0)), nodes)

    def _node(self, row: Row, place: Place, depth: int, length: int) -> Node:
        self.number += 1
        number, kind, name = self.number, tree.text(row, "kind"), tree.text(row, "id")
        found = self.findings.get(name, ())
        return Node(
            id=name,
            number=number,
            kind=kind,
            kind_name=kind_name(kind),
            group=group_of(kind),
            title=name_of(row),
            can_up=bool(depth or place.index),
            can_down=bool(depth or place.index + 1 < length),
            errors=tuple(finding_texts.message(each) for each in found if each.is_error),
            warnings=tuple(finding_texts.message(each) for each in found if not each.is_error),
            add_after=str(Place(place.sequence, place.index + 1)),
            branches=tuple(
                Way(
                    each.key,
                    each.label,
                    condition_texts.says(each.outcome),
                    self.steps(each.elements, each.key, depth=depth + 1),
                )
                for each in tree.branches(row)
            ),
        )


def place_names(definition: Row, element_id: str) -> list[tuple[str, str]]:
    """Return the places to which an element can be moved, each with its words, as choices."""
    try:
        places = editing.places(definition, element_id)
    except EditRefused:
        return []
    name = _namer(definition)
    return [(str(place), name(place)) for place in places]


def place_name(definition: Row, place: Place) -> str:
    """Return a place in words."""
    return _namer(definition)(place)


def _namer(definition: Row) -> Callable[[Place], str]:
    items = {str(item.place): item for item in tree.walk(definition)}
    ways = {branch.key: (item, branch) for item in items.values() for branch in tree.branches(item.row)}

    def name(place: Place) -> str:
        before = items.get(str(Place(place.sequence, place.index - 1))) if place.index else None
        if before is not None:
            return _("after step %(number)d, %(name)s") % {"number": before.number, "name": name_of(before.row)}
        if place.sequence not in ways:
            return _("at the beginning of the flow")
        item, branch = ways[place.sequence]
        words = {"number": item.number, "name": name_of(item.row), "branch": branch.label or _("otherwise")}
        return _("first on “%(branch)s” of step %(number)d, %(name)s") % words

    return name
