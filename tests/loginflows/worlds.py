"""The world around a run in the tests of the pure engine: inputs, and replies to calls."""

from __future__ import annotations

from typing import Any

from loginflows import engine
from loginflows.definition import Flow
from loginflows.elements.kind import Call, Reply
from loginflows.engine import Screen, Submission, Turn
from loginflows.findings import ActionSignature, Context
from loginflows.inputs import Inputs

# Everything is known, and nothing is remarkable.
ORDINARY: dict[str, Any] = {
    "login.type": "password",
    "login.network": "untrusted",
    "login.ip": "203.0.113.9",
    "login.second_factor": False,
    "user.email": "carl@example.org",
    "user.first_name": "Carl",
    "sessions.count": 0,
    "methods.has_authenticator": True,
    "methods.has_enrolled": True,
    "methods.has_recovery_codes": False,
    "time.weekday": "tue",
}
SITE = Context(
    attributes=frozenset({"phone"}),
    actions={
        "score": ActionSignature({"country": "text"}, {"score": "number"}, required=frozenset({"country"})),
        "push": ActionSignature(verifies=True),
    },
    locations=("https://intranet.example.org/welcome",),
)


def world(methods: set[str] | None = None, now: float = 100.0, **values: Any) -> Inputs:
    """Return inputs; names have ``__`` for the dot."""
    changed = {name.replace("__", "."): value for name, value in values.items()}
    has = {"authenticator_app"} if methods is None else methods
    return Inputs({**ORDINARY, **changed}, now=now, methods=frozenset(has))


def reply_to(call: Call, *, right: bool = True) -> Reply:
    """Return what a call comes back with when everything goes well, or when nothing does."""
    if call.kind == "new_secret":
        return Reply("made", {"secret": "S"})
    if call.kind == "make_codes":
        return Reply("made", {"codes": ["AAAA-BBBB"]})
    if call.kind == "send_code":
        return Reply("sent", {"kept": [{"digest": "d"}], "note": "We sent a code."})
    if call.kind == "webhook":
        return Reply("ok" if right else "failed", {"answer": "yes"})
    if call.kind == "action":
        return Reply("ok" if right else "failed", {"score": 3, "verified": call.values["action"] == "push"} if right else {})
    return Reply("right" if right else "wrong", {} if right else {"error": "No."})


def answer_for(turn: Turn, choice: int = 0) -> Submission:
    """Return an honest answer to the screen that waits; ``choice`` picks among choices and, if it is odd, a button."""
    assert isinstance(turn.next, Screen)
    inputs = turn.next.inputs
    buttons = [each for each in inputs if each.is_button]
    asked = [each for each in inputs if not each.is_button]
    if buttons and (choice % 2 or not asked):
        pressed = buttons[choice // 2 % len(buttons)]
        return Submission(turn.state.run, turn.next.element.id, {pressed.name: (pressed.value,)})
    values: dict[str, tuple[str, ...]] = {}
    for each in asked:
        if each.type == "tick":
            values[each.name] = (each.value or "on",)
        elif each.type == "choice":
            values[each.name] = (each.choices[choice // 2 % len(each.choices)][0],)
        else:
            values[each.name] = ({"date": "2026-01-31", "email": "new@example.org"}.get(each.type, "123456"),)
    return Submission(turn.state.run, turn.next.element.id, values)


def settle(flow: Flow, turn: Turn, inputs: Inputs, *, right: bool = True) -> Turn:
    """Return the turn after every call that waits has come back."""
    effects, trace = turn.effects, turn.trace
    while isinstance(turn.next, Call):
        turn = engine.resolve(flow, turn.state, reply_to(turn.next, right=right), inputs)
        effects, trace = effects + turn.effects, trace + turn.trace
    return Turn(turn.state, turn.next, effects, trace, turn.refusal, turn.problems)


def begun(flow: Flow, inputs: Inputs | None = None, *, right: bool = True) -> Turn:
    """Begin a run, and make its calls."""
    inputs = inputs or world()
    return settle(flow, engine.begin(flow, "r1", inputs), inputs, right=right)


def answered(flow: Flow, turn: Turn, inputs: Inputs | None = None, *, right: bool = True, **values: str) -> Turn:
    """Answer the screen that waits with ``values``, or honestly when there are none."""
    inputs = inputs or world()
    assert isinstance(turn.next, Screen)
    sent = (
        Submission("r1", turn.next.element.id, {name: (value,) for name, value in values.items()})
        if values
        else answer_for(turn)
    )
    state = engine.State.from_json(turn.state.as_json())
    return settle(flow, engine.submit(flow, state, sent, inputs), inputs, right=right)
