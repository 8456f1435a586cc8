"""What goes by beside a decision that is in force: what report-only policies would have said, and a sample of plain allows.

Nothing here answers anybody: a door that asks gets its own decision whatever comes out. While no policy is report-only and
no sample is wanted, it costs neither a query nor a second decision.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from django.core.cache import cache

from . import events, policy_book, recorded
from .decision import Decision
from .models import RecordMode
from .policy_book import PolicyBook
from .recorded import Recorded

# One row for each person and reason in so many seconds, however often they come by: a busy page writes nothing.
ONCE_IN = 15 * 60


def observe(user: Any, decision: Decision) -> None:
    """Write down what would have been, where it differs from ``decision``; and ``decision`` itself if the sample says so.

    SECURITY: an error here must not open or close anything, so the caller has already decided and does not look at this.
    """
    if decision.facts is None or decision.facts.person is None:
        return
    book = policy_book.current()
    if book.report_only is not None:
        _watch(book.report_only, user, decision)
    percent = book.organisation.sample_allowed
    if percent and decision.allowed and secrets.randbelow(100) < percent:
        events.record(decision, decision.facts, RecordMode.SAMPLED)


def would_be(watched: PolicyBook, decision: Decision, methods: frozenset[str] | None = None) -> Decision | None:
    """Return what ``watched`` would have answered in place of ``decision``; None where that is the same.

    ``methods`` are those that the person could use, where nobody looked them up for ``decision``.
    """
    if decision.policy is None or decision.facts is None:
        return None
    facts = decision.facts
    if facts.person is not None and facts.person.methods is None:
        facts = replace(facts, person=replace(facts.person, methods=methods))
    found = recorded.decide_recorded(watched, Recorded.of(decision.policy, facts))
    same = (found.outcome, found.reason) == (decision.outcome, decision.reason)
    return None if same else found


def _watch(watched: PolicyBook, user: Any, decision: Decision) -> None:
    found, facts = would_be(watched, decision), decision.facts
    if found is None or facts is None or facts.person is None:
        return
    key = f"watched:{watched.revision}:{facts.person.id}:{facts.channel.value}:{found.reason.value}"
    if not cache.add(key, 1, ONCE_IN):
        return
    if facts.person.methods is None:
        # Only now: looking them up costs a query.
        found = would_be(watched, decision, user.usable_methods())
    if found is not None and found.facts is not None:
        events.record(found, found.facts, RecordMode.REPORT_ONLY)
