"""A run in which nothing is done: no code is checked or burnt, nothing is sent, nothing is kept. Pure.

It is the engine itself that runs. A made-up world stands for the person's, and every call is answered from the scenario: codes
are right or wrong, and calls to others succeed or fail, as it says. What would have been done is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from . import engine
from .definition import Flow, FlowBroken
from .elements.kind import Call, Effect, Reply
from .engine import End, Screen, Step, Submission, Turn
from .inputs import NOTHING, Inputs
from .state import State

RUN = "dry-run"
RIGHT, WRONG = "right", "wrong"
OK, FAILED = "ok", "failed"
# Of the length and the alphabet of a real one, and nobody's.
SECRET = "MADEUPMADEUPMADEUPMADEUPMADEUP22"  # noqa: S105 - a made-up secret
CODES = ("made-up1-made-up2-made-up3-made", "made-up4-made-up5-made-up6-made")
MOST_CALLS = 50


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who comes from where (as :class:`loginflows.inputs.Inputs`), and how codes and calls to others come out."""

    values: Mapping[str, Any] = NOTHING
    now: float = 0.0
    methods: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = NOTHING
    accepted: frozenset[str] = frozenset()
    kept_secrets: frozenset[str] = frozenset()
    codes: str = RIGHT
    calls: str = OK

    def inputs(self) -> Inputs:
        """Return what the engine is told of the world."""
        return Inputs(self.values, self.now, self.methods, self.attributes, self.accepted, self.kept_secrets)

    def as_json(self) -> dict[str, Any]:
        """Return the scenario as JSON values."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, kept: Any) -> Scenario:
        """Return the scenario that :meth:`as_json` wrote; raises ValueError for anything else."""
        if not isinstance(kept, dict) or not set(kept) <= {each.name for each in fields(cls)}:
            raise ValueError("This is no scenario.")
        sets = {name: kept.get(name, []) for name in ("methods", "accepted", "kept_secrets")}
        maps = {name: kept.get(name, {}) for name in ("values", "attributes")}
        if not all(isinstance(each, list) and all(isinstance(one, str) for one in each) for each in sets.values()):
            raise ValueError("The methods, accepted terms and kept secrets of a scenario are lists of texts.")
        if not all(isinstance(each, dict) for each in maps.values()):
            raise ValueError("The values and attributes of a scenario are objects.")
        now, codes, calls = kept.get("now", 0), kept.get("codes", RIGHT), kept.get("calls", OK)
        if (
            isinstance(now, bool)
            or not isinstance(now, int | float)
            or codes not in (RIGHT, WRONG)
            or calls not in (OK, FAILED)
        ):
            raise ValueError("The time, codes or calls of a scenario cannot be read.")
        methods, accepted, kept_secrets = (frozenset(sets[name]) for name in ("methods", "accepted", "kept_secrets"))
        return cls(maps["values"], float(now), methods, maps["attributes"], accepted, kept_secrets, codes, calls)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent to the screen of ``element``. ``codes`` overrides the scenario for this one ("" for as it says)."""

    element: str
    values: Mapping[str, str] = NOTHING
    codes: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {"element": self.element, "values": dict(self.values), "codes": self.codes}

    @classmethod
    def from_json(cls, kept: Any) -> Answer:
        """Return the answer that :meth:`as_json` wrote; raises ValueError for anything else."""
        values = kept.get("values", {}) if isinstance(kept, dict) else None
        if not isinstance(values, dict) or not isinstance(kept.get("element"), str):
            raise ValueError("This is no answer.")
        if not all(isinstance(each, str) for pair in values.items() for each in pair):
            raise ValueError("The values of an answer are texts.")
        codes = kept.get("codes", "")
        if codes not in ("", RIGHT, WRONG):
            raise ValueError("The codes of an answer are right or wrong.")
        return cls(kept["element"], values, codes)


@dataclass(slots=True)
class Played:
    """What came of a dry run: the newest turn, and everything on the way to it.

    ``steps`` are the elements that were passed, ``times`` the milliseconds of each move with the number of steps before it,
    ``effects`` and ``calls`` what a real run would have done. ``ignored`` counts answers that did not count.
    """

    turn: Turn
    steps: list[Step] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    times: list[tuple[int, float]] = field(default_factory=list)
    ignored: int = 0

    @property
    def state(self) -> State:
        """Return where the run stands."""
        return self.turn.state

    def result(self) -> dict[str, Any]:
        """Return the path and how it ends, as a test case keeps it."""
        following = self.turn.next
        return {
            "path": list(self.state.passed),
            "ending": following.ending.value if isinstance(following, End) else "",
            "waits": following.element.id if isinstance(following, Screen) else "",
        }


def play(flow: Flow, scenario: Scenario, answers: Iterable[Answer] = (), clock: Callable[[], float] = lambda: 0.0) -> Played:
    """Run ``flow`` in that world with those answers. Raises FlowBroken where the engine does. ``clock`` is in seconds."""
    player = _Player(flow, scenario, clock)
    player.move(lambda: engine.begin(flow, RUN, player.inputs), "")
    for answer in answers:
        player.answer(answer)
    return player.played


class _Player:
    played: Played

    def __init__(self, flow: Flow, scenario: Scenario, clock: Callable[[], float]) -> None:
        self.flow, self.scenario, self.clock = flow, scenario, clock
        self.inputs = scenario.inputs()

    def answer(self, answer: Answer) -> None:
        state = self.played.state
        sent = Submission(RUN, answer.element, {name: (value,) for name, value in answer.values.items()})
        if isinstance(self.played.turn.next, End):
            self.played.ignored += 1
            return
        self.move(lambda: engine.submit(self.flow, state, sent, self.inputs), answer.codes)
        self.played.ignored += bool(self.played.turn.refusal)

    def move(self, make: Callable[[], Turn], codes: str) -> None:
        began = self.clock()
        turn = self._note(make())
        for _call in range(MOST_CALLS):
            if not isinstance(turn.next, Call):
                break
            turn = self._note(self._reply(turn, turn.next, codes))
        else:
            raise FlowBroken("The flow calls without end.")
        self.played.times.append((len(self.played.steps), (self.clock() - began) * 1000))

    def _reply(self, turn: Turn, call: Call, codes: str) -> Turn:
        reply = reply_to(call, codes or self.scenario.codes, self.scenario.calls)
        return engine.resolve(self.flow, turn.state, reply, self.inputs)

    def _note(self, turn: Turn) -> Turn:
        if not hasattr(self, "played"):
            self.played = Played(turn)
        self.played.turn = turn
        self.played.steps += turn.trace
        self.played.effects += turn.effects
        if isinstance(turn.next, Call):
            self.played.calls.append(turn.next)
        return turn


def reply_to(call: Call, codes: str, calls: str) -> Reply:
    """Return what the made-up world answers to ``call``."""
    made_up: dict[str, Reply] = {
        "new_secret": Reply(OK, {"secret": SECRET}),
        "make_codes": Reply(OK, {"codes": CODES}),
        "send_code": Reply("sent", {"kept": []}),
        "webhook": Reply(calls),
        # An action that succeeds is taken to have verified somebody when codes are right.
        "action": Reply(calls, {"verified": codes == RIGHT} if calls == OK else NOTHING),
    }
    return made_up.get(call.kind, Reply(codes))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, frozenset) else value
