"""What elements say to the engine: what to ask, what to do, what to call, and where to go on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..inputs import NOTHING


class Ending(StrEnum):
    """How a flow ends: the login goes on, or it is over (R8.8, R8.9)."""

    FINISH = "finish"
    LOG_OUT = "log_out"


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a screen's form. A button is a form of its own that sends nothing but ``value``.

    ``type`` is tick, button, text, long_text, choice, date, code, password or email; ``choices`` are pairs of value and
    label (a label that is "" comes from the texts); ``label`` "" means the label of that name in the texts.
    """

    name: str
    type: str = "text"
    value: str = ""
    label: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 500
    hint: str = ""

    @property
    def is_button(self) -> bool:
        """Whether it is a button beside the form."""
        return self.type == "button"


@dataclass(frozen=True, slots=True)
class Form:
    """What a screen asks and shows. ``shown`` is what its template needs beside the element's own fields."""

    inputs: tuple[Input, ...] = ()
    shown: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the caller does once for each run and element: ``kind`` says what, ``values`` of what."""

    kind: str
    element: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """Something that the caller does now and reports back: a code to check, a secret to make, a web address to call."""

    kind: str
    element: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call came back with: ``status`` is a stable code ("right", "wrong", "paused", "ok", "failed"), its values."""

    status: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """What an element makes of being come to, of an answer, or of a reply.

    Exactly one of these says what is next: ``waits`` (its screen is shown; ``problems`` maps inputs to stable codes),
    ``call``, ``ending`` (for ``reason``, with ``text`` for the person), ``branch`` (by id), or none of them: the run goes on.
    The rest is what it leaves behind. ``result`` is how the element went, for later decisions.
    """

    waits: bool = False
    problems: Mapping[str, str] = NOTHING
    call: Call | None = None
    ending: Ending | None = None
    reason: str = ""
    text: str = ""
    branch: str | None = None
    result: str = ""
    effects: tuple[Effect, ...] = ()
    variables: Mapping[str, Any] = NOTHING
    secrets: Mapping[str, Any] = NOTHING
    verified: str = ""
    memory: Mapping[str, Any] | None = None
    changed: Mapping[str, Any] = NOTHING
    location: str = ""
    shown: Mapping[str, Any] = NOTHING
    conditions: tuple[Any, ...] = ()
