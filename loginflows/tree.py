"""A definition as a tree: its sequences, its places, its elements in the order in which an outline numbers them. Pure.

A *sequence* holds elements one after the other: the flow's own (key ``""``), that of a decision's outcome
(``network/trusted``) and that of its otherwise (``network/``). A *place* is a sequence and an index in it, written
``network/trusted:0``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
DECISION = "decision"
ROOT = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands or could stand: before the element at ``index`` of ``sequence``, counted from 0."""

    sequence: str
    index: int

    def __str__(self) -> str:
        return f"{self.sequence}:{self.index}"

    @classmethod
    def parse(cls, written: str) -> Place | None:
        """Return the place that ``str`` wrote; None for anything else."""
        sequence, colon, index = written.rpartition(":")
        return cls(sequence, int(index)) if colon and index.isascii() and index.isdigit() and len(index) < 5 else None


@dataclass(frozen=True, slots=True)
class Item:
    """An element with its place, its number in the outline (from 1) and how deep it stands (the flow's own sequence is 0)."""

    row: Row
    place: Place
    number: int
    depth: int

    @property
    def id(self) -> str:
        """Return the element's id."""
        return str(self.row.get("id", ""))


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a decision: its key as a sequence, its label, and the elements on it."""

    key: str
    label: str
    elements: list[Row]
    outcome: Row
    is_otherwise: bool


def elements_of(owner: Any) -> list[Row]:
    """Return the elements of a definition, an outcome or an otherwise; what has not their shape has none."""
    rows = owner.get("elements") if isinstance(owner, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def branches(row: Row) -> list[Branch]:
    """Return the branches of a decision in their order, the otherwise last; none for any other element."""
    if row.get("kind") != DECISION:
        return []
    outcomes = row.get("outcomes")
    known = [each for each in outcomes if isinstance(each, dict)] if isinstance(outcomes, list) else []
    found = [
        Branch(branch_key(row, str(each.get("id"))), text(each, "label"), elements_of(each), each, is_otherwise=False)
        for each in known
    ]
    otherwise = row.get("otherwise")
    otherwise = otherwise if isinstance(otherwise, dict) else {}
    return [
        *found,
        Branch(branch_key(row, ""), text(otherwise, "label"), elements_of(otherwise), otherwise, is_otherwise=True),
    ]


def branch_key(row: Row, outcome: str) -> str:
    """Return the key of a decision's branch; the otherwise has no outcome's id."""
    return f"{row.get('id')}/{outcome}"


def text(row: Row, name: str) -> str:
    """Return a text of ``row``; "" when it is missing or no text."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def walk(definition: Any) -> Iterator[Item]:
    """Yield every element in the order of the outline: a decision before what is on its branches."""
    number = 0

    def through(rows: list[Row], sequence: str, depth: int) -> Iterator[Item]:
        nonlocal number
        for index, row in enumerate(rows):
            number += 1
            yield Item(row, Place(sequence, index), number, depth)
            for branch in branches(row):
                yield from through(branch.elements, branch.key, depth + 1)

    yield from through(elements_of(definition), ROOT, 0)


def sequences(definition: Any) -> dict[str, list[Row]]:
    """Return every sequence by its key, in the order of the outline."""
    found = {ROOT: elements_of(definition)}
    for item in walk(definition):
        found.update((branch.key, branch.elements) for branch in branches(item.row))
    return found


def find(definition: Any, element_id: str) -> Item | None:
    """Return the element with that id; None when there is none."""
    return next((item for item in walk(definition) if item.id == element_id), None)


def inside(row: Row) -> frozenset[str]:
    """Return the keys of the sequences within ``row``, at any depth."""
    return frozenset(sequences({"elements": [row]})) - {ROOT}


def ids(definition: Any) -> frozenset[str]:
    """Return the ids of all elements."""
    return frozenset(item.id for item in walk(definition))
