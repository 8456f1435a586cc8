"""Two definitions, element by element: what was added, removed, changed, moved, and which fields differ. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from . import tree
from .tree import Item, Row

INSIDE = frozenset({"outcomes", "otherwise"})


class Change(StrEnum):
    """How an element differs. One that is both moved and changed counts as changed, and ``is_moved`` is set."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


MARKS = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~", Change.MOVED: "↕", Change.SAME: ""}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an element, or of an outcome of it, before and after; "" where it is not set."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One element in both definitions: its number in each (0 where it is not), and what differs."""

    id: str
    kind: str
    title: str
    change: Change
    before: int = 0
    after: int = 0
    is_moved: bool = False
    fields: tuple[FieldChange, ...] = ()

    @property
    def mark(self) -> str:
        """Return +, -, ~ or ↕; "" for what is the same."""
        return MARKS[self.change]


def compare(before: Any, after: Any) -> list[Difference]:
    """Return every element of both, in the order of ``after``, each removed one where it stood."""
    olds = {item.id: item for item in tree.walk(before)}
    news = {item.id: item for item in tree.walk(after)}
    moved = _moved(olds, news)
    found: list[Difference] = []
    for name in _in_order(list(olds), list(news)):
        old, new = olds.get(name), news.get(name)
        shown = new or old
        assert shown is not None
        fields = tuple(_fields(old.row, new.row)) if old and new else ()
        change = _change(old, new, bool(fields), name in moved)
        title = tree.text(shown.row, "title") or name
        numbers = (old.number if old else 0, new.number if new else 0)
        found.append(Difference(name, tree.text(shown.row, "kind"), title, change, *numbers, name in moved, fields))
    return found


def marks(differences: list[Difference]) -> dict[str, str]:
    """Return the mark of each element that differs, by its id."""
    return {each.id: each.mark for each in differences if each.mark}


def _change(old: Item | None, new: Item | None, is_changed: bool, is_moved: bool) -> Change:  # noqa: FBT001 - private
    if old is None:
        return Change.ADDED
    if new is None:
        return Change.REMOVED
    if is_changed:
        return Change.CHANGED
    return Change.MOVED if is_moved else Change.SAME


def _in_order(olds: list[str], news: list[str]) -> Iterator[str]:
    known, removed = set(news), [name for name in olds if name not in set(news)]
    behind: dict[str, list[str]] = {}
    last = ""
    for name in olds:
        if name in known:
            last = name
        else:
            behind.setdefault(last, []).append(name)
    yield from behind.get("", [])
    for name in news:
        yield name
        yield from behind.get(name, [])
    assert len(removed) == sum(map(len, behind.values()))


def _moved(olds: dict[str, Item], news: dict[str, Item]) -> set[str]:
    """Return what stands in another sequence, or in another order among those that stayed in theirs."""
    both = [name for name in news if name in olds]
    moved = {name for name in both if olds[name].place.sequence != news[name].place.sequence}
    stayed = [name for name in both if name not in moved]
    for key in {news[name].place.sequence for name in stayed}:
        now = [name for name in stayed if news[name].place.sequence == key]
        then = sorted(now, key=lambda name: olds[name].place.index)
        kept = SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks()
        moved |= set(now) - {name for block in kept for name in now[block.b : block.b + block.size]}
    return moved


def _fields(old: Row, new: Row) -> Iterator[FieldChange]:
    yield from _differing(old, new, "")
    olds = {branch.key: branch for branch in tree.branches(old)}
    news = {branch.key: branch for branch in tree.branches(new)}
    for key in dict.fromkeys([*olds, *news]):
        sides = [side[key].outcome if key in side else {} for side in (olds, news)]
        label = (news.get(key) or olds[key]).label
        yield from _differing(sides[0], sides[1], f"{label or key}: ")
    orders = [[branch.key for branch in side.values() if branch.key in olds and branch.key in news] for side in (olds, news)]
    if orders[0] != orders[1]:
        yield FieldChange("order", *(" · ".join((news.get(k) or olds[k]).label for k in order) for order in orders))


def _differing(old: Row, new: Row, prefix: str) -> Iterator[FieldChange]:
    for name in dict.fromkeys([*old, *new]):
        if name in INSIDE or name in ("id", "elements") or old.get(name) == new.get(name):
            continue
        yield FieldChange(prefix + name, _shown(old.get(name)), _shown(new.get(name)))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
