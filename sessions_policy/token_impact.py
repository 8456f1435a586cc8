"""What a change of a policy does to tokens that live, asked from here, where tokens are not known.

``settings.TOKEN_VERDICTS`` names the function that judges them, ``settings.TAKE_BACK_APPROVALS`` the one
that ends them with their approvals.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from . import policy_book
from .policy_book import PolicyBook

# (grant in words, whether the policies let such a token work) -> how many there are.
Verdicts = Counter[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class TokenImpact:
    """How many live tokens of each grant a change refuses, and how many go on working."""

    refused: tuple[tuple[str, int], ...] = ()
    kept: tuple[tuple[str, int], ...] = ()

    @property
    def refused_count(self) -> int:
        """How many tokens stop working."""
        return sum(n for _grant, n in self.refused)

    @property
    def kept_count(self) -> int:
        """How many tokens go on working."""
        return sum(n for _grant, n in self.kept)

    @property
    def fingerprint(self) -> str:
        """What tells this impact from another one, so that it is known that somebody has read it."""
        return hashlib.sha256(json.dumps([self.refused, self.kept]).encode()).hexdigest()[:16]


def of_change(change: Callable[[], object], **which: Any) -> TokenImpact:
    """Make ``change`` in a transaction that is rolled back; return what it does to the live tokens that ``which`` finds."""
    judge: Callable[..., Verdicts] = import_string(settings.TOKEN_VERDICTS)
    before = judge(policy_book.compile_book(0), **which)
    if not before:
        return TokenImpact()
    with transaction.atomic():
        change()
        book: PolicyBook = policy_book.compile_book(0)
        after = judge(book, **which)
        transaction.set_rollback(True)
    grants = sorted({grant for grant, _works in before})
    lost = [(grant, before[grant, True] - after[grant, True]) for grant in grants]
    kept = [(grant, after[grant, True]) for grant in grants]
    return TokenImpact(tuple(each for each in lost if each[1] > 0), tuple(each for each in kept if each[1] > 0))


def take_back(**which: Any) -> None:
    """End every token that the look-up ``which`` finds, with the approvals behind them."""
    end: Callable[..., None] = import_string(settings.TAKE_BACK_APPROVALS)
    end(**which)
