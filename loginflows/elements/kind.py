"""What a kind of element is: the fields of its definition, the inputs of its form, and what its answer leads to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Values = Mapping[str, str]


class Ending(StrEnum):
    """How a flow ends: the login goes on, or it is over (R8.8, R8.9)."""

    FINISH = "finish"
    LOG_OUT = "log_out"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in an element's definition. ``max_length`` is in characters."""

    name: str
    max_length: int
    required: bool = True


@dataclass(frozen=True, slots=True)
class Input:
    """A field of an element's form. Each accepts one value, ``value``, which a tick box or a button sends."""

    name: str
    value: str
    is_button: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a flow: its id, unique in the flow, its kind by name, and the texts of its definition."""

    id: str
    kind: str
    texts: Values = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the text ``name``; "" when the definition leaves it out."""
        return self.texts.get(name, "")


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the caller writes down once for each run and element: ``kind`` says what, ``detail`` of what."""

    kind: str
    element: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an element makes of what was sent.

    ``problems`` maps an input to a stable code, and keeps the person on the screen. ``ending`` ends the flow here, for
    ``reason`` (a stable code), with ``text`` for the person. With neither the flow goes on to the next element.
    """

    problems: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    ending: Ending | None = None
    reason: str = ""
    text: str = ""


def go_on(element: Element, values: Values) -> Answer:
    """Answer for elements that only want to be read."""
    return Answer()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of element. One with an ``ending`` shows no screen; every other waits for an answer."""

    name: str
    texts: tuple[Text, ...] = ()
    inputs: tuple[Input, ...] = ()
    ending: Ending | None = None
    answer: Callable[[Element, Values], Answer] = go_on
