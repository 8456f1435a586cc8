"""The saved questions of What-If, asked as tests of the policies: before each change, and by ``policy_check``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import policy_book
from .models import SavedQuestion
from .policy_book import PolicyBook
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


def passing() -> list[SavedQuestion]:
    """Return the tests that pass under the policies as the database holds them. One query where there are no tests."""
    tests = list(SavedQuestion.objects.all())
    book = policy_book.compile_book(0) if tests else None
    return [test for test in tests if run_one(test, book).passes]


def broken(tests: Sequence[SavedQuestion]) -> list[str]:
    """Return a sentence for each of ``tests`` that does not pass under the policies as the database holds them now.

    Asked inside the transaction of a change that is not kept, it says what the change would break.
    """
    book = policy_book.compile_book(0) if tests else None
    return [result.sentence for test in tests if not (result := run_one(test, book)).passes]
