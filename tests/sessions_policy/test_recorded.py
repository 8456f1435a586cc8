"""Recorded inputs: every state goes to JSON and back unharmed, and the decision taken again is the same one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sessions_policy import recorded
from sessions_policy.decision import decide
from sessions_policy.facts import ProfilePolicy, ResourceRule, TwoFactorDemand
from sessions_policy.levels import Channel, Level
from sessions_policy.policy_compiler import HeldSet, PolicyBook
from sessions_policy.recorded import Recorded, Unreadable
from tests.sessions_policy.test_invariants import all_decisions
from tests.sessions_policy.world import APP, HIGH, NOON, app, browser, policy, proof, resource, sara

SALES = ProfilePolicy("Sales", id=3)


def book(**changes: object) -> PolicyBook:
    """Return a book with the profile Sales, the permission set Strict and the app Vault."""
    values = {
        "revision": 5,
        "columns": policy().columns,
        "profiles": {3: SALES},
        "profile_two_factor": {},
        "resources": {"reports": resource("raise")[0]},
        "permission_sets": {9: HeldSet("Strict", two_factor_ui=True, id=9)},
        "apps": {"Vault": app("raise")},
        **changes,
    }
    return PolicyBook(**values)  # type: ignore[arg-type]


def there_and_back(row: dict[str, object]) -> Recorded:
    return recorded.unpack(json.loads(json.dumps(row)))


def test_every_state_comes_back_as_it_went() -> None:
    for with_policy, facts, _decision in all_decisions()[::97]:
        found = there_and_back(recorded.pack(with_policy, facts))
        assert found.facts == facts
        assert found.resources == ("reports",) and found.app == with_policy.app


def test_the_rarer_facts_come_back_too() -> None:
    facts = browser(
        replace(proof(APP, level=HIGH), detail="Phone"),
        person=replace(sara(), methods=None, frozen=True, locked=True, active=False),
        channel=Channel.TOKEN,
        ip="2001:db8::1",
        session_ip="192.0.2.1",
        session_started=0.0,
        session_seen=1.5,
        enrolment_postponed=True,
        device_known=True,
        grant="password",
        level_cap=Level.NONE,
        asked_level=HIGH,
        asked_max_age=0.25,
        flow_finished=True,
    )
    under = policy(
        SALES,
        resources=(*resource("block"), ResourceRule.fixed(HIGH, 60)),
        two_factor=TwoFactorDemand(("Strict",), ("S",), True, ("W",), (9, 4)),
        revision=5,
    ).for_first_enrolment()
    found = there_and_back(recorded.pack(under, facts))
    assert found.facts == facts
    assert found.two_factor == under.two_factor
    assert (found.profile_id, found.sets, found.enrolment, found.revision) == (3, (9, 4), True, 5)
    assert (found.resources, found.fixed, found.app) == (("reports",), (ResourceRule.fixed(HIGH, 60),), None)


def test_the_answer_of_that_time_is_kept_beside_them() -> None:
    found = there_and_back(recorded.of(decide(policy(resources=resource("raise")), browser("password"))) or {})
    assert (found.outcome, found.reason) == ("verify", "level.resource")


def test_it_is_decided_again_under_any_book() -> None:
    row = there_and_back(recorded.pack(policy(SALES, resources=resource("raise")), browser("password")))
    assert recorded.decide_recorded(book(), row).reason == "level.resource"
    assert recorded.decide_recorded(book(resources={"reports": resource("allow")[0]}), row).allowed
    high = book(profiles={3: replace(SALES, required_level=HIGH)})
    assert recorded.decide_recorded(high, row).reason == "level.profile"


def test_a_permission_set_is_judged_as_the_book_has_it() -> None:
    under = policy(SALES, two_factor=TwoFactorDemand(sets=(9,)))
    row = there_and_back(recorded.pack(under, browser("password", at_login=True, device_known=True)))
    assert recorded.decide_recorded(book(), row).reason == "two_factor.ui"
    assert recorded.decide_recorded(book(permission_sets={}), row).allowed


def test_an_app_that_is_gone_keeps_the_rule_of_that_time() -> None:
    row = there_and_back(recorded.pack(policy(SALES, app=app("block")), browser("password")))
    assert recorded.decide_recorded(book(apps={}), row).reason == "app.blocked"
    assert recorded.decide_recorded(book(), row).reason == "level.app"


def test_methods_that_nobody_looked_up_are_asked_for_only_where_they_matter() -> None:
    asked: list[str] = []

    def methods_of(person_id: str) -> frozenset[str]:
        asked.append(person_id)
        return frozenset({"password", APP})

    facts = browser("password", person=replace(sara(), methods=None))
    row = there_and_back(recorded.pack(policy(SALES), facts))
    assert recorded.decide_recorded(book(), row, methods_of).allowed and not asked
    high = book(profiles={3: replace(SALES, required_level=HIGH)})
    assert recorded.decide_recorded(high, row, methods_of).outcome == "verify" and asked == ["7"]
    assert recorded.decide_recorded(high, row).outcome == "enrol"


@pytest.mark.parametrize("row", [{}, {"v": 2}, {"v": 1, "f": {}}, {"v": 1, "f": {"t": "noon", "ch": "browser"}}, []])
def test_what_cannot_be_read_is_an_error_that_says_so(row: object) -> None:
    with pytest.raises(Unreadable):
        recorded.unpack(row)  # type: ignore[arg-type]


def test_a_row_is_small() -> None:
    row = recorded.of(decide(policy(SALES, revision=12), browser("password", APP, at_login=True, ip="192.0.2.1")))
    assert len(json.dumps(row)) < 400
    assert NOON.timestamp() == (row or {})["f"]["t"]
