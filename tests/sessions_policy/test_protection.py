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


PROFILE = "sessions_policy.profile"
NINE_TO_FIVE = {"0": ["09:00", "17:00"]}


@pytest.mark.parametrize(
    ("field", "before", "after", "takes_away"),
    [
        ("ip_ranges", "10.0.0.0/8", "0.0.0.0/0", True),
        ("ip_ranges", "10.0.0.0/8", "10.0.0.0/8\n192.0.2.0/24", True),
        ("ip_ranges", "10.0.0.0/8", "", True),
        ("ip_ranges", "10.0.0.0/8", "10.1.0.0/16", False),
        ("ip_ranges", "10.0.0.0/9\n10.128.0.0/9", "10.0.0.0/8", False),
        ("ip_ranges", "10.0.0.0/8", "10.0.0.0/8\n2001:db8::/32", True),
        ("ip_ranges", "", "10.0.0.0/8", False),
        ("login_hours", NINE_TO_FIVE, {"0": ["00:00", "24:00"]}, True),
        ("login_hours", NINE_TO_FIVE, {**NINE_TO_FIVE, "1": ["09:00", "10:00"]}, True),
        ("login_hours", NINE_TO_FIVE, {"0": ["10:00", "16:00"]}, False),
        ("login_hours", NINE_TO_FIVE, {}, True),
        ("login_hours", {}, NINE_TO_FIVE, False),
        ("idle_timeout", 15, 60, True),
        ("idle_timeout", 15, None, True),
        ("idle_timeout", None, 15, False),
        ("grace_until", None, "2027-01-01", True),
        ("grace_until", "2027-01-01", None, False),
    ],
)
def test_a_profile_that_leaves_more_open(field: str, before: Any, after: Any, *, takes_away: bool) -> None:
    same = {"name": "Sales", "required_level": "high_assurance"}
    found = protection.taken_away(PROFILE, {**same, field: before}, {**same, field: after})
    assert bool(found) is takes_away, found


def test_longer_sessions_of_everybody_take_protection_away() -> None:
    kind, before = "sessions_policy.organisationsettings", {"idle_timeout": 30, "absolute_timeout": 720}
    assert protection.taken_away(kind, before, {**before, "idle_timeout": 60})
    assert protection.taken_away(kind, before, {**before, "idle_timeout": 15}) == []
