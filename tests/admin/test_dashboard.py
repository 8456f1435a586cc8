"""The dashboard: numbers that lead to the rows behind them, for who may read those rows, at few statements."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client

from accounts.models import AttemptCount, LoginRecord, User, VerificationRecord
from authsite.admin import dashboard
from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord
from tests.accounts.people import give_authenticator, move, person, profile, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


@pytest.fixture
def trouble(ada: User) -> User:
    """Bob has no method, mistyped codes, is locked, and a program of his was refused."""
    bob = person("bob")
    for _try in range(3):
        VerificationRecord.objects.create(
            user=bob,
            attempt="A",
            method="recovery_code",
            status="failed_invalid_code",
            triggered_by="person",
            activity="login",
        )
    LoginRecord.objects.create(user=bob, channel="browser", method="password", status="success", level="standard")
    AttemptCount.objects.create(key="code:1", failures=[], locked_until=2e10)
    # No lock: a mail of this kind went out a moment ago.
    AttemptCount.objects.create(key="mail.new_browser:1", failures=[], locked_until=2e10)
    DecisionRecord.objects.create(
        reference="AAAA-BBBB", user=bob, channel="grant", outcome="deny", reason="grant.no_approval_step.profile",
        level="standard", grant="password", revision=0, trace=[],
    )  # fmt: skip
    return bob


def tile(page: Any, label: str) -> dashboard.Tile:
    return next(each for each in page.context["tiles"] if each.label == label)


def test_what_needs_care_is_marked(desk: Client, trouble: User) -> None:
    page = desk.get("/admin/")
    assert {each.label for each in page.context["tiles"] if each.care} == {"Locked now", "Refused grants"}
    assert tile(page, "With a second factor").value == "50 %"
    assert tile(page, "With a second factor").note == "1 of 2 people have none"
    assert "needs care" in text_of(page)
    assert "bob : 3" in text_of(page)


def test_every_number_leads_to_its_rows(desk: Client, trouble: User) -> None:
    page = desk.get("/admin/")
    for each in page.context["tiles"]:
        assert desk.get(each.url).status_code == 200, each
    people = desk.get(tile(page, "With a second factor").url)
    assert [user.username for user in people.context["cl"].result_list] == ["bob"]
    refused = desk.get(tile(page, "Refused grants").url)
    assert [row.reference for row in refused.context["cl"].result_list] == ["AAAA-BBBB"]
    assert desk.get(page.context["failed_most"][0].url).context["cl"].result_count == 3


def test_a_profile_that_nobody_can_satisfy_is_named(desk: Client) -> None:
    person("carl", profile("Closed", required_level="high_assurance"))
    assert not tile(desk.get("/admin/"), "Unsatisfiable profiles").care
    move("authenticator_app", "standard")
    assert "Closed" in dashboard.count().unreachable


def test_without_the_rights_there_are_no_numbers(client: Client) -> None:
    rule("admin", "allow")
    sign_in(client, person("helen", is_staff=True))
    page = client.get("/admin/")
    assert "tiles" not in page.context
    assert "You may not read the histories" in text_of(page)


def test_numbers_ask_for_what_the_histories_ask(client: Client) -> None:
    rule("admin", "allow")
    rule("histories", "raise")
    helen = person("helen", is_staff=True)
    helen.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    phone = give_authenticator(helen)
    sign_in(client, helen, phone)
    page = client.get("/admin/")
    assert "tiles" not in page.context
    assert client.get(page.context["dashboard_url"]).status_code == 302
    rule("histories", "allow")
    assert client.get("/admin/").context["tiles"]


def test_two_looks_cost_one_count(desk: Client, trouble: User, django_assert_max_num_queries: Any) -> None:
    desk.get("/admin/")
    with django_assert_max_num_queries(4):
        desk.get("/admin/")


def test_the_count_costs_the_same_for_few_and_many(trouble: User, django_assert_max_num_queries: Any) -> None:
    policy_book.current()
    with django_assert_max_num_queries(32) as few:
        dashboard.count()
    for number in range(20):
        person(f"p{number}")
        LoginRecord.objects.create(user=trouble, channel="browser", method="password", status="success", level="standard")
    policy_book.current()
    with django_assert_max_num_queries(len(few.captured_queries)):
        dashboard.count()


def test_charts_carry_their_numbers_as_tables(desk: Client, trouble: User) -> None:
    html = desk.get("/admin/").content.decode()
    assert len(re.findall(r'<svg class="chart-picture', html)) == 4
    assert html.count('<details class="chart-numbers">') == 4
