"""A row of a history, decided again: under its own revision, which gives the same answer, or under any other book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from . import policy_book, recorded, trace
from .decision import Decision
from .policy_book import PolicyBook
from .recorded import Recorded


@dataclass(frozen=True, slots=True)
class Replay:
    """A recorded decision and what came out when it was taken again."""

    recorded: Recorded
    decision: Decision

    @property
    def agrees(self) -> bool:
        """Whether the answer is the one that was given."""
        return (self.recorded.outcome, self.recorded.reason) == (self.decision.outcome, self.decision.reason)


def read(inputs: Any) -> Recorded | None:
    """Return the recorded inputs of a row; None where it has none that can be read."""
    try:
        return recorded.unpack(inputs)
    except recorded.Unreadable:
        return None


def under_its_own(inputs: Any) -> Replay | None:
    """Decide the inputs of a row again as it was then; None for a row without."""
    found = read(inputs)
    return None if found is None else Replay(found, recorded.decide_as_recorded(policy_book.at(found.revision), found))


def under(book: PolicyBook, inputs: Any) -> Replay | None:
    """Decide the inputs of a row again under ``book``; methods that nobody looked up then are those of today."""
    found = read(inputs)
    return None if found is None else Replay(found, recorded.decide_recorded(book, found, methods_of))


def methods_of(person_id: str) -> frozenset[str]:
    """Return the methods that somebody could use today; none for nobody."""
    user: Any = get_user_model()._default_manager.filter(pk=person_id).first()
    methods: frozenset[str] = frozenset() if user is None else user.usable_methods()
    return methods


def trace_of_row(row: Any) -> dict[str, Any]:
    """Return the whole trace of a decision's row; what was kept of it where its inputs were not."""
    found = under_its_own(row.inputs)
    if found is None or not found.agrees:
        return {"version": trace.VERSION, "steps": trace.stored_steps(row.trace)}
    return trace.document(found.decision, mode=row.mode, reference=row.reference, at=row.at)
