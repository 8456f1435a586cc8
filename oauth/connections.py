"""The apps that hold something of one person: what they approved, and tokens that came otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min

from sessions_policy import texts
from sessions_policy.levels import Level

from . import usage
from .models import Approval, ConnectedApp
from .scopes import described


@dataclass(frozen=True, slots=True)
class Connection:
    """One app, or ``None`` for programs that signed in with the person's password and belong to no app."""

    app: ConnectedApp | None
    groups: list[dict[str, Any]]
    since: datetime
    last_used: datetime | None
    level: str
    tokens: int
    approved: bool

    @property
    def key(self) -> str:
        """What its button sends."""
        return "none" if self.app is None else str(self.app.pk)


@dataclass(slots=True)
class _Held:
    """What the live tokens of one app say together."""

    tokens: int
    since: datetime
    last: datetime
    scopes: set[str]
    level: Level


def of(user: Any) -> list[Connection]:
    """Return the connections of ``user``: approved apps by name, then those with tokens alone. Four queries at most."""
    approvals: dict[int | None, Approval] = {
        each.application_id: each for each in Approval.objects.filter(user=user).select_related("application")
    }
    held = _held(user)
    apps = {pk: each.application for pk, each in approvals.items()}
    apps |= ConnectedApp.objects.in_bulk([pk for pk in held if pk is not None and pk not in apps])
    approved = [_of_approval(approval, held.get(pk)) for pk, approval in approvals.items()]
    others = [_of_tokens(apps.get(pk), found) for pk, found in held.items() if pk not in approvals]
    return approved + sorted(others, key=lambda each: (each.app is None, str(each.app)))


def _held(user: Any) -> dict[int | None, _Held]:
    found: dict[int | None, _Held] = {}
    for tokens in usage.live(user=user):
        rows = tokens.values("application_id", "scope", "acr").annotate(
            n=Count("pk"), first=Min("created"), last=Max("created")
        )
        for row in rows:
            level = Level.from_slug(row["acr"]) if row["acr"] else Level.STANDARD
            known = found.setdefault(row["application_id"], _Held(0, row["first"], row["last"], set(), level))
            known.tokens += row["n"]
            known.since, known.last = min(known.since, row["first"]), max(known.last, row["last"])
            known.scopes |= set(row["scope"].split())
            known.level = max(known.level, level)
    return found


def _of_approval(approval: Approval, held: _Held | None) -> Connection:
    return Connection(
        app=approval.application,
        groups=described(approval.scope.split()),
        since=approval.first_at,
        last_used=held.last if held else None,
        level=texts.level_name(held.level) if held else "",
        tokens=held.tokens if held else 0,
        approved=True,
    )


def _of_tokens(app: ConnectedApp | None, held: _Held) -> Connection:
    level = texts.level_name(held.level)
    return Connection(app, described(held.scopes), held.since, held.last, level, held.tokens, approved=False)
