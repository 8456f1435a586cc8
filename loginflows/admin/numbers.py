"""How often flows ran, how their runs ended, and where people dropped out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.pending import MAX_AGE

from .. import tree
from ..models import FlowRun, FlowVersion, LoginFlow, RunOutcome
from .outline import kind_name

# A chart of so many runs says what one of all would; the newest are read.
MOST_RUNS = 5_000


@dataclass(frozen=True, slots=True)
class ElementNumbers:
    """What happened at one element: how many came, went on, and dropped out; seconds on average."""

    number: int
    id: str
    kind: str
    title: str
    came: int
    passed: int
    dropped: int
    seconds: float


def annotated(flows: QuerySet[LoginFlow], since: datetime) -> QuerySet[Any]:
    """Return ``flows`` with ``recent_runs``, ``recent_finished`` and ``recent_errors``: of runs that began since then."""
    recent = Q(versions__runs__started__gte=since)
    outcomes = {"recent_finished": RunOutcome.FINISHED, "recent_errors": RunOutcome.FAILED}
    counts = {
        name: Count("versions__runs", filter=recent & Q(versions__runs__outcome=each)) for name, each in outcomes.items()
    }
    return flows.annotate(recent_runs=Count("versions__runs", filter=recent), **counts)


def by_version(flow: LoginFlow) -> dict[int, int]:
    """Return how many runs each version of ``flow`` had, by its id."""
    rows = FlowRun.objects.filter(flow_version__flow=flow).order_by().values_list("flow_version").annotate(n=Count("id"))
    return dict(rows)


def running(version: FlowVersion) -> int:
    """Return how many runs are on ``version`` and may still finish on it."""
    began = timezone.now() - timedelta(seconds=MAX_AGE)
    return version.runs.filter(outcome=RunOutcome.RUNNING, started__gt=began).count()


def by_element(version: FlowVersion) -> list[ElementNumbers]:
    """Return what happened at each element of ``version``, in the order of the outline.

    An element of a sub-flow counts for the element that runs it. A run drops out where it was signed out, failed, or given up.
    """
    passed: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    alive = timezone.now() - timedelta(seconds=MAX_AGE)
    runs = version.runs.order_by("-started").values_list("path", "element", "outcome", "started")[:MOST_RUNS]
    for path, waits, outcome, started in runs:
        last = _dropped_at(path, waits, outcome, is_alive=started > alive)
        spent = {_own(step): float(step.get("seconds") or 0) for step in path if isinstance(step, dict)}
        passed.update(name for name in spent if name != last)
        seconds.update(spent)
        dropped.update([last] if last else [])
    return [_row(item, passed[item.id], dropped[item.id], seconds[item.id]) for item in tree.walk(version.definition)]


def _row(item: tree.Item, passed: int, dropped: int, seconds: float) -> ElementNumbers:
    kind, came = kind_name(tree.text(item.row, "kind")), passed + dropped
    title = tree.text(item.row, "title") or kind
    return ElementNumbers(item.number, item.id, kind, title, came, passed, dropped, seconds / came if came else 0)


def _own(step: Mapping[str, Any]) -> str:
    return str(step.get("element")).partition(".")[0]


def _dropped_at(path: list[Any], waits: str, outcome: str, *, is_alive: bool) -> str:
    if outcome == RunOutcome.FINISHED or (outcome == RunOutcome.RUNNING and is_alive):
        return ""
    return _own(path[-1]) if outcome == RunOutcome.LOGGED_OUT and path else waits.partition(".")[0]
