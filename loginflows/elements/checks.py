"""What elements that check a code have in common: tries that are counted in the run, and what comes of each reply. Pure.

The tries of a run stand beside the budget of the account, which the caller counts (R9.25): a new login begins new tries,
never a new budget. Nothing but a reply moves the count, so reloading the screen does not reset it (R8.35).
"""

from __future__ import annotations

from ..state import View
from .kind import Element, Input, Move, Reply, failed

CODE = Input("code", "code", most=100)
SUCCEEDED, FAILED, NO_METHOD = "succeeded", "failed", "no_method"
RIGHT, WRONG, PAUSED, MALFORMED = "right", "wrong", "paused", "malformed"


def outcome_of(element: Element, reply: Reply, view: View, passed: Move, *, most: int = 0) -> Move:
    """Return ``passed`` when the code was right; else the screen again, or the failure once the tries are used up."""
    if reply.status == RIGHT:
        return passed
    said = {name: reply.values[name] for name in ("error", "retry_after") if name in reply.values}
    if reply.status != WRONG:
        return Move(waits=True, problems={CODE.name: reply.status}, shown=said)
    tries = int(view.state.memory.get("tries", 0)) + 1
    left = (most or element.number("tries", 3)) - tries
    if left <= 0:
        return failed(element, FAILED)
    return Move(
        waits=True,
        problems={CODE.name: WRONG},
        memory={**view.state.memory, "tries": tries},
        shown={**said, "tries_left": left},
    )
