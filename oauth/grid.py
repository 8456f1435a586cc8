"""Profile by connected app by grant, and the bridge: what works, what asks, and what is refused, by the one decision.

A cell is somebody of the profile who has a password and an authenticator, and who signed in as the profile asks. What single
people have by their permission sets is not in it: What-If tells that for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy import recorded, safety, texts
from sessions_policy.decision import Decision
from sessions_policy.facts import Facts, Person, Proof
from sessions_policy.impact_tally import Verdict, verdict_of
from sessions_policy.levels import Channel, Grant, Level, Method
from sessions_policy.policy_compiler import PolicyBook
from sessions_policy.recorded import Recorded

from .models import ConnectedApp
from .models.connected_apps import GRANTS
from .scopes import FULL, WEB

BRIDGE = "bridge"
SOMEBODY = "somebody"
METHODS = frozenset({Method.PASSWORD.value, Method.AUTHENTICATOR_APP.value})
WAYS = (*GRANTS, (BRIDGE, gettext_lazy("Bridge (token to browser)")))
WAY_NAMES = dict(WAYS)
# What each grant that needs no browser proves.
_PROVES = {
    Grant.JWT_BEARER.value: Method.CLIENT_ASSERTION.value,
    Grant.CLIENT_CREDENTIALS.value: Method.CLIENT_CREDENTIALS.value,
}
_IN_A_BROWSER = (Grant.AUTHORIZATION_CODE.value, Grant.IMPLICIT.value)


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination. ``decision`` is None where the app itself is closed to the profile; ``reason`` says why in words."""

    profile: str
    profile_id: int
    app: str
    way: str
    verdict: Verdict
    code: str
    reason: str
    decision: Decision | None = None
    inputs: Recorded | None = None

    @property
    def way_name(self) -> str:
        """The grant in words."""
        return str(WAY_NAMES.get(self.way, self.way))


def cells(book: PolicyBook) -> Iterator[Cell]:
    """Yield every combination that there is under ``book``. Three statements, however many apps there are."""
    apps = list(
        ConnectedApp.objects.select_related("run_as").prefetch_related("approved_profiles", "approved_permission_sets")
    )
    for profile_id in sorted(book.profiles, key=lambda pk: book.profiles[pk].name):
        for app in apps:
            for way in ways_of(app):
                if concerns(app, way, profile_id):
                    yield cell(book, profile_id, app, way)


def ways_of(app: ConnectedApp) -> list[str]:
    """Return the grants of ``app`` in their usual order, and the bridge where its tokens may open a browser."""
    ways = [grant for grant, _name in GRANTS if grant in app.grant_types]
    return [*ways, BRIDGE] if {WEB, FULL} & set(map(str, app.scopes)) else ways


def cell(book: PolicyBook, profile_id: int, app: ConnectedApp, way: str, *, password_only: bool = False) -> Cell:
    """Return one combination; with ``password_only`` of somebody who has given no second factor yet."""
    name = book.profiles[profile_id].name
    if not _admits(app, profile_id) and way != Grant.CLIENT_CREDENTIALS:
        why = _("An administrator approves who may use this app, and this profile is not among them.")
        return Cell(name, profile_id, app.name, way, Verdict.REFUSED, "app.not_approved", why)
    inputs = inputs_of(book, profile_id, app, way, password_only=password_only)
    decision = recorded.decide_recorded(book, inputs)
    return Cell(
        name,
        profile_id,
        app.name,
        way,
        verdict_of(decision),
        decision.reason.value,
        texts.for_administrator(decision),
        decision,
        inputs,
    )


def inputs_of(book: PolicyBook, profile_id: int, app: ConnectedApp, way: str, *, password_only: bool = False) -> Recorded:
    """Return what the decision of one combination is taken on."""
    policy = book.policy_for(profile_id)
    now = safety.within_login_hours(policy, book.now())
    ranges, who = policy.profile.ip_ranges, _who(app, way)
    facts = Facts(
        now=now,
        channel=_channel(way),
        person=Person(who, methods=METHODS),
        proofs=tuple(Proof(method, now.timestamp(), who) for method in _proven(book, profile_id, way, password_only)),
        at_login=way == Grant.PASSWORD,
        ip=str(ranges[0][0]) if ranges else "",
        device_known=True,
        grant=_grant(app, way),
        level_cap=None if way in (*_IN_A_BROWSER, Grant.PASSWORD) else Level.STANDARD,
    )
    return Recorded(facts, profile_id, app=app.rule(), revision=book.revision)


def markdown(book: PolicyBook) -> str:
    """Return the grid as a Markdown table: a line for each app and grant, a column for each profile."""
    found = {(c.app, c.way, c.profile): c for c in cells(book)}
    profiles = sorted(each.name for each in book.profiles.values())
    lines = [f"| app | grant | {' | '.join(profiles)} |", "|---|---|" + "---|" * len(profiles)]
    for app, way in dict.fromkeys((app, way) for app, way, _profile in found):
        row = [_in_markdown(found.get((app, way, profile))) for profile in profiles]
        lines.append(f"| {_escaped(app)} | {WAY_NAMES[way]} | {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def as_json(cell: Cell) -> dict[str, Any]:
    """Return one combination for programs."""
    return {
        "profile": cell.profile,
        "app": cell.app,
        "grant": cell.way,
        "verdict": cell.verdict.value,
        "code": cell.code,
        "reason": cell.reason,
    }


def concerns(app: ConnectedApp, way: str, profile_id: int) -> bool:
    """Whether people of the profile come this way at all."""
    return not _for_one_user(app, way) or (app.run_as is not None and app.run_as.profile_id == profile_id)


def _for_one_user(app: ConnectedApp, way: str) -> bool:
    """Whether what comes this way is one user's: client credentials stand for whom the app runs as, and so do their tokens."""
    return way == Grant.CLIENT_CREDENTIALS or set(app.grant_types) == {Grant.CLIENT_CREDENTIALS.value}


def _who(app: ConnectedApp, way: str) -> str:
    """Return whose proof it is. Who the one user is matters: permission sets may make them API-only."""
    return str(app.run_as.pk) if _for_one_user(app, way) and app.run_as is not None else SOMEBODY


def _admits(app: ConnectedApp, profile_id: int) -> bool:
    # Whoever a permission set lets in, is let in person by person.
    if app.permitted_users == ConnectedApp.PermittedUsers.SELF_AUTHORISE or app.approved_permission_sets.all():
        return True
    return any(profile.pk == profile_id for profile in app.approved_profiles.all())


def _channel(way: str) -> Channel:
    if way in _IN_A_BROWSER:
        return Channel.BROWSER
    return {BRIDGE: Channel.BRIDGE, Grant.PASSWORD.value: Channel.API_LOGIN}.get(way, Channel.GRANT)


def _grant(app: ConnectedApp, way: str) -> str:
    """Return the grant that the decision judges: of the bridge, the one that gave the token, with approval if there is one."""
    if way in _IN_A_BROWSER:
        return ""
    return ways_of(app)[0] if way == BRIDGE else way


def _proven(book: PolicyBook, profile_id: int, way: str, password_only: bool) -> tuple[str, ...]:  # noqa: FBT001
    if way in _PROVES:
        return (_PROVES[way],)
    demanding = book.profiles[profile_id].required_level > Level.STANDARD or bool(book.demand_of(profile_id, ()).ui)
    if way == Grant.PASSWORD or password_only or not demanding:
        return (Method.PASSWORD.value,)
    return (Method.PASSWORD.value, Method.AUTHENTICATOR_APP.value)


def _in_markdown(cell: Cell | None) -> str:
    return "–" if cell is None else f"{cell.verdict.value} ({cell.code})" if cell.verdict != Verdict.WORKS else "works"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
