"""A decision takes the first outcome whose conditions hold, else the last one. Outcomes rejoin after it unless they end."""

from __future__ import annotations

from .. import conditions
from ..state import View
from .kind import TITLE, Element, Group, Kind, Move


def enter(element: Element, view: View) -> Move:
    """Take the first outcome that holds; keep every condition that was looked at."""
    looked_at: list[tuple[str, conditions.Checked]] = []
    for branch in element.branches[:-1]:
        checked = [conditions.evaluate(each, view) for each in branch.conditions]
        looked_at += [(branch.label or branch.id, each) for each in checked]
        if conditions.meets(branch.match, checked):
            return Move(branch=branch.id, result=branch.id, conditions=tuple(looked_at))
    last = element.branches[-1]
    return Move(branch=last.id, result=last.id, conditions=tuple(looked_at))


KIND = Kind("decision", Group.LOGIC, fields=(TITLE,), enter=enter, screen=None, has_outcomes=True)
