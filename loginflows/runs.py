"""One run of a flow in a pending login: which version it is on, where it stands, and what it leaves behind."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.pending import PendingLogin
from sessions_policy.client_address import client_address

from . import definition, engine
from .definition import FlowBroken
from .elements.kind import Effect
from .elements.terms import ACCEPTED
from .engine import State, Submission, Turn
from .models import AcceptedTerms, FlowVersion, version_for
from .stage import LoginFlowStage

KEY = LoginFlowStage.name


def take(request: HttpRequest, login: PendingLogin, submission: Submission | None) -> Turn:
    """Begin, show or move the run of ``login``, write its effects down, and leave its new state in ``login.data``.

    The run stays on the version that it began, whatever is activated meanwhile. Raises FlowBroken when there is no version,
    or when the version or the state cannot be gone on with.
    """
    kept = login.data.get(KEY)
    version = _version(login, kept)
    flow = definition.read(version.definition)
    # SECURITY: the run is named after this login, so that a form from an earlier one, of somebody else, does not count.
    state = engine.begin(flow, login.attempt).state if kept is None else State.from_json(kept.get("state"))
    turn = engine.show(flow, state) if submission is None else engine.submit(flow, state, submission)
    for effect in turn.effects:
        _write(request, login, version, effect)
    login.data[KEY] = {"version": version.pk, "state": turn.state.as_json()}
    return turn


def _version(login: PendingLogin, kept: dict[str, Any] | None) -> FlowVersion:
    begun = FlowVersion.objects.filter(pk=str(kept.get("version"))) if kept is not None else None
    found = version_for(login.user.profile_id) if begun is None else begun.first()
    if found is None:
        raise FlowBroken("The version of the flow is gone.")
    return found


def _write(request: HttpRequest, login: PendingLogin, version: FlowVersion, effect: Effect) -> None:
    if effect.kind != ACCEPTED:
        raise FlowBroken(f"Nobody writes {effect.kind!r} down.")
    # Two parallel submissions of one form both come here; the constraint lets one of them write.
    AcceptedTerms.objects.get_or_create(
        run=login.attempt,
        element=effect.element,
        defaults={
            "user": login.user,
            "flow_version": version,
            "terms_version": effect.values["version"],
            "ip": client_address(request) or None,
        },
    )
