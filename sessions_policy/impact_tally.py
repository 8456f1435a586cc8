"""What a change of policy does to the cases that it is tried on, counted by kind, and by name where somebody is touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from . import texts
from .decision import Decision, Outcome, Reason
from .impact_cases import Case, Kind


class Verdict(StrEnum):
    """How a case ends."""

    WORKS = "works"
    ASKS = "asks"
    ENROL = "enrol"
    REFUSED = "refused"


class Effect(StrEnum):
    """What a change does to somebody, the worst first."""

    REFUSED = "newly_refused"
    ENROL = "must_enrol"
    ASKED = "newly_asked"
    EASED = "eased"


VERDICTS = {
    Outcome.ALLOW: Verdict.WORKS,
    Outcome.LOG_IN: Verdict.ASKS,
    Outcome.VERIFY: Verdict.ASKS,
    Outcome.RUN_FLOW: Verdict.ASKS,
    Outcome.ENROL: Verdict.ENROL,
    Outcome.DENY: Verdict.REFUSED,
}
_ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}
_EFFECTS = {Verdict.ASKS: Effect.ASKED, Verdict.ENROL: Effect.ENROL, Verdict.REFUSED: Effect.REFUSED}
SEPARATOR = "|"


# What a program may give along with its password: it is asked, by a refusal that says what is missing.
GIVEN_ALONG = frozenset({Reason.TWO_FACTOR_API, Reason.SECURITY_TOKEN})


def verdict_of(decision: Decision) -> Verdict:
    """Return how ``decision`` ends."""
    return Verdict.ASKS if decision.reason in GIVEN_ALONG else VERDICTS[decision.outcome]


def effect_of(before: Verdict, after: Verdict) -> Effect | None:
    """Return what going from ``before`` to ``after`` does to somebody; None where nothing changes for them."""
    if before == after:
        return None
    return Effect.EASED if _ORDER[after] < _ORDER[before] else _EFFECTS[after]


@dataclass(slots=True)
class Tally:
    """Counts that grow with the people who are touched, not with the cases that were tried.

    ``ends`` counts kind, verdict before and after; ``people`` tells for each effect who, and why (the first case decides);
    ``reasons`` why something ends otherwise than before; ``integrations`` which app's grant ends otherwise for which profile;
    ``unread`` the rows of each kind that could not be tried.
    """

    tried: int = 0
    unread: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    integrations: list[dict[str, str]] = field(default_factory=list)
    _sentences: dict[Any, str] = field(default_factory=dict, repr=False)

    def add(self, case: Case, before: Decision, after: Decision) -> None:
        """Count one case."""
        self.tried += 1
        was, now = verdict_of(before), verdict_of(after)
        self.ends[SEPARATOR.join((case.kind, was, now))] += 1
        effect = effect_of(was, now)
        if effect is None:
            return
        why = self._why(after if effect is not Effect.EASED else before)
        self.reasons[SEPARATOR.join((effect, why))] += 1
        if case.kind is Kind.INTEGRATION:
            app = case.recorded.app.name if case.recorded.app else ""
            found = {
                "app": app,
                "what": case.what,
                "profile": case.who,
                "before": was,
                "after": now,
                "effect": effect,
                "why": why,
            }
            self.integrations.append({name: str(value) for name, value in found.items()})
        elif case.who:
            self.people.setdefault(effect, {}).setdefault(case.who, why)

    def _why(self, decision: Decision) -> str:
        # Looked up for thousands of rows with the same few answers.
        key = (decision.reason, decision.requirement)
        if key not in self._sentences:
            self._sentences[key] = texts.for_administrator(decision)
        return self._sentences[key]

    def as_json(self) -> dict[str, Any]:
        """Return the tally as JSON values."""
        return {
            "tried": self.tried,
            "unread": self.unread,
            "ends": dict(self.ends),
            "people": self.people,
            "reasons": dict(self.reasons),
            "integrations": self.integrations,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        """Return the tally that :meth:`as_json` wrote."""
        return cls(
            data["tried"],
            data["unread"],
            Counter(data["ends"]),
            data["people"],
            Counter(data["reasons"]),
            data["integrations"],
        )

    def count(self, kinds: tuple[Kind, ...], *, before: Verdict | None = None, after: Verdict | None = None) -> int:
        """Return how many cases of ``kinds`` ended so before, and so after."""
        total = 0
        for key, number in self.ends.items():
            kind, was, now = key.split(SEPARATOR)
            if kind in kinds and before in (None, was) and after in (None, now):
                total += number
        return total

    def names(self, effect: Effect) -> dict[str, str]:
        """Return who is touched by ``effect``, each with the reason; nobody who is touched by a worse one."""
        worse = list(Effect)[: list(Effect).index(effect)] if effect is not Effect.EASED else list(Effect)[:-1]
        hidden = {name for each in worse for name in self.people.get(each, {})}
        return {name: why for name, why in sorted(self.people.get(effect, {}).items()) if name not in hidden}
