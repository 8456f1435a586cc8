"""The flow engine. Pure: a flow, a small state and a submission in; the next screen, or the end, out.

No Django, no database, no clock, no chance. The caller keeps the state, writes effects down, and phrases everything.
A submission moves the flow only if it belongs to this run and answers the element that waits: one that is stale, empty,
repeated or made up leaves the state as it was, and repeats no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .definition import Flow, FlowBroken, kind_of
from .elements.kind import Effect, Element, Ending, Input


class Refusal(StrEnum):
    """Why a submission did not count, as a stable code."""

    STALE = "stale"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands: ``run`` names it, ``element`` waits for an answer, ``passed`` were answered, in their order."""

    run: str
    element: str
    passed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return {"run": self.run, "element": self.element, "passed": list(self.passed)}

    @classmethod
    def from_json(cls, kept: Any) -> State:
        """Return the state that :meth:`as_json` wrote; raises FlowBroken for anything else."""
        try:
            run, element, passed = kept["run"], kept["element"], tuple(kept["passed"])
        except (TypeError, KeyError) as error:
            raise FlowBroken("The state of the run cannot be read.") from error
        if not all(isinstance(value, str) for value in (run, element, *passed)):
            raise FlowBroken("The state of the run cannot be read.")
        return cls(run, element, passed)


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent: the run and the element that it claims to answer, and every value of every field."""

    run: str
    element: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """What to show: an element, the inputs of its form, and which step this is (from 1) of how many."""

    element: Element
    inputs: tuple[Input, ...]
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class End:
    """How the flow ended, why (a stable code), and what to tell the person ("" for nothing in particular)."""

    ending: Ending
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one move: the state to keep, what is next, the effects to write down once.

    ``refusal`` is set when a submission did not count, ``problems`` (a code for each input) when it was incomplete; in both
    cases the state is the old one and there are no effects.
    """

    state: State
    next: Screen | End
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def begin(flow: Flow, run: str) -> Turn:
    """Begin a run, which ``run`` names, at the flow's first element."""
    return show(flow, State(run, flow.elements[0].id))


def show(flow: Flow, state: State) -> Turn:
    """Return where the run stands; nothing moves. Raises FlowBroken when the state does not belong to the flow."""
    element = flow.element(state.element)
    kind = kind_of(element)
    if kind.ending is not None:
        return Turn(state, End(kind.ending, element.kind, element.text("text")))
    steps = sum(kind_of(each).ending is None for each in flow.reachable())
    return Turn(state, Screen(element, kind.inputs, len(state.passed) + 1, steps))


def submit(flow: Flow, state: State, submission: Submission) -> Turn:
    """Answer the element that waits, if ``submission`` does; raises FlowBroken when the state does not belong to the flow."""
    here = show(flow, state)
    if not isinstance(here.next, Screen):
        return here
    element = here.next.element
    if (submission.run, submission.element) != (state.run, element.id):
        return Turn(state, here.next, refusal=Refusal.STALE)
    values = _values(here.next.inputs, submission)
    if values is None:
        return Turn(state, here.next, refusal=Refusal.UNREADABLE)
    answer = kind_of(element).answer(element, values)
    if answer.problems:
        return Turn(state, here.next, problems=answer.problems)
    if answer.ending is not None:
        return Turn(state, End(answer.ending, answer.reason, answer.text), answer.effects)
    moved = State(state.run, flow.after(element).id, (*state.passed, element.id))
    return Turn(moved, show(flow, moved).next, answer.effects)


def _values(inputs: tuple[Input, ...], submission: Submission) -> dict[str, str] | None:
    """Return the sent values by input; None for fields that the form does not have, repeated ones and made-up values."""
    accepted = {each.name: each.value for each in inputs}
    values = {name: sent[0] for name, sent in submission.values.items() if len(sent) == 1}
    if len(values) != len(submission.values) or any(accepted.get(name) != value for name, value in values.items()):
        return None
    pressed = [each for each in inputs if each.is_button and each.name in values]
    return None if pressed and len(values) > 1 else values
