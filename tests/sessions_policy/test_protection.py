"""What a change takes away, beyond switching something off: less often, and from fewer people."""

from __future__ import annotations

from typing import Any

import pytest

from sessions_policy import protection

pytestmark = pytest.mark.django_db
RESOURCE, SET = "sessions_policy.resourcepolicy", "sessions_policy.permissionset"


@pytest.mark.parametrize(
    ("before", "after", "takes_away"),
    [
        ({"action": "raise", "again_after_minutes": 10}, {"action": "raise", "again_after_minutes": None}, True),
        ({"action": "raise", "again_after_minutes": 10}, {"action": "raise", "again_after_minutes": 60}, True),
        ({"action": "raise", "again_after_minutes": 60}, {"action": "raise", "again_after_minutes": 10}, False),
        ({"action": "raise", "again_after_minutes": None}, {"action": "raise", "again_after_minutes": 10}, False),
        ({"action": "raise", "again_after_minutes": 10}, {"action": "block", "again_after_minutes": None}, False),
        ({"action": "raise", "again_after_minutes": 10}, {"action": "allow", "again_after_minutes": None}, True),
    ],
)
def test_asking_less_often_takes_protection_away(before: dict[str, Any], after: dict[str, Any], *, takes_away: bool) -> None:
    found = list(protection.taken_away(RESOURCE, {"key": "reports", **before}, {"key": "reports", **after}))
    assert bool(found) is takes_away, found


def test_taking_people_out_of_a_set_for_programs_takes_protection_away() -> None:
    kept = {"name": "Loaders", "two_factor_api": True, "two_factor_ui": False}
    (said,) = protection.taken_away(SET, {**kept, "users": ["ann", "bob"]}, {**kept, "users": ["ann"]})
    assert "bob" in said and "Programs" in said
