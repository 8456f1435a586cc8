"""Counting what a change would do: at once where that is quick, else beside the request, with a row that tells how far it is.

A thread of the process that was asked does it: no queue has to be there. When the process ends in the middle, the row says
so after :data:`SILENT` seconds, and the counting can be begun again.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from . import impact_replay, policy_book
from .impact_replay import Draft
from .impact_tally import Tally
from .models import ImpactRun

logger = logging.getLogger(__name__)

# So many rows take less than a second.
AT_ONCE = 3_000
# Seconds without a sign of life after which nobody counts any more.
SILENT = 60


class Stopped(Exception):
    """Somebody stopped the counting."""


def start(draft: Draft, *, title: str, days: int, author: Any, area: str = "") -> ImpactRun:
    """Count what ``draft`` would do, and return the row: with the counts, or with the number of rows that there are to try."""
    scope = draft.scope(days)
    run = ImpactRun.objects.create(
        author=author,
        title=title[:200],
        area=area,
        revision=policy_book.current().revision,
        days=days,
        draft=draft.as_json(),
        total=impact_replay.size(scope),
    )
    begin(run)
    return run


def begin(run: ImpactRun) -> None:
    """Count, here or beside."""
    if run.total <= AT_ONCE:
        count(run)
        return
    thread = threading.Thread(target=_beside, args=(run.pk,), name=f"impact-{run.pk}", daemon=True)
    # It has a connection of its own, which sees the row when that is there for good.
    transaction.on_commit(thread.start)


def restart(run: ImpactRun) -> None:
    """Begin again what nobody finished."""
    run.state, run.done, run.beat = ImpactRun.State.RUNNING, 0, timezone.now()
    run.save(update_fields=["state", "done", "beat"])
    begin(run)


def stop(run: ImpactRun) -> None:
    """Have whoever counts stop at the next step."""
    ImpactRun.objects.filter(pk=run.pk, state=ImpactRun.State.RUNNING).update(state=ImpactRun.State.STOPPED)


def is_abandoned(run: ImpactRun) -> bool:
    """Whether the counting was begun and nobody is at it any more."""
    return run.state == ImpactRun.State.RUNNING and timezone.now() - run.beat > timedelta(seconds=SILENT)


def count(run: ImpactRun) -> Tally | None:
    """Count, and keep the counts in ``run``; None when somebody stopped it."""

    def progress(done: int) -> None:
        alive = ImpactRun.objects.filter(pk=run.pk, state=ImpactRun.State.RUNNING)
        if not alive.update(done=done, beat=timezone.now()):
            raise Stopped

    try:
        tally = impact_replay.run(Draft.from_json(run.draft).scope(run.days), progress)
    except Stopped:
        run.state = ImpactRun.State.STOPPED
        return None
    run.state, run.done, run.result = ImpactRun.State.DONE, run.total, tally.as_json()
    run.save(update_fields=["state", "done", "result"])
    return tally


def _beside(pk: Any) -> None:
    try:
        count(ImpactRun.objects.get(pk=pk))
    except Exception:
        # Whatever it was, the page must not wait for ever.
        logger.exception("The impact %s could not be counted", pk)
        ImpactRun.objects.filter(pk=pk).update(state=ImpactRun.State.FAILED)
    finally:
        connection.close()
