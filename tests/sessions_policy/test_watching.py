"""Report-only: evaluated beside what is in force, written down where it differs, and it changes no answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sessions_policy import policy_book, watching
from sessions_policy.decision import decide
from sessions_policy.models import DecisionRecord, OrganisationSettings, RecordMode, ResourcePolicy
from sessions_policy.policy_compiler import PolicyBook
from sessions_policy.recorded import Recorded, policy_under
from tests.accounts.people import give_authenticator, person, profile, rule, sign_in
from tests.sessions_policy.test_invariants import all_decisions

pytestmark = pytest.mark.django_db

WATCHED = {"required_level": "high_assurance", "required_level_mode": "report_only"}


@pytest.fixture(autouse=True)
def _nothing_was_seen_yet() -> None:
    cache.clear()


def reported() -> list[DecisionRecord]:
    """Return the rows of report-only policies."""
    return list(DecisionRecord.objects.filter(mode=RecordMode.REPORT_ONLY))


def test_a_required_level_that_is_only_watched_lets_in_and_is_written_down(client: Client) -> None:
    sara = person("sara", profile("Sales", **WATCHED))
    give_authenticator(sara)
    sign_in(client, sara)
    assert client.get("/security/").status_code == 200
    (row,) = reported()
    assert (row.user, row.outcome, row.reason, row.subject) == (sara, "verify", "level.profile", "Sales")
    assert not DecisionRecord.objects.filter(mode=RecordMode.ENFORCED).exists()


def test_who_has_no_method_would_have_had_to_enrol(client: Client) -> None:
    sign_in(client, person("sara", profile("Sales", **WATCHED)))
    assert reported()[0].outcome == "enrol"


def test_a_busy_page_writes_one_row(client: Client, django_assert_num_queries: Any) -> None:
    sara = person("sara", profile("Sales", **WATCHED))
    sign_in(client, sara)
    client.get("/healthz")
    for _n in range(5):
        client.get("/docs/why/allowed/")
        client.get("/security/")
    assert len(reported()) == 1


@pytest.mark.parametrize("mode", ["report_only", "off"])
def test_a_resource_that_is_not_on_keeps_its_default(client: Client, mode: str) -> None:
    sara = person("sara")
    give_authenticator(sara)
    rule("connected_apps", "block")
    row = policy_book.current().resource("connected_apps")
    assert row.action == "block"
    ResourcePolicy.objects.filter(key="connected_apps").update(mode=mode)
    policy_book.refresh()
    assert policy_book.current().resource("connected_apps").action == "allow"
    assert (policy_book.current().report_only is not None) == (mode == "report_only")


def test_hours_that_are_only_watched_would_have_refused(client: Client) -> None:
    sara = person("sara", profile("Sales", login_hours={"0": ["00:00", "00:01"]}, login_hours_mode="report_only"))
    sign_in(client, sara)
    assert [row.reason for row in reported()] == ["hours.outside"]


def test_where_both_say_the_same_nothing_is_written(client: Client) -> None:
    profile("Other", **WATCHED)
    sign_in(client, person("sara"))
    assert reported() == []


def test_nothing_that_is_watched_changes_an_answer_in_any_state() -> None:
    """Over the enumerated states: with every policy of the state report-only, the answer is that of no policy at all."""
    book = policy_book.current()
    strict = replace(book, profiles={7: replace(policy_book.UNKNOWN_PROFILE, id=7)})
    live = replace(book, profiles={7: replace(policy_book.UNKNOWN_PROFILE, id=7, required_level=0)}, report_only=strict)
    for _policy, facts, _decision in all_decisions()[::211]:
        asked = Recorded(facts, profile_id=7)
        alone = decide(policy_under(replace(live, report_only=None), asked), facts)
        beside = decide(policy_under(live, asked), facts)
        assert beside == alone and beside.trace == alone.trace
        found = watching.would_be(strict, beside)
        if found is not None:
            assert (found.outcome, found.reason) != (alone.outcome, alone.reason)
            assert found.outcome == decide(policy_under(strict, asked), facts).outcome


def test_an_answer_is_the_same_value_before_and_after_it_was_watched(client: Client) -> None:
    sara = person("sara", profile("Sales", **WATCHED))
    give_authenticator(sara)
    book = policy_book.current()
    for _policy, facts, _decision in all_decisions()[::4001]:
        hers = tuple(replace(each, owner=str(sara.pk)) for each in facts.proofs)
        somebody = facts.person and replace(facts.person, id=str(sara.pk))
        asked = Recorded(replace(facts, person=somebody, proofs=hers), profile_id=sara.profile_id)
        decision = decide(policy_under(book, asked), asked.facts)
        kept = (decision.outcome, decision.reason, decision.level, decision.requirement, decision.methods, decision.trace)
        watching.observe(sara, decision)
        assert kept == (
            decision.outcome,
            decision.reason,
            decision.level,
            decision.requirement,
            decision.methods,
            decision.trace,
        )
    assert {row.mode for row in DecisionRecord.objects.all()} == {"report_only"}


def test_without_report_only_policies_and_samples_it_costs_nothing(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_book, "CHECK_EVERY", 3600.0)
    sara = person("sara")
    policy_book.refresh()
    book: PolicyBook = policy_book.current()
    facts = next(facts for _policy, facts, decision in all_decisions() if decision.allowed)
    decision = decide(policy_under(book, Recorded(facts, profile_id=sara.profile_id)), facts)
    with django_assert_num_queries(0):
        watching.observe(sara, decision)


def test_a_sample_of_plain_allows_is_written_when_it_is_wanted(client: Client) -> None:
    sara = person("sara")
    sign_in(client, sara)
    client.get("/security/")
    assert not DecisionRecord.objects.exists()
    OrganisationSettings(sample_allowed=100).save()
    policy_book.refresh()
    client.get("/security/")
    row = DecisionRecord.objects.get()
    assert (row.mode, row.outcome, row.reason) == ("sampled", "allow", "allowed")
