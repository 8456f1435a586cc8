"""The flow engine. Pure: a flow, a small state, the inputs and a submission in; the next screen, a call, or the end out.

No Django, no database, no clock, no chance. The caller keeps the state, does effects once, makes calls and reports back what
they came to, and phrases everything. A submission moves the flow only if it belongs to this run and answers the element that
waits: one that is stale, empty, repeated or made up leaves the state as it was, and repeats no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from . import answers
from .definition import Flow, FlowBroken, kind_of
from .elements.kind import Call, Effect, Element, Ending, Form, Input, Move, Reply
from .inputs import NOTHING, Inputs
from .placeholders import fill
from .state import State, View

__all__ = [
    "Call",
    "End",
    "FlowBroken",
    "Refusal",
    "Screen",
    "State",
    "Step",
    "Submission",
    "Turn",
    "begin",
    "resolve",
    "show",
    "submit",
]


class Refusal(StrEnum):
    """Why a submission did not count, as a stable code."""

    STALE = "stale"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent: the run and the element that it claims to answer, and every value of every field."""

    run: str
    element: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """What to show: an element, the inputs of its form, what its template needs, and which step (from 1) of how many."""

    element: Element
    inputs: tuple[Input, ...]
    step: int
    steps: int
    shown: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class End:
    """How the flow ended, why (a stable code), what to tell the person ("" for nothing in particular), and where it leads."""

    ending: Ending
    reason: str = ""
    text: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One element that a run has passed, as history and a debug run show it. Secrets are masked.

    ``conditions`` are those that were looked at, with their actual values, by outcome; ``outcome`` is the branch that was
    taken; ``before`` and ``after`` are the variables; ``effects`` the kinds of what it did; ``seconds`` how long it took.
    """

    element: str
    kind: str
    title: str
    result: str = ""
    outcome: str = ""
    conditions: tuple[Any, ...] = ()
    before: Mapping[str, Any] = NOTHING
    after: Mapping[str, Any] = NOTHING
    effects: tuple[str, ...] = ()
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the step as JSON values."""
        return {
            "element": self.element,
            "kind": self.kind,
            "title": self.title,
            "result": self.result,
            "outcome": self.outcome,
            "conditions": [{"outcome": name, **each.as_json()} for name, each in self.conditions],
            "before": dict(self.before),
            "after": dict(self.after),
            "effects": list(self.effects),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one move: the state to keep, what is next, the effects to do once, the elements that were passed.

    ``refusal`` is set when a submission did not count; the state is the old one then and there are no effects. ``problems``
    (a code for each input) are set when it was incomplete or wrong.
    """

    state: State
    next: Screen | Call | End
    effects: tuple[Effect, ...] = ()
    trace: tuple[Step, ...] = ()
    refusal: Refusal | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


NO_INPUTS = Inputs()


def begin(flow: Flow, run: str, inputs: Inputs = NO_INPUTS) -> Turn:
    """Begin a run, which ``run`` names, at the flow's first element, and go on to the first that waits."""
    first = flow.elements[0]
    return _Walk(flow, State(run, first.id, since=inputs.now), inputs).enter(first)


def show(flow: Flow, state: State, inputs: Inputs = NO_INPUTS) -> Turn:
    """Return where the run stands; nothing moves. Raises FlowBroken when the state does not belong to the flow."""
    if state.ended:
        return Turn(state, _end_of(state))
    if state.call:
        raise FlowBroken(f"The run was interrupted in {state.element!r}.")
    return Turn(state, _screen(flow, flow.element(state.element), View(inputs, state)))


def submit(flow: Flow, state: State, submission: Submission, inputs: Inputs = NO_INPUTS) -> Turn:
    """Answer the element that waits, if ``submission`` does; raises FlowBroken when the state does not belong to the flow."""
    here = show(flow, state, inputs)
    if not isinstance(here.next, Screen):
        return here
    element = here.next.element
    if (submission.run, submission.element) != (state.run, element.id):
        return replace(here, refusal=Refusal.STALE)
    values = answers.read(here.next.inputs, submission.values)
    if values is None:
        return replace(here, refusal=Refusal.UNREADABLE)
    problems = answers.problems(here.next.inputs, values)
    if problems:
        return replace(here, problems=problems)
    move = kind_of(element).answer(element, values, View(inputs, state))
    return _Walk(flow, state, inputs).follow(element, move, seen=True)


def resolve(flow: Flow, state: State, reply: Reply, inputs: Inputs = NO_INPUTS) -> Turn:
    """Go on with what the call that the run waits for came back with; raises FlowBroken when it waits for none."""
    if not state.call or state.ended:
        raise FlowBroken("The run waits for no reply.")
    element, resumed = flow.element(state.element), replace(state, call="")
    move = kind_of(element).resolve(element, reply, View(inputs, resumed))
    return _Walk(flow, resumed, inputs).follow(element, move, seen=kind_of(element).screen is not None)


def _screen(flow: Flow, element: Element, view: View, shown: Mapping[str, Any] = NOTHING) -> Screen:
    kind = kind_of(element)
    if kind.screen is None:
        raise FlowBroken(f"{element.id!r} has no screen.")
    form: Form = kind.screen(element, view)
    said = {name: fill(element.text(name), view) for name in ("title", "text")}
    step = view.state.screens + 1
    return Screen(element, form.inputs, step, step - 1 + flow.screens_from(element), {**said, **form.shown, **shown})


def _end_of(state: State) -> End:
    try:
        return End(Ending(state.ended["ending"]), state.ended["reason"], state.ended["text"], state.location)
    except (KeyError, ValueError) as error:
        raise FlowBroken("The state of the run cannot be read.") from error


class _Walk:
    """One move: from an element on, over everything that waits for nobody."""

    def __init__(self, flow: Flow, state: State, inputs: Inputs) -> None:
        self.flow = flow
        self.state = state
        self.inputs = inputs
        self.effects: list[Effect] = []
        self.trace: list[Step] = []

    def enter(self, element: Element) -> Turn:
        """Come to ``element``."""
        return self.follow(element, kind_of(element).enter(element, View(self.inputs, self.state)))

    def follow(self, element: Element, move: Move, *, seen: bool = False) -> Turn:
        """Do what ``move`` says, and go on until something waits. Elements come once each, so this comes to an end.

        ``seen`` says that the person has seen the screen of ``element``.
        """
        while True:
            self._check(element, move)
            before = View(self.inputs, self.state).masked_variables()
            self._leave_behind(element, move)
            if move.waits or move.call is not None:
                return self._wait(element, move)
            following = self._pass(element, move, before, seen=seen)
            if following is None:
                return self._turn(_end_of(self.state))
            element, seen = following, False
            self.state = replace(self.state, element=element.id)
            move = kind_of(element).enter(element, View(self.inputs, self.state))

    def _check(self, element: Element, move: Move) -> None:
        # SECURITY: the validator keeps such a flow from being activated; this holds whatever came around it.
        if kind_of(element).needs_verification(element) and not self.state.verified and not move.ending:
            raise FlowBroken(f"{element.id!r} needs a verification in this run, and there was none.")

    def _leave_behind(self, element: Element, move: Move) -> None:
        state = self.state
        open_variables = {name: value for name, value in state.variables.items() if name not in move.secrets}
        hidden = {name: value for name, value in state.secrets.items() if name not in move.variables}
        self.state = replace(
            state,
            variables={**open_variables, **move.variables},
            secrets={**hidden, **move.secrets},
            results={**state.results, **({element.id: move.result} if move.result else {})},
            verified=(*state.verified, move.verified) if move.verified else state.verified,
            memory=state.memory if move.memory is None else move.memory,
            changed={**state.changed, **move.changed},
            location=move.location or state.location,
        )
        self.effects.extend(move.effects)

    def _wait(self, element: Element, move: Move) -> Turn:
        if move.call is not None:
            self.state = replace(self.state, call=move.call.kind)
            return self._turn(move.call)
        screen = _screen(self.flow, element, View(self.inputs, self.state), move.shown)
        return replace(self._turn(screen), problems=move.problems)

    def _pass(self, element: Element, move: Move, before: Mapping[str, Any], *, seen: bool) -> Element | None:
        """Put ``element`` behind the run; return what follows, or None when the run has ended."""
        self._write(element, move, before)
        self.state = replace(
            self.state,
            passed=(*self.state.passed, element.id),
            screens=self.state.screens + seen,
            memory=NOTHING,
            since=self.inputs.now,
        )
        if move.ending is not None:
            around = self.flow.around(element) if move.ending is Ending.FINISH else None
            return self.flow.after(around) if around is not None else self._end(move)
        return self.flow.after(element) if move.branch is None else self.flow.into(element, move.branch)

    def _end(self, move: Move) -> Element | None:
        ending = move.ending.value if move.ending else ""
        self.state = replace(self.state, ended={"ending": ending, "reason": move.reason, "text": move.text})
        return None

    def _write(self, element: Element, move: Move, before: Mapping[str, Any]) -> None:
        taken = next((each.label or each.id for each in element.branches if each.id == move.branch), "")
        self.trace.append(
            Step(
                element.id,
                element.kind,
                element.title,
                move.result or (move.ending.value if move.ending else ""),
                taken,
                move.conditions,
                before,
                View(self.inputs, self.state).masked_variables(),
                tuple(each.kind for each in self.effects if each.element == element.id),
                max(0.0, self.inputs.now - self.state.since),
            )
        )

    def _turn(self, following: Screen | Call | End) -> Turn:
        return Turn(self.state, following, tuple(self.effects), tuple(self.trace))
