"""A flow's definition as values: JSON in, elements out. Pure.

The shape is ``{"schema": 2, "elements": [{"id": "terms", "kind": "terms", "title": …}, …]}``: a sequence of elements, each
with an id that is unique in the flow, the name of its kind, and the fields of that kind. A decision holds ``outcomes`` and
``otherwise``, each with a sequence of its own; they rejoin after it unless they end. A definition without ``schema`` is one
of the first release.

A sub-flow is read in place: its elements stand inside the element that names it, with that element's id in front of theirs.
A *finish* in there ends the sub-flow, and the flow around it goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .elements import KINDS
from .elements.kind import Branch, Element, Ending, Kind
from .inputs import NOTHING
from .state import FlowBroken

__all__ = ["SCHEMA", "Flow", "FlowBroken", "kind_of", "read", "walk"]

SCHEMA = 2
OTHERWISE, SUB_FLOW = "otherwise", "flow"
MOST_DEPTH = 12
STRUCTURE = frozenset({"id", "kind", "outcomes", "otherwise"})


@dataclass(frozen=True, slots=True)
class Flow:
    """The elements of one version, in their order, and how they follow one another."""

    elements: tuple[Element, ...]
    _by_id: dict[str, Element] = field(init=False, repr=False, compare=False, default_factory=dict)
    _after: dict[str, Element | None] = field(init=False, repr=False, compare=False, default_factory=dict)
    _outer: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _screens: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._place(self.elements, None, "")

    def _place(self, sequence: tuple[Element, ...], after: Element | None, outer: str) -> None:
        """Note what follows each element of ``sequence``; backwards, so that what follows is counted already."""
        for place in range(len(sequence) - 1, -1, -1):
            element = sequence[place]
            following = sequence[place + 1] if place + 1 < len(sequence) else after
            self._by_id[element.id], self._after[element.id], self._outer[element.id] = element, following, outer
            for branch in element.branches:
                self._place(branch.elements, following, element.id if branch.id == SUB_FLOW else outer)
            self._screens[element.id] = self._screens_from(element, following)

    def _screens_from(self, element: Element, following: Element | None) -> int:
        kind = kind_of(element)
        if kind.ending is not None:
            around = self._outer[element.id] if kind.ending is Ending.FINISH else ""
            return self._count(self._after.get(around)) if around else 0
        if not element.branches:
            return (kind.screen is not None) + self._count(following)
        firsts = [branch.elements[0] if branch.elements else following for branch in element.branches]
        return max(self._count(first) for first in firsts)

    def _count(self, element: Element | None) -> int:
        return self._screens.get(element.id, 0) if element is not None else 0

    def element(self, element_id: str) -> Element:
        """Return the element with that id; raises FlowBroken when there is none."""
        try:
            return self._by_id[element_id]
        except KeyError:
            raise FlowBroken(f"There is no element {element_id!r}.") from None

    def after(self, element: Element) -> Element:
        """Return the element that follows; raises FlowBroken at the last one, for a flow has to say how it ends."""
        following = self._after[element.id]
        if following is None:
            raise FlowBroken(f"Nothing follows {element.id!r}.")
        return following

    def into(self, element: Element, branch_id: str) -> Element:
        """Return the first element of that branch, or what follows ``element`` if the branch is empty."""
        branch = next((each for each in element.branches if each.id == branch_id), None)
        if branch is None:
            raise FlowBroken(f"{element.id!r} has no branch {branch_id!r}.")
        return branch.elements[0] if branch.elements else self.after(element)

    def around(self, element: Element) -> Element | None:
        """Return the sub-flow element that ``element`` stands in; None for the flow itself."""
        outer = self._outer[element.id]
        return self._by_id[outer] if outer else None

    def screens_from(self, element: Element) -> int:
        """Return how many screens the longest way from ``element`` on shows, its own included."""
        return self._screens[element.id]

    def all(self) -> Iterator[Element]:
        """Yield every element, outer ones before those inside them."""
        return walk(self.elements)


def walk(sequence: tuple[Element, ...]) -> Iterator[Element]:
    """Yield every element of ``sequence``, outer ones before those inside them."""
    for element in sequence:
        yield element
        for branch in element.branches:
            yield from walk(branch.elements)


def kind_of(element: Element) -> Kind:
    """Return the kind of ``element``; raises FlowBroken for one that nobody wrote."""
    kind = KINDS.get(element.kind)
    if kind is None:
        raise FlowBroken(f"There is no kind {element.kind!r}.")
    return kind


def read(definition: Any, sub_flows: Mapping[str, Any] = NOTHING) -> Flow:
    """Return the flow that ``definition`` describes; raises FlowBroken for what has not the shape of one.

    ``sub_flows`` are the definitions of the flows that it names, by name.
    """
    try:
        elements = _Reader(sub_flows).sequence(definition["elements"], "", 0)
    except (TypeError, KeyError, AttributeError) as error:
        raise FlowBroken("The definition does not have the shape of a flow.") from error
    if not elements:
        raise FlowBroken("The flow has no elements.")
    return Flow(elements)


class _Reader:
    def __init__(self, sub_flows: Mapping[str, Any]) -> None:
        self.sub_flows = sub_flows
        self.seen: set[str] = set()

    def sequence(self, rows: Any, prefix: str, depth: int) -> tuple[Element, ...]:
        if not isinstance(rows, list):
            raise TypeError("A sequence is a list.")
        if depth > MOST_DEPTH:
            raise FlowBroken("The flow is nested too deeply.")
        return tuple(self._element(row, prefix, depth) for row in rows)

    def _element(self, row: Any, prefix: str, depth: int) -> Element:
        if not isinstance(row["id"], str) or not isinstance(row["kind"], str):
            raise TypeError("The id and the kind of an element are texts.")
        name = prefix + row["id"]
        if name in self.seen:
            raise FlowBroken(f"Two elements are named {name!r}.")
        self.seen.add(name)
        fields = {key: value for key, value in row.items() if key not in STRUCTURE}
        element = Element(name, row["kind"], _owned(fields, prefix), self._branches(row, name, prefix, depth))
        kind_of(element)
        return element

    def _branches(self, row: Any, name: str, prefix: str, depth: int) -> tuple[Branch, ...]:
        if row["kind"] == "sub_flow":
            inner = self.sub_flows.get(row.get("flow"))
            if inner is None:
                raise FlowBroken(f"There is no flow {row.get('flow')!r} to run inside this one.")
            return (Branch(SUB_FLOW, "", self.sequence(inner["elements"], f"{name}.", depth + 1)),)
        if row["kind"] != "decision":
            return ()
        outcomes = tuple(self._outcome(outcome, prefix, depth) for outcome in row["outcomes"])
        otherwise = row.get("otherwise") or {}
        last = Branch(
            OTHERWISE, str(otherwise.get("label") or ""), self.sequence(otherwise.get("elements", []), prefix, depth + 1)
        )
        return (*outcomes, last)

    def _outcome(self, outcome: Any, prefix: str, depth: int) -> Branch:
        return Branch(
            outcome["id"],
            str(outcome.get("label") or ""),
            self.sequence(outcome.get("elements", []), prefix, depth + 1),
            str(outcome.get("match") or "all"),
            tuple(_condition(each, prefix) for each in outcome.get("conditions", [])),
        )


def _condition(row: Any, prefix: str) -> dict[str, Any]:
    return {**row, "subject": _inside(row.get("subject"), prefix)}


def _owned(fields: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return the fields with results of a sub-flow's own elements under the names that they have here."""
    if not prefix:
        return fields
    owned = dict(fields)
    for name in ("values", "inputs", "payload"):
        if isinstance(owned.get(name), list):
            owned[name] = [{**row, "subject": _inside(row.get("subject"), prefix)} for row in owned[name]]
    return owned


def _inside(subject: Any, prefix: str) -> Any:
    family, _dot, name = subject.partition(".") if isinstance(subject, str) else ("", "", "")
    return f"results.{prefix}{name}" if family == "results" else subject
