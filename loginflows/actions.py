"""Actions that developers register for flows: third-party checks, look-ups, anything that Python can do (R8.11b, R8.32).

An application puts them into a module ``login_flow_actions``, which is found when the site starts::

    @login_flow_action("risk_score", label=_("Ask the risk service"), outputs={"score": int})
    def risk_score(run: ActionRun, country: str, strict: bool = False) -> dict[str, object]:
        ...
        return {"score": 3}

The inputs are the function's own parameters, each ``str``, ``int`` or ``bool``. It returns its outputs, or raises
ActionFailed: then the flow goes where the element says. Any other exception ends the login, with a reference.
``verifies=True`` says that whoever comes back from it has proven a factor; the flow may raise the level after it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from .conditions import NAME
from .findings import ActionSignature

TYPES: dict[type, str] = {str: "text", int: "number", bool: "tick"}
Function = Callable[..., Mapping[str, Any] | None]


class ActionFailed(Exception):
    """The action says no, or cannot say anything. The message is for the log."""


@dataclass(frozen=True, slots=True)
class ActionRun:
    """For whom an action runs: the person, the run's name, and where the request comes from."""

    user: Any
    run: str
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A registered action."""

    name: str
    function: Function
    label: str | Promise
    inputs: Mapping[str, type]
    required: frozenset[str]
    outputs: Mapping[str, type]
    verifies: bool

    def signature(self) -> ActionSignature:
        """Return what the builder and the validator need to know."""
        return ActionSignature(
            {name: TYPES[kind] for name, kind in self.inputs.items()},
            {name: TYPES[kind] for name, kind in self.outputs.items()},
            self.verifies,
            str(self.label),
            self.required,
        )


_registered: dict[str, Action] = {}


def login_flow_action(
    name: str, *, label: str | Promise = "", outputs: Mapping[str, type] | None = None, verifies: bool = False
) -> Callable[[Function], Function]:
    """Register the function below it as an action. Raises ImproperlyConfigured for a name or type that cannot be used."""

    def register(function: Function) -> Function:
        hints = get_type_hints(function)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        inputs = {each.name: hints.get(each.name, str) for each in parameters}
        required = frozenset(each.name for each in parameters if each.default is inspect.Parameter.empty)
        _require_usable(name, {**inputs, **(outputs or {})})
        _registered[name] = Action(name, function, label or name, inputs, required, outputs or {}, verifies)
        return function

    return register


def _require_usable(name: str, types: Mapping[str, type]) -> None:
    wrong = [each for each in (name, *types) if not NAME.fullmatch(each)]
    wrong += [each for each, kind in types.items() if kind not in TYPES]
    if wrong:
        raise ImproperlyConfigured(
            f"The login flow action {name!r} cannot be registered: {', '.join(wrong)}. Names are lower-case letters, "
            "digits and _; types are str, int and bool."
        )


def signatures() -> dict[str, ActionSignature]:
    """Return what every registered action takes and gives."""
    return {name: action.signature() for name, action in sorted(_registered.items())}


def find(name: str) -> Action | None:
    """Return the action of that name."""
    return _registered.get(name)


def forget(name: str) -> None:
    """Take an action away again; for tests."""
    _registered.pop(name, None)


def run(name: str, action_run: ActionRun, given: Mapping[str, Any]) -> dict[str, Any]:
    """Run the action and return its outputs. Raises ActionFailed when it says no, is gone, or gets or gives a wrong type."""
    action = find(name)
    if action is None:
        raise ActionFailed(f"No action {name!r} is registered.")
    missing = action.required - set(given)
    if missing or set(given) - set(action.inputs):
        raise ActionFailed(f"The inputs of {name!r} do not fit: {sorted(missing | (set(given) - set(action.inputs)))}.")
    arguments = {each: _as(action.inputs[each], value) for each, value in given.items()}
    answered = action.function(action_run, **arguments) or {}
    if set(answered) - set(action.outputs):
        raise ActionFailed(f"{name!r} gave outputs that it does not have: {sorted(set(answered) - set(action.outputs))}.")
    return {each: _as(action.outputs[each], value) for each, value in answered.items()}


def _as(kind: type, value: Any) -> Any:
    if kind is bool:
        return value is True or str(value).strip().lower() in ("true", "on", "yes", "1")
    try:
        return kind("" if value is None and kind is str else value)
    except (TypeError, ValueError) as error:
        raise ActionFailed(f"{kind.__name__} was wanted.") from error
