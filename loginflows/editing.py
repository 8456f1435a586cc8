"""Edits of a definition: add, move, duplicate, delete, replace. Pure: every edit returns a new definition.

An edit that makes no sense raises EditRefused with a stable code and leaves everything as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import tree
from .tree import DECISION, ROOT, Item, Place, Row

MOST_ID = 40


class EditRefused(Exception):
    """An edit that cannot be made. Its text is a stable code."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an edit: the new definition, and the element to look at next ("" for none)."""

    definition: Row
    element: str = ""


def new_id(kind: str, taken: Iterable[str]) -> str:
    """Return an id of up to 40 characters that none of ``taken`` is: ``message``, then ``message_2`` and so on."""
    known, number, name = set(taken), 1, kind[: MOST_ID - 5]
    while name in known:
        number += 1
        name = f"{kind[: MOST_ID - 5]}_{number}"
    return name


def add(definition: Row, place: Place, row: Row) -> Edited:
    """Put a new element, whose id is made here, at ``place``."""
    changed = copy.deepcopy(definition)
    rows = _sequence(changed, place.sequence)
    name = new_id(str(row["kind"]), tree.ids(changed))
    rows.insert(min(place.index, len(rows)), {"id": name, **copy.deepcopy({k: v for k, v in row.items() if k != "id"})})
    return Edited(changed, name)


def replace(definition: Row, element_id: str, row: Row) -> Edited:
    """Put ``row`` in the place of the element, which keeps its id."""
    changed = copy.deepcopy(definition)
    item = _item(changed, element_id)
    _sequence(changed, item.place.sequence)[item.place.index] = {**copy.deepcopy(row), "id": element_id}
    return Edited(changed, element_id)


def move(definition: Row, element_id: str, to: Place) -> Edited:
    """Move an element to ``to``, a place of the definition as it is now. It cannot go into itself."""
    changed = copy.deepcopy(definition)
    item = _item(changed, element_id)
    if to.sequence in tree.inside(item.row):
        raise EditRefused("into_itself")
    source, target = _sequence(changed, item.place.sequence), _sequence(changed, to.sequence)
    source.pop(item.place.index)
    ahead = source is target and to.index > item.place.index
    target.insert(min(to.index - ahead, len(target)), item.row)
    return Edited(changed, element_id)


def move_up(definition: Row, element_id: str) -> Edited:
    """Move an element before the one before it; the first of a branch goes out of it, before its decision."""
    item = _item(definition, element_id)
    if item.place.index:
        return move(definition, element_id, Place(item.place.sequence, item.place.index - 1))
    return move(definition, element_id, _beside(definition, item, 0))


def move_down(definition: Row, element_id: str) -> Edited:
    """Move an element behind the one after it; the last of a branch goes out of it, behind its decision."""
    item = _item(definition, element_id)
    if item.place.index + 1 < len(_sequence(definition, item.place.sequence)):
        return move(definition, element_id, Place(item.place.sequence, item.place.index + 2))
    return move(definition, element_id, _beside(definition, item, 1))


def duplicate(definition: Row, element_id: str) -> Edited:
    """Put a copy behind the element; it and everything inside it get ids of their own."""
    changed = copy.deepcopy(definition)
    item = _item(changed, element_id)
    twin, taken = copy.deepcopy(item.row), set(tree.ids(changed))
    for each in tree.walk({"elements": [twin]}):
        each.row["id"] = new_id(str(each.row.get("kind")), taken)
        taken.add(each.row["id"])
    _sequence(changed, item.place.sequence).insert(item.place.index + 1, twin)
    return Edited(changed, twin["id"])


def delete(definition: Row, element_id: str) -> Edited:
    """Take an element out, with everything inside it. What to look at next is the element before it."""
    changed = copy.deepcopy(definition)
    item = _item(changed, element_id)
    _sequence(changed, item.place.sequence).pop(item.place.index)
    left = list(tree.walk(changed))
    return Edited(changed, left[max(item.number - 2, 0)].id if left else "")


def add_outcome(definition: Row, element_id: str, outcome: Row) -> Edited:
    """Give a decision one more outcome, the last before its otherwise."""
    changed = copy.deepcopy(definition)
    outcomes = _outcomes(changed, element_id)
    outcomes.append({"id": new_id("outcome", [str(each.get("id")) for each in outcomes]), **copy.deepcopy(outcome)})
    return Edited(changed, element_id)


def delete_outcome(definition: Row, element_id: str, outcome_id: str) -> Edited:
    """Take an outcome out, with the elements on it. A decision keeps at least one."""
    changed = copy.deepcopy(definition)
    outcomes = _outcomes(changed, element_id)
    if len(outcomes) < 2:
        raise EditRefused("last_outcome")
    outcomes.pop(_outcome(outcomes, outcome_id))
    return Edited(changed, element_id)


def move_outcome(definition: Row, element_id: str, outcome_id: str, step: int) -> Edited:
    """Move an outcome ``step`` places (-1 or 1): the first that matches is taken, so their order matters."""
    changed = copy.deepcopy(definition)
    outcomes = _outcomes(changed, element_id)
    index = _outcome(outcomes, outcome_id)
    if not 0 <= index + step < len(outcomes):
        raise EditRefused("edge")
    outcomes.insert(index + step, outcomes.pop(index))
    return Edited(changed, element_id)


def places(definition: Row, element_id: str) -> list[Place]:
    """Return the places to which an element can be moved, without those at which it stands already."""
    item = _item(definition, element_id)
    closed, here = tree.inside(item.row), {str(item.place), str(Place(item.place.sequence, item.place.index + 1))}
    every = [Place(key, index) for key, rows in tree.sequences(definition).items() for index in range(len(rows) + 1)]
    return [place for place in every if place.sequence not in closed and str(place) not in here]


def _item(definition: Row, element_id: str) -> Item:
    item = tree.find(definition, element_id)
    if item is None:
        raise EditRefused("gone")
    return item


def _sequence(definition: Row, key: str) -> list[Row]:
    """Return the list itself, so that changing it changes ``definition``; that of a branch without elements is made."""
    if key == ROOT:
        return _list(definition)
    decision, _slash, outcome = key.partition("/")
    item = _item(definition, decision)
    for branch in tree.branches(item.row):
        if branch.key == key:
            return _list(branch.outcome if outcome else item.row.setdefault("otherwise", branch.outcome))
    raise EditRefused("gone")


def _list(owner: Row) -> list[Row]:
    rows: list[Row] = owner.setdefault("elements", [])
    return rows


def _beside(definition: Row, item: Item, step: int) -> Place:
    """Return the place before (0) or behind (1) the decision on one of whose branches the element stands."""
    if item.place.sequence == ROOT:
        raise EditRefused("edge")
    decision = _item(definition, item.place.sequence.partition("/")[0])
    return Place(decision.place.sequence, decision.place.index + step)


def _outcomes(definition: Row, element_id: str) -> list[Row]:
    item = _item(definition, element_id)
    if item.row.get("kind") != DECISION:
        raise EditRefused("gone")
    outcomes: list[Row] = item.row.setdefault("outcomes", [])
    return outcomes


def _outcome(outcomes: list[Row], outcome_id: str) -> int:
    for index, each in enumerate(outcomes):
        if each.get("id") == outcome_id:
            return index
    raise EditRefused("gone")


def as_definition(definition: Any) -> Row:
    """Return ``definition`` if it can be edited, else an empty one of the newest schema."""
    if isinstance(definition, dict) and isinstance(definition.get("elements"), list):
        return definition
    return {"schema": 2, "elements": []}
