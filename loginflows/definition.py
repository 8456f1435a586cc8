"""A flow's definition as values: JSON in, elements out. Pure.

The shape is ``{"elements": [{"id": "terms", "kind": "terms", "title": …}, …]}``: a sequence of elements, each with an id
that is unique in the flow, the name of its kind, and the texts of that kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .elements import KINDS
from .elements.kind import Element, Kind


class FlowBroken(Exception):
    """A definition or a state that the engine cannot go on with. Whoever runs the flow ends the login."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The elements of one version, in their order."""

    elements: tuple[Element, ...]

    def element(self, element_id: str) -> Element:
        """Return the element with that id; raises FlowBroken when there is none."""
        for element in self.elements:
            if element.id == element_id:
                return element
        raise FlowBroken(f"There is no element {element_id!r}.")

    def after(self, element: Element) -> Element:
        """Return the element that follows; raises FlowBroken at the last one, for a flow has to say how it ends."""
        position = self.elements.index(element) + 1
        if position == len(self.elements):
            raise FlowBroken(f"Nothing follows {element.id!r}.")
        return self.elements[position]

    def reachable(self) -> Iterator[Element]:
        """Yield the elements that a run can come to."""
        for element in self.elements:
            yield element
            if kind_of(element).ending is not None:
                return


def kind_of(element: Element) -> Kind:
    """Return the kind of ``element``; raises FlowBroken for one that nobody wrote."""
    kind = KINDS.get(element.kind)
    if kind is None:
        raise FlowBroken(f"There is no kind {element.kind!r}.")
    return kind


def read(definition: Any) -> Flow:
    """Return the flow that ``definition`` describes; raises FlowBroken for what has not the shape of one."""
    try:
        rows = definition["elements"]
        elements = tuple(_element(row) for row in rows)
    except (TypeError, KeyError, AttributeError) as error:
        raise FlowBroken("The definition does not have the shape of a flow.") from error
    if not elements:
        raise FlowBroken("The flow has no elements.")
    return Flow(elements)


def _element(row: Any) -> Element:
    texts = {name: value for name, value in row.items() if name not in ("id", "kind")}
    if not all(isinstance(value, str) for value in (row["id"], row["kind"], *texts.values())):
        raise TypeError("The id, the kind and the texts of an element are texts.")
    element = Element(row["id"], row["kind"], texts)
    kind_of(element)
    return element
