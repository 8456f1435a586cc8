"""The answer to a question: the verdict in a sentence, the screens, the rules, what would matter and what would change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import texts, trace
from ..decision import Decision, Outcome
from ..policy_book import PolicyBook
from .questions import Question
from .situations import book_of, situation_of
from .variations import Variation, changes_of, unknowns_of
from .walks import Walk, walk


class Verdict(StrEnum):
    """How it ends, as a stable code."""

    ALLOW = "allow"
    SIGN_IN = "sign_in"
    VERIFY = "verify"
    ENROL = "enrol"
    RUN_FLOW = "run_flow"
    BLOCK = "block"


VERDICT_NAMES: dict[Verdict, str | Promise] = {
    Verdict.ALLOW: _("Allowed"),
    Verdict.SIGN_IN: _("Sign in first"),
    Verdict.VERIFY: _("Allowed after verification"),
    Verdict.ENROL: _("Set up a method first"),
    Verdict.RUN_FLOW: _("Allowed after the login flow"),
    Verdict.BLOCK: _("Blocked"),
}
_BY_OUTCOME = {
    Outcome.ALLOW: Verdict.ALLOW,
    Outcome.LOG_IN: Verdict.SIGN_IN,
    Outcome.VERIFY: Verdict.VERIFY,
    Outcome.ENROL: Verdict.ENROL,
    Outcome.RUN_FLOW: Verdict.RUN_FLOW,
    Outcome.DENY: Verdict.BLOCK,
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A variation and the verdict that it would have."""

    words: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What would happen. ``decision`` is the one that the verdict is about; ``missing`` are inputs that would matter."""

    question: Question
    walk: Walk
    verdict: Verdict
    missing: tuple[Effect, ...]
    flips: tuple[Effect, ...]

    @property
    def decision(self) -> Decision:
        """The decision that the verdict is about."""
        return self.walk.deciding

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return f"{VERDICT_NAMES[self.verdict]}: {texts.for_administrator(self.decision)}"

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON values, with the trace of every decision on the way."""
        return {
            "question": self.question.given(),
            "verdict": self.verdict.value,
            "reason": self.decision.reason.value,
            "sentence": self.sentence,
            "screens": [{"name": each.name, "words": each.words, "reason": each.reason} for each in self.walk.screens],
            "missing": [_effect(each) for each in self.missing],
            "flips": [_effect(each) for each in self.flips],
            "trace": trace.document(self.decision, mode=trace.Mode.SIMULATED),
            "decisions": [trace.result_of(each) for each in self.walk.decisions],
            "permalink": self.permalink,
            "command": self.question.command(),
        }

    @property
    def permalink(self) -> str:
        """The address that asks the same question again."""
        return f"{settings.BASE_URL}{reverse('admin:sessions_policy_savedquestion_whatif')}?{self.question.query()}"

    @property
    def curl(self) -> str:
        """The call of the API that asks it."""
        return f'curl -H "Authorization: Bearer $TOKEN" "{settings.BASE_URL}/api/v1/whatif/?{self.question.query()}"'


def answer(question: Question, book: PolicyBook | None = None, *, explore: bool = True) -> Answer:
    """Answer ``question`` under ``book``, or under the policies that it names. Raises BadQuestion. It writes nothing.

    ``explore`` false leaves out what would matter and what would change it, which costs tens of decisions.
    """
    under = book or book_of(question)
    situation = situation_of(question, under)
    found = walk(under, situation)
    verdict = verdict_of(found)
    if not explore:
        return Answer(question, found, verdict, (), ())
    signature = (verdict, found.deciding.reason)
    missing = _tried(under, unknowns_of(question, under, situation), lambda v, r: (v, r) != signature)
    flips = _tried(under, changes_of(under, situation, found), lambda v, _r: _opens(v) != _opens(verdict))
    return Answer(question, found, verdict, missing, flips)


def verdict_of(found: Walk) -> Verdict:
    """Return the verdict of a walk."""
    return _BY_OUTCOME[found.deciding.outcome]


def _opens(verdict: Verdict) -> bool:
    return verdict is Verdict.ALLOW


def _tried(
    book: PolicyBook, variations: list[Variation], matters: Callable[[Verdict, Any], bool], most: int = 12
) -> tuple[Effect, ...]:
    found: list[Effect] = []
    for each in variations:
        way = walk(book, each.situation)
        verdict = verdict_of(way)
        if matters(verdict, way.deciding.reason):
            found.append(Effect(each.words, verdict, way.deciding.reason.value))
    return tuple(found[:most])


def _effect(effect: Effect) -> dict[str, str]:
    return {"if": effect.words, "then": effect.verdict.value, "reason": effect.reason}
