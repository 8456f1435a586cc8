"""Where a run stands: a small value that the caller keeps with the pending login. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .inputs import NOTHING, Inputs

MASK = "••••"


class FlowBroken(Exception):
    """A definition or a state that the engine cannot go on with. Whoever runs the flow ends the login."""


@dataclass(frozen=True, slots=True)
class State:
    """``run`` names the run, ``element`` waits, ``passed`` lie behind it in their order.

    ``variables`` are the flow's own; ``secrets`` are variables that nobody may read in a trace. ``results`` say how each
    element went, ``verified`` what was verified in this run. ``memory`` is what an element that waits keeps for itself
    (tries, a secret that is being set up), dropped when it is passed. ``changed`` are inputs that the run itself changed.
    ``since`` is when the element was come to (seconds since the epoch), ``call`` the call that is being made for it ("" for
    none), ``ended`` how the run ended.
    """

    run: str
    element: str
    passed: tuple[str, ...] = ()
    variables: Mapping[str, Any] = NOTHING
    secrets: Mapping[str, Any] = NOTHING
    results: Mapping[str, str] = NOTHING
    verified: tuple[str, ...] = ()
    memory: Mapping[str, Any] = NOTHING
    changed: Mapping[str, Any] = NOTHING
    screens: int = 0
    since: float = 0.0
    call: str = ""
    location: str = ""
    ended: Mapping[str, str] = NOTHING

    def as_json(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        row = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _plain(value) for name, value in row.items()}

    @classmethod
    def from_json(cls, kept: Any) -> State:
        """Return the state that :meth:`as_json` wrote; raises FlowBroken for anything else."""
        try:
            row = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
            row["passed"], row["verified"] = tuple(row.get("passed", ())), tuple(row.get("verified", ()))
            state = cls(**row)
        except (TypeError, KeyError, AttributeError) as error:
            raise FlowBroken("The state of the run cannot be read.") from error
        if not state.is_readable():
            raise FlowBroken("The state of the run cannot be read.")
        return state

    def is_readable(self) -> bool:
        """Whether every part has the type that it should have."""
        texts = (self.run, self.element, self.call, self.location, *self.passed, *self.verified)
        maps = (self.variables, self.secrets, self.results, self.memory, self.changed, self.ended)
        return all(isinstance(each, str) for each in texts) and all(isinstance(each, Mapping) for each in maps)


@dataclass(frozen=True, slots=True)
class View:
    """What an element sees: the inputs, as the run has changed them, and the state of the run."""

    inputs: Inputs
    state: State

    def get(self, subject: str) -> Any:
        """Return the value of any subject; None when it has none.

        That is an input, ``variables.NAME``, ``results.ELEMENT`` or ``attributes.NAME``.
        """
        family, _dot, name = subject.partition(".")
        if family == "variables":
            return self.state.secrets.get(name, self.state.variables.get(name))
        if family == "results":
            return self.state.results.get(name)
        known = self.inputs.attributes.get(name) if family == "attributes" else self.inputs.get(subject)
        return self.state.changed.get(subject, known)

    def shown(self, subject: str) -> Any:
        """Return the value as a trace or a text may show it: a secret is masked."""
        family, _dot, name = subject.partition(".")
        return MASK if family == "variables" and name in self.state.secrets else self.get(subject)

    def masked_variables(self) -> dict[str, Any]:
        """Return the flow's variables, secrets masked."""
        return {**self.state.variables, **dict.fromkeys(self.state.secrets, MASK)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
