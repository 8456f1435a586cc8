"""Tries a change of policy on every case, by the one decision: before against after. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from . import impact_cases, policy_book, recorded
from .decision import Decision
from .facts import Facts, Policy
from .impact_cases import Case, Scope
from .impact_tally import Tally
from .policy_tables import Change
from .recorded import Recorded, in_zone

# Days of records that can be looked at.
PERIODS = (1, 7, 30)
# Cases between two reports of progress.
STEP = 500
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that is not saved: policies as they would be, and the people of permission sets as they would be, by id."""

    changes: tuple[Change, ...]
    members: dict[int, frozenset[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the draft as JSON values."""
        return {
            "changes": [[change.kind, change.id, change.values] for change in self.changes],
            "members": {str(pk): sorted(people) for pk, people in self.members.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Draft:
        """Return the draft that :meth:`as_json` wrote."""
        changes = tuple(Change(kind, pk, values) for kind, pk, values in data["changes"])
        return cls(changes, {int(pk): frozenset(people) for pk, people in data["members"].items()})

    def scope(self, days: int) -> Scope:
        """Return what the draft is tried on."""
        since = timezone.now() - timedelta(days=days)
        return Scope(
            policy_book.compile_book(policy_book.current().revision), policy_book.draft(*self.changes), since, self.members
        )


def size(scope: Scope) -> int:
    """Return how many rows there are to try."""
    return sum(source.count() for source in impact_cases.all_sources(scope))


def run(scope: Scope, progress: Progress = lambda _done: None) -> Tally:
    """Try every case and count. ``progress`` is called with the number of rows that are done."""
    tally, replay, done = Tally(), Replay(scope), 0
    for source in impact_cases.all_sources(scope):
        for case in source.cases():
            done += 1
            if done % STEP == 0:
                progress(done)
            if case is None:
                tally.unread += 1
            else:
                tally.add(case, *replay(case))
    return tally


class Replay:
    """Takes decisions under both books. Most changes touch few policies: where both say the same, one decision is enough."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._policies: dict[tuple[Any, ...], tuple[Policy, Policy, bool]] = {}
        self._methods: dict[str, frozenset[str]] = {}
        self._same_zone = scope.before.organisation.zone == scope.after.organisation.zone

    def __call__(self, case: Case) -> tuple[Decision, Decision]:
        """Return the decision before and after."""
        asked = case.recorded
        person = asked.facts.person
        sets = self.scope.sets_after(person.id, asked.sets) if person is not None else asked.sets
        before, after, same = self._policies_of(asked, sets)
        zone = self.scope.before.organisation.zone
        facts = in_zone(asked.facts, zone)
        was = recorded.decide_under(before, facts, zone, self._methods_of)
        if same:
            return was, was
        if case.after is not None or not self._same_zone:
            facts, zone = (case.after or asked).facts, self.scope.after.organisation.zone
        return was, recorded.decide_under(after, self._with_known_methods(facts), zone, self._methods_of)

    def _with_known_methods(self, facts: Facts) -> Facts:
        """Return ``facts`` with the methods of their person, where they are known: one decision is enough then."""
        person = facts.person
        known = self._methods.get(person.id) if person is not None and person.methods is None else None
        return facts if person is None or known is None else replace(facts, person=replace(person, methods=known))

    def _policies_of(self, asked: Recorded, sets: tuple[int, ...]) -> tuple[Policy, Policy, bool]:
        key = (
            asked.profile_id,
            asked.sets,
            sets,
            asked.resources,
            asked.fixed,
            asked.app,
            asked.enrolment,
            self._api_only(asked),
        )
        found = self._policies.get(key)
        if found is None:
            before = recorded.policy_under(self.scope.before, asked)
            after = recorded.policy_under(self.scope.after, replace(asked, sets=sets))
            found = self._policies[key] = (before, after, self._same_zone and _asks_the_same(before, after))
        return found

    def _api_only(self, asked: Recorded) -> tuple[tuple[str, ...], ...]:
        """Return what makes the person an API-only user, before and after: policies differ by it from person to person."""
        person = asked.facts.person
        user_id = int(person.id) if person is not None and person.id.isdecimal() else None
        return tuple(book.api_only(asked.profile_id, user_id) for book in (self.scope.before, self.scope.after))

    def _methods_of(self, person_id: str) -> frozenset[str]:
        """Return the methods that somebody could use now; none for who is gone. Asked once for each person."""
        found = self._methods.get(person_id)
        if found is None:
            user: Any = get_user_model()._default_manager.filter(pk=person_id).first() if person_id.isdigit() else None
            found = self._methods[person_id] = user.usable_methods() if user is not None else frozenset()
        return found


def _asks_the_same(before: Policy, after: Policy) -> bool:
    return replace(before, revision=0, two_factor=replace(before.two_factor, sets=())) == replace(
        after, revision=0, two_factor=replace(after.two_factor, sets=())
    )
