"""One run of a flow in a pending login: which version it is on, where it stands, what it does, and what it leaves behind."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import secrets_at_rest
from accounts.pending import PendingLogin
from sessions_policy.client_address import client_address

from . import calls, definition, effects, engine, facts
from .calls import Caller
from .definition import Flow, FlowBroken
from .elements.kind import Call, Ending
from .engine import End, Refusal, State, Submission, Turn
from .inputs import Inputs
from .models import FlowRun, FlowVersion, RunOutcome, version_for
from .stage import LoginFlowStage
from .sub_flow_rules import names_in

KEY = LoginFlowStage.name
# Parts of a state that nobody may read, not even in the session's row.
HIDDEN = ("secrets", "memory")
OUTCOMES = {Ending.FINISH: RunOutcome.FINISHED, Ending.LOG_OUT: RunOutcome.LOGGED_OUT}


class RunBusy(Exception):
    """Another request has moved this run, or is moving it. Nothing was done; the person may look again in a moment."""


def take(request: HttpRequest, login: PendingLogin, submission: Submission | None) -> tuple[Turn, Flow]:
    """Begin, show or move the run of ``login``, do its effects once, and leave its new state in ``login.data``.

    The run stays on the versions that it began, whatever is activated meanwhile. Raises FlowBroken when there is no version,
    or when the version or the state cannot be gone on with; RunBusy when another request moves the run.
    """
    kept = login.data.get(KEY)
    run = _begin(request, login) if kept is None else _find(login, kept)
    flow = _flow_of(run)
    kinds = frozenset(element.kind for element in flow.all())
    inputs = facts.inputs_of(request, login, kinds)
    if kept is None:
        # SECURITY: the run is named after this login, so that a form from an earlier one, of somebody else, does not count.
        turn = engine.begin(flow, login.attempt, inputs)
    else:
        state = _unpack(kept)
        turn = engine.show(flow, state, inputs) if submission is None else engine.submit(flow, state, submission, inputs)
        if turn.state == state:
            return turn, flow
        _claim(run, int(kept.get("moves", 0)))
    turn = _carry_out(request, login, run, flow, turn)
    if kept is None and submission is not None:
        # What was sent before this run began cannot answer it.
        turn = replace(turn, refusal=Refusal.STALE)
    _write(run, turn)
    login.data[KEY] = {"version": run.flow_version_id, "moves": run.moves, **_pack(turn.state)}
    return turn, flow


def fail(login: PendingLogin) -> None:
    """Write down that the run of ``login`` ended in an error."""
    rows = FlowRun.objects.filter(run=login.attempt, outcome=RunOutcome.RUNNING)
    rows.update(outcome=RunOutcome.FAILED, ended=timezone.now(), reference=login.reference, reason="error")


def _begin(request: HttpRequest, login: PendingLogin) -> FlowRun:
    version = version_for(login.user.profile_id)
    if version is None:
        raise FlowBroken("The version of the flow is gone.")
    values = {
        "flow_version": version,
        "sub_versions": _sub_versions(version),
        "user": login.user,
        "ip": client_address(request) or None,
        "reference": login.reference,
    }
    # Two first looks at once come both here; the constraint lets one of them begin.
    run, begun = FlowRun.objects.get_or_create(run=login.attempt, defaults=values)
    if not begun:
        raise RunBusy
    return run


def _find(login: PendingLogin, kept: Any) -> FlowRun:
    run = FlowRun.objects.select_related("flow_version__flow").filter(run=login.attempt).first()
    if run is None or not isinstance(kept, dict) or run.flow_version_id != kept.get("version"):
        raise FlowBroken("The run is gone.")
    return run


def _sub_versions(version: FlowVersion) -> dict[str, int]:
    """Return the active version of every flow that runs inside ``version``, by name, at any depth."""
    found: dict[str, int] = {}
    wanted = names_in(version.definition)
    while wanted:
        active = FlowVersion.objects.filter(state=FlowVersion.State.ACTIVE, flow__name__in=wanted)
        rows = {name: (pk, inner) for pk, name, inner in active.values_list("pk", "flow__name", "definition")}
        found |= {name: pk for name, (pk, _inner) in rows.items()}
        wanted = {name for _pk, inner in rows.values() for name in names_in(inner)} - found.keys()
    return found


def _flow_of(run: FlowRun) -> Flow:
    inside: dict[str, Any] = {}
    if run.sub_versions:
        by_pk = FlowVersion.objects.in_bulk(list(run.sub_versions.values()))
        inside = {name: by_pk[pk].definition for name, pk in run.sub_versions.items() if pk in by_pk}
    return definition.read(run.flow_version.definition, inside)


def _claim(run: FlowRun, moves: int) -> None:
    """Let this request, and no other, make the next move.

    SECURITY: two parallel submissions saw the same state; without this both would do the effects of the element.
    """
    mine = FlowRun.objects.filter(pk=run.pk, moves=moves, outcome=RunOutcome.RUNNING)
    if mine.update(moves=F("moves") + 1) != 1:
        raise RunBusy
    run.moves = moves + 1


def _carry_out(request: HttpRequest, login: PendingLogin, run: FlowRun, flow: Flow, turn: Turn) -> Turn:
    """Do the effects and make the calls of ``turn`` until somebody has to answer; return the last turn, its trace whole."""
    trace, kinds = turn.trace, frozenset(element.kind for element in flow.all())
    caller = Caller(request, login, run.run, run.flow_version.flow.name)
    effects.do(request, login, run, turn.effects)
    while isinstance(turn.next, Call):
        reply = calls.make(caller, turn.next)
        inputs: Inputs = facts.inputs_of(request, login, kinds)
        turn = engine.resolve(flow, turn.state, reply, inputs)
        effects.do(request, login, run, turn.effects)
        trace += turn.trace
    return replace(turn, trace=trace)


def _write(run: FlowRun, turn: Turn) -> None:
    run.path += [step.as_json() for step in turn.trace]
    run.element = turn.state.element
    if isinstance(turn.next, End):
        run.outcome, run.reason, run.ended = OUTCOMES[turn.next.ending], turn.next.reason, timezone.now()
    run.save(update_fields=["path", "element", "outcome", "reason", "ended"])


def _pack(state: State) -> dict[str, Any]:
    row = state.as_json()
    hidden = {name: row.pop(name) for name in HIDDEN}
    kept: dict[str, Any] = {"state": row}
    if any(hidden.values()):
        kept["hidden"] = secrets_at_rest.encrypt(json.dumps(hidden))
    return kept


def _unpack(kept: dict[str, Any]) -> State:
    try:
        hidden = json.loads(secrets_at_rest.decrypt(kept["hidden"])) if kept.get("hidden") else {}
        return State.from_json({**kept["state"], **hidden})
    except (InvalidToken, KeyError, TypeError, ValueError) as error:
        raise FlowBroken("The state of the run cannot be read.") from error
