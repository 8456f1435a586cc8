"""The reports: what is counted, for whom, under which filters, and the same as files and at the API."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import report_numbers, reports
from accounts.models import LoginRecord, User, VerificationRecord
from accounts.models.histories import LoginStatus, VerificationStatus
from accounts.report_filters import OUTCOMES, FilterForm, Filters
from sessions_policy.models import DecisionRecord
from tests.accounts.people import give_authenticator, person, profile, rule, sign_in

pytestmark = pytest.mark.django_db


def login_of(
    user: User, status: str = "success", *, method: str = "password", level: str = "standard", days_ago: float = 0
) -> None:
    """Write a sign-in of ``user`` into the history."""
    row = LoginRecord.objects.create(user=user, channel="browser", method=method, status=status, level=level, ip="192.0.2.7")
    LoginRecord.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=days_ago))


def challenge_of(user: User, status: str) -> None:
    VerificationRecord.objects.create(
        user=user, attempt="A", method="authenticator_app", status=status, triggered_by="high_assurance", activity="reports"
    )


def decision_of(user: User, outcome: str, reason: str, *, channel: str = "browser", grant: str = "", number: int = 0) -> None:
    DecisionRecord.objects.create(
        reference=f"AAAA-{reason[:2].upper()}{number:02d}", user=user, channel=channel, outcome=outcome, reason=reason,
        level="standard", grant=grant, revision=0, trace=[],
    )  # fmt: skip


@pytest.fixture
def bob() -> User:
    return person("bob")


@pytest.fixture
def auditor() -> User:
    """Somebody who may read what everybody did."""
    found = person("alice", profile("Audit"))
    names = ("view_loginrecord", "view_verificationrecord", "view_decisionrecord", "view_user")
    found.user_permissions.set(Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=found.pk)


@pytest.fixture
def history(bob: User, auditor: User) -> None:
    """Bob signed in twice and mistyped once, 40 days ago too; Alice signed in at High Assurance."""
    login_of(bob)
    login_of(bob, days_ago=2)
    login_of(bob, "invalid_password", level="")
    login_of(bob, "too_many_attempts", level="")
    login_of(bob, days_ago=40)
    login_of(auditor, method="password, authenticator_app", level="high_assurance")
    challenge_of(bob, "succeeded")
    challenge_of(bob, "failed_invalid_code")
    decision_of(bob, "verify", "level.resource")
    decision_of(bob, "verify", "level.resource", number=1)
    decision_of(bob, "deny", "grant.no_approval_step.profile", channel="grant", grant="password")


def numbers(viewer: User, **query: Any) -> report_numbers.Numbers:
    form = FilterForm(query, everybody=reports.sees_everybody(viewer))
    return report_numbers.count(reports.rows_for(viewer), Filters.of(form))


@pytest.fixture
def open_door(client: Client, auditor: User) -> Client:
    """The auditor's browser; reports ask for no level here."""
    rule("reports", "allow")
    sign_in(client, auditor)
    return client


def test_sign_ins_are_counted_by_method_and_level(history: None, auditor: User) -> None:
    found = numbers(auditor)
    assert found.levels_by_method == {"password": {"standard": 2}, "password, authenticator_app": {"high_assurance": 1}}
    assert sum(levels.total() for levels in found.levels_by_day.values()) == 3
    assert len(found.levels_by_day) == 31
    assert found.by_status == {"success": 3, "invalid_password": 1, "too_many_attempts": 1}


def test_challenges_reasons_lock_outs_and_refused_grants_are_counted(history: None, auditor: User) -> None:
    found = numbers(auditor)
    assert found.challenges == {"authenticator_app": {"succeeded": 1, "failed_invalid_code": 1}}
    assert found.reasons == {"level.resource": 2}
    assert found.refused_grants == {("password", "grant.no_approval_step.profile"): 1}
    assert found.lock_outs == 1


def test_people_without_a_method_are_those_who_could_sign_in_and_have_none(auditor: User) -> None:
    give_authenticator(auditor)
    person("plain")
    person("gone", is_active=False)
    person("frozen", is_frozen=True)
    assert numbers(auditor).without_method == {"Standard User": 1}


def test_without_the_rights_everything_counted_is_ones_own(history: None, bob: User) -> None:
    found = numbers(bob, user="alice")
    assert found.by_status["success"] == 2
    assert found.without_method is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"days": "90"}, {"success": 4, "invalid_password": 1, "too_many_attempts": 1}),
        ({"days": "1"}, {"success": 2, "invalid_password": 1, "too_many_attempts": 1}),
        ({"user": "alice"}, {"success": 1}),
        ({"method": "authenticator_app"}, {"success": 1}),
        ({"outcome": "wrong"}, {"invalid_password": 1}),
        ({"outcome": "paused"}, {"too_many_attempts": 1}),
    ],
)
def test_filters_choose(history: None, auditor: User, query: dict[str, str], status: dict[str, int]) -> None:
    assert numbers(auditor, **query).by_status == status


def test_a_profile_is_a_filter(history: None, auditor: User) -> None:
    assert numbers(auditor, profile=auditor.profile.pk).by_status == {"success": 1}


def test_every_status_is_found_by_one_outcome() -> None:
    named = [status for statuses in OUTCOMES.values() for status in statuses]
    assert set(named) == {*LoginStatus.values, *VerificationStatus.values}


def test_the_page_costs_the_same_for_few_rows_and_for_many(
    history: None, open_door: Client, auditor: User, django_assert_num_queries: Any
) -> None:
    open_door.get("/")
    with django_assert_num_queries(12) as first:
        open_door.get("/reports/")
    statements = len(first.captured_queries)
    for _n in range(20):
        login_of(auditor)
        challenge_of(auditor, "succeeded")
    open_door.get("/")
    with django_assert_num_queries(statements):
        open_door.get("/reports/")


def test_the_page_keeps_the_filters_when_it_is_turned(open_door: Client, auditor: User) -> None:
    for _n in range(60):
        login_of(auditor)
    page = open_door.get("/reports/?days=7&user=alice").content.decode()
    assert 'href="?days=7&amp;user=alice&amp;page=2"' in page


@pytest.mark.parametrize("query", ["days=5", "profile=x", "method=nothing", "page=nine", "outcome=odd"])
def test_a_wrong_filter_is_named_and_breaks_nothing(open_door: Client, query: str) -> None:
    assert open_door.get(f"/reports/?{query}").status_code == 200
    assert open_door.get(f"/api/v1/reports/?{query}").status_code in (200, 400)


def test_a_file_holds_the_rows_of_the_page(history: None, open_door: Client) -> None:
    response = open_door.get("/reports/sign-ins.csv?user=bob")
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))  # type: ignore[attr-defined]
    assert {row["username"] for row in rows} == {"bob"}
    assert len(rows) == 4
    assert rows[0]["method"] == _("Password")


@pytest.mark.parametrize("kind", list(reports.FILES))
def test_every_file_can_be_had(history: None, open_door: Client, kind: str) -> None:
    response = open_door.get(f"/reports/{kind}.csv")
    assert response.status_code == 200
    assert b"username" in next(iter(response.streaming_content))  # type: ignore[attr-defined]


def test_a_file_of_other_people_is_for_who_may_know_them(client: Client, bob: User) -> None:
    rule("reports", "allow")
    sign_in(client, bob)
    assert client.get("/reports/people-without-method.csv").status_code == 404
    assert client.get("/reports/nothing.csv").status_code == 404
    assert b"alice" not in b"".join(client.get("/reports/sign-ins.csv?user=alice").streaming_content)  # type: ignore[attr-defined]


def test_a_file_is_an_export(open_door: Client) -> None:
    rule("export", "block")
    assert open_door.get("/reports/").status_code == 200
    assert open_door.get("/reports/sign-ins.csv").status_code == 403


def test_the_api_gives_the_same_numbers(history: None, open_door: Client, auditor: User) -> None:
    answer = open_door.get("/api/v1/reports/?days=30").json()
    # The sign-in of this test's browser is one more.
    assert answer["numbers"] == numbers(auditor).as_json()
    assert answer["numbers"]["reasons"] == {"level.resource": 2}
    assert {row["username"] for row in answer["sign_ins"]} == {"alice", "bob"}
