"""What a kind of element is: the fields of its definition, the inputs of its screen, and what it makes of a run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..state import View
from .moves import Call, Effect, Ending, Form, Input, Move, Reply

__all__ = [
    "CONTINUE",
    "FAILED_TEXT",
    "GO_ON",
    "LOG_OUT",
    "ON_FAILURE",
    "OPTIONAL_TEXT",
    "OPTIONAL_TITLE",
    "TEXT",
    "TITLE",
    "TRIES",
    "Branch",
    "Call",
    "Effect",
    "Element",
    "Ending",
    "Field",
    "FieldType",
    "Form",
    "Group",
    "Input",
    "Kind",
    "Move",
    "Reply",
    "Values",
    "ends_on_failure",
    "failed",
]

Values = Mapping[str, str]


class Group(StrEnum):
    """The groups of the palette."""

    SCREEN = "screen"
    LOGIC = "logic"
    ACTION = "action"
    END = "end"


class FieldType(StrEnum):
    """The type of a field in a definition, and its shape in JSON.

    ``choices`` is a list of texts; ``inputs`` a list of ``{"name", "subject", "value"}`` of which one of the last two is
    set; ``form_fields`` a list of ``{"name", "label", "type", "required", "choices", "keep", "secret"}``; ``conditions`` a
    list of ``{"subject", "operator", "value"}``; ``outputs`` a list of ``{"name", "value"}``: an action's output, and the
    variable that keeps it; ``attributes`` and ``variables`` are lists of names. The others are texts; a ``secret`` is
    encrypted as it is saved.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    TICK = "tick"
    CONDITIONS = "conditions"
    FORM_FIELDS = "form_fields"
    SUBJECT = "subject"
    URL = "url"
    LOCATION = "location"
    FLOW = "flow"
    ACTION = "action"
    INPUTS = "inputs"
    VARIABLE = "variable"
    ATTRIBUTE = "attribute"
    ATTRIBUTES = "attributes"
    VARIABLES = "variables"
    OUTPUTS = "outputs"
    SECRET = "secret"  # noqa: S105 - the name of a type


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an element's definition. ``most`` and ``least`` bound characters, a number, or the length of a list."""

    name: str
    type: FieldType = FieldType.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    default: Any = None
    most: int = 200
    least: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """One sequence inside an element: an outcome of a decision (the last one has no conditions), or a sub-flow."""

    id: str
    label: str
    elements: tuple[Element, ...]
    match: str = "all"
    conditions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a flow: its id, unique in the flow, its kind by name, its fields, and what branches off inside it."""

    id: str
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    branches: tuple[Branch, ...] = ()

    @property
    def title(self) -> str:
        """The element's title, "" when it has none."""
        return self.text("title")

    def text(self, name: str) -> str:
        """Return the text ``name``; "" when the definition leaves it out."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str, default: int = 0) -> int:
        """Return the number ``name``."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def ticked(self, name: str) -> bool:
        """Whether the tick ``name`` is set."""
        return self.fields.get(name) is True

    def rows(self, name: str) -> tuple[Any, ...]:
        """Return the list ``name``; empty when the definition leaves it out."""
        value = self.fields.get(name)
        return tuple(value) if isinstance(value, list | tuple) else ()


GO_ON = Move()
WAIT = Move(waits=True)

Enter = Callable[[Element, View], Move]
Answered = Callable[[Element, Values, View], Move]
Resolved = Callable[[Element, Reply, View], Move]
Screened = Callable[[Element, View], Form]


def wait(element: Element, view: View) -> Move:
    """Show the screen."""
    return WAIT


def go_on(element: Element, values: Values, view: View) -> Move:
    """Answer for screens that only want to be read."""
    return GO_ON


def no_reply(element: Element, reply: Reply, view: View) -> Move:
    """An element that calls nothing gets no reply."""
    return WAIT


def no_inputs(element: Element, view: View) -> Form:
    """A screen that only wants to be read."""
    return Form()


def nothing(element: Element) -> frozenset[str]:
    """Name no variable."""
    return frozenset()


def never(element: Element) -> bool:
    """Answer no."""
    return False


def no_findings(element: Element) -> Iterator[tuple[str, Mapping[str, str | int]]]:
    """Find nothing."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of element.

    ``enter``, ``answer`` and ``resolve`` run it; ``screen`` is None for a kind that shows none. The rest is for the validator:
    ``sets`` names the variables that are set once it is passed; ``verifies`` whether everybody who passes it has verified
    something, ``may_verify`` whether those have whose result is "succeeded"; ``needs_verification`` whether that has to lie
    before it; ``results`` are the codes that it may leave; ``findings`` are its own rules, as codes with values.
    """

    name: str
    group: Group
    fields: tuple[Field, ...] = ()
    enter: Enter = wait
    screen: Screened | None = no_inputs
    answer: Answered = go_on
    resolve: Resolved = no_reply
    ending: Ending | None = None
    has_outcomes: bool = False
    results: tuple[str, ...] = ()
    sets: Callable[[Element], frozenset[str]] = nothing
    verifies: Callable[[Element], bool] = never
    may_verify: bool = False
    needs_verification: Callable[[Element], bool] = never
    may_end: Callable[[Element], bool] = never
    findings: Callable[[Element], Iterator[tuple[str, Mapping[str, str | int]]]] = no_findings

    def field(self, name: str) -> Field | None:
        """Return the field of that name."""
        return next((each for each in self.fields if each.name == name), None)


TITLE = Field("title", most=100)
OPTIONAL_TITLE = Field("title", required=False, most=100)
TEXT = Field("text", FieldType.LONG_TEXT, most=10_000)
OPTIONAL_TEXT = Field("text", FieldType.LONG_TEXT, required=False, most=10_000)
TRIES = Field("tries", FieldType.NUMBER, required=False, default=3, least=1, most=10)
# What happens to a run in which the element failed. Closed unless somebody chose otherwise.
LOG_OUT, CONTINUE = "log_out", "go_on"
ON_FAILURE = Field("on_failure", FieldType.CHOICE, required=False, choices=(LOG_OUT, CONTINUE), default=LOG_OUT)


def failed(element: Element, result: str, **left: Any) -> Move:
    """Return what a failure leads to, as the element's ``on_failure`` says: the end of the login, or the next element."""
    if element.text("on_failure") == CONTINUE:
        return Move(result=result, **left)
    return Move(ending=Ending.LOG_OUT, reason=f"failed.{result}", text=element.text("failed"), result=result, **left)


def ends_on_failure(element: Element) -> bool:
    """Whether nobody goes on from the element without having succeeded."""
    return element.text("on_failure") != CONTINUE


FAILED_TEXT = Field("failed", FieldType.LONG_TEXT, required=False, most=1_000)
