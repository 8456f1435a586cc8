"""The saved questions of What-If, asked as tests of the policies: before each change, and by ``policy_check``."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import policy_book
from .models import SavedQuestion
from .policy_book import Change, PolicyBook
from .whatif import BadQuestion, Question, answer
from .whatif.questions import LIVE

UNANSWERABLE = "cannot_be_asked"


@dataclass(frozen=True, slots=True)
class Result:
    """One test: what the answer has to be, and what it is. ``error`` says why it could not be asked at all."""

    test: SavedQuestion
    verdict: str
    reason: str
    error: str = ""

    @property
    def passes(self) -> bool:
        """Whether the answer is the one that was saved."""
        return (self.verdict, self.reason) == (self.test.verdict, self.test.reason)

    @property
    def sentence(self) -> str:
        """The result in words."""
        words = {"name": self.test.name, "wanted": f"{self.test.verdict} ({self.test.reason})", "why": self.error}
        if self.error:
            return _("The test “%(name)s” cannot be asked any more: %(why)s") % words
        found = {**words, "found": f"{self.verdict} ({self.reason})"}
        return _("The test “%(name)s” has to say %(wanted)s, and says %(found)s.") % found


def run(book: PolicyBook | None = None) -> list[Result]:
    """Ask every saved question: under ``book`` those about the policies in force; others under the policies that they name."""
    return [run_one(test, book) for test in SavedQuestion.objects.all()]


def run_one(test: SavedQuestion, book: PolicyBook | None = None) -> Result:
    """Ask one saved question."""
    try:
        question = Question.read(test.question)
        found = answer(question, book if question.policies == LIVE else None, explore=False)
    except BadQuestion as error:
        return Result(test, UNANSWERABLE, error.field, str(error))
    return Result(test, found.verdict.value, found.decision.reason.value)


def would_differ(*changes: Change) -> list[str]:
    """Return a sentence for each test that passes now, and would not once ``changes`` are saved."""
    tests = list(SavedQuestion.objects.all())
    if not tests:
        return []
    before, after = policy_book.draft(), policy_book.draft(*changes)
    broken = [run_one(test, after) for test in tests if run_one(test, before).passes]
    return [result.sentence for result in broken if not result.passes]
