"""What each grant of an app gives somebody of each profile: the cells of the grid, in the words of developers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_policy import impact_tally, policy_book, texts
from sessions_policy.levels import Level
from sessions_policy.policy_book import PolicyBook

from .. import grid
from ..models import ConnectedApp

ANSWERS: dict[impact_tally.Verdict, str | Promise] = {
    impact_tally.Verdict.WORKS: _("token"),
    impact_tally.Verdict.ASKS: _("second factor, then token"),
    impact_tally.Verdict.ENROL: _("second factor, then token"),
    impact_tally.Verdict.REFUSED: _("refused"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a grant gives somebody: ``answer`` in a few words, ``why`` as a sentence where there is something to say."""

    grant: str
    name: str
    answer: str
    works: bool
    why: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts for people of one profile."""

    profile: str
    level: Level
    level_name: str
    verdicts: tuple[Verdict, ...]


def rows(app: ConnectedApp, profiles: Iterable[int] | None = None) -> list[Row]:
    """Return a row for each profile that comes to the app, or for those of ``profiles`` (ids) alone. Two queries at most."""
    book = policy_book.current()
    wanted = book.profiles if profiles is None else [each for each in profiles if each in book.profiles]
    found = (_row(book, pk, app) for pk in sorted(wanted, key=lambda each: book.profiles[each].name))
    return [row for row in found if row.verdicts]


def _row(book: PolicyBook, profile_id: int, app: ConnectedApp) -> Row:
    profile = book.profiles[profile_id]
    ways = [way for way in grid.ways_of(app) if way != grid.BRIDGE and grid.concerns(app, way, profile_id)]
    verdicts = tuple(_verdict(grid.cell(book, profile_id, app, way, password_only=True)) for way in ways)
    return Row(profile.name, profile.required_level, texts.level_name(profile.required_level), verdicts)


def _verdict(cell: grid.Cell) -> Verdict:
    answer = str(ANSWERS[cell.verdict])
    if cell.verdict is impact_tally.Verdict.WORKS:
        return Verdict(cell.way, cell.way_name, answer, works=True)
    works = cell.verdict is not impact_tally.Verdict.REFUSED
    why = cell.reason if cell.decision is None else texts.for_person(cell.decision)
    if cell.decision is not None and not works:
        why = f"{why} {texts.what_now(cell.decision)}"
    return Verdict(cell.way, cell.way_name, answer, works, why, cell.code)
