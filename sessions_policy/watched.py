"""What a report-only policy would have done: whom it would have asked or refused, from the rows that were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from . import resources
from .decision import Outcome, Reason
from .models import DecisionRecord, RecordMode
from .modes import MODES

MOST_PEOPLE = 200
_TWO_FACTOR = (Reason.TWO_FACTOR_UI, Reason.TWO_FACTOR_API, Reason.GRANT_TWO_FACTOR, Reason.LEVEL_UNREACHABLE)

# Kind of policy, field of its mode -> the reasons that it gives.
REASONS: Mapping[tuple[str, str], tuple[Reason, ...]] = {
    ("sessions_policy.profile", "required_level_mode"): (
        Reason.LEVEL_PROFILE,
        Reason.LEVEL_BRIDGE,
        Reason.GRANT_PROFILE,
        Reason.LEVEL_UNREACHABLE,
    ),
    ("sessions_policy.profile", "login_hours_mode"): (Reason.HOURS_OUTSIDE,),
    ("sessions_policy.profile", "ip_ranges_mode"): (Reason.NETWORK_OUTSIDE,),
    ("sessions_policy.profile", "two_factor_mode"): _TWO_FACTOR,
    ("sessions_policy.permissionset", "two_factor_mode"): _TWO_FACTOR,
    ("sessions_policy.resourcepolicy", "mode"): (
        Reason.LEVEL_RESOURCE,
        Reason.RESOURCE_BLOCKED,
        Reason.PROOF_OLD_RESOURCE,
        Reason.GRANT_RESOURCE,
        Reason.LEVEL_UNREACHABLE,
    ),
    ("oauth.connectedapp", "session_policy_mode"): (
        Reason.LEVEL_APP,
        Reason.APP_BLOCKED,
        Reason.GRANT_APP,
        Reason.LEVEL_UNREACHABLE,
    ),
    ("loginflows.flowassignment", "mode"): (Reason.FLOW_UNFINISHED,),
}


@dataclass(frozen=True, slots=True)
class WouldHaveBeen:
    """One person: what would have happened to them at worst, how often, and when last."""

    username: str
    outcome: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """What a policy would have done in the last ``days``: people, and rows by outcome. ``complete`` is false past a limit."""

    days: int
    people: tuple[WouldHaveBeen, ...]
    outcomes: Mapping[str, int]
    complete: bool

    @property
    def refused(self) -> int:
        """How many people it would have refused."""
        return sum(1 for person in self.people if person.outcome == Outcome.DENY)


def mode_fields(policy: Any) -> list[str]:
    """Return the fields of ``policy`` that hold a mode."""
    return list(MODES.get(policy._meta.label_lower, ()))


def of(policy: Any, field: str, days: int = 7) -> Watched:
    """Return what the part of ``policy`` whose mode is in ``field`` would have done. Two queries."""
    rows = DecisionRecord.objects.filter(mode=RecordMode.REPORT_ONLY, at__gte=timezone.now() - timedelta(days=days))
    rows = rows.filter(reason__in=REASONS[policy._meta.label_lower, field]).filter(_named(names_of(policy))).order_by()
    outcomes = {row["outcome"]: row["n"] for row in rows.values("outcome").annotate(n=Count("pk"))}
    people = rows.values("user__username", "outcome").annotate(n=Count("pk"), last=Max("at")).order_by("user__username")
    found = _people(people[: MOST_PEOPLE + 1])
    return Watched(days, tuple(found[:MOST_PEOPLE]), outcomes, len(found) <= MOST_PEOPLE)


def names_of(policy: Any) -> list[str]:
    """Return the names under which decisions know ``policy``."""
    kind = policy._meta.label_lower
    if kind == "sessions_policy.resourcepolicy":
        return [next((str(each.label) for each in resources.registered() if each.key == policy.key), policy.key)]
    return [policy.flow.name if kind == "loginflows.flowassignment" else policy.name]


def _named(names: Iterable[str]) -> Q:
    # Several permission sets that demand the same stand in one row, with commas between them.
    found = Q()
    for name in names:
        found |= Q(subject=name) | Q(subject__startswith=f"{name}, ") | Q(subject__contains=f", {name}")
    return found


def _people(rows: Iterable[Any]) -> list[WouldHaveBeen]:
    worst = {Outcome.DENY.value: 3, Outcome.ENROL.value: 2, Outcome.VERIFY.value: 1}
    found: dict[str, WouldHaveBeen] = {}
    for row in rows:
        name, outcome = row["user__username"] or "", row["outcome"]
        old = found.get(name)
        if old is None:
            found[name] = WouldHaveBeen(name, outcome, row["n"], row["last"])
            continue
        if worst.get(old.outcome, 0) > worst.get(outcome, 0):
            outcome = old.outcome
        found[name] = WouldHaveBeen(name, outcome, old.times + row["n"], max(old.last, row["last"]))
    return list(found.values())
