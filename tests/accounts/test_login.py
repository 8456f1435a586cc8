"""Signing in: a password, what the policy asks after it, and what is no session before it is finished."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import LoginRecord, User, VerificationRecord
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import (
    PASSWORD,
    assured_profile,
    give_authenticator,
    give_password,
    is_asked_for_a_code,
    move,
    permission_set,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db


def test_a_password_signs_alice_in_at_standard(client: Client) -> None:
    alice = person("alice")
    response = give_password(client, alice)
    assert response.status_code == 302 and response.headers["Location"] == "/"
    assert client.get("/api/v1/session/").json()["level"] == "standard"
    row = LoginRecord.objects.get()
    assert (row.user, row.status, row.level, row.method) == (alice, "success", "standard", "password")


def test_the_login_page_needs_no_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/login/").status_code == 200
    assert not UserSession.objects.exists()


def test_a_high_assurance_profile_holds_the_login_until_the_code(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    assert is_asked_for_a_code(give_password(client, bob))
    page = client.get("/login/verify/")
    assert page.context["code"] == "level.profile"
    assert "Assured User" in page.context["why"]
    assert client.get("/api/v1/me/").status_code in (302, 401)
    response = client.post("/login/verify/", {"code": authenticator.code()})
    assert response.headers["Location"] == "/"
    assert client.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_the_permission_of_a_permission_set_asks_for_the_code(client: Client) -> None:
    carol = person("carol")
    give_authenticator(carol)
    permission_set(carol, name="Strict", two_factor_ui=True)
    give_password(client, carol)
    assert "Strict" in client.get("/login/verify/").context["why"]


def test_a_profile_that_nothing_satisfies_is_an_error_with_a_reference(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    move("authenticator_app", "standard")
    move("recovery_code", "standard")
    response = give_password(client, bob)
    assert response.status_code == 403
    reference = response.context["reference"]
    assert DecisionRecord.objects.get(reference=reference).reason == "level.unreachable"
    assert LoginRecord.objects.get().reference == reference
    assert client.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize("path", ["/", "/security/", "/reports/", "/admin/", "/step-up/", "/login/", "/api/v1/me/"])
def test_in_the_middle_of_a_login_everything_leads_back_to_its_stage(client: Client, path: str) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == "/login/verify/"


def test_signing_out_ends_a_half_finished_login(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    client.post("/logout/")
    assert client.get("/login/").status_code == 200
    assert client.get("/login/verify/").headers["Location"].startswith("/login/")


def test_another_login_takes_the_place_of_a_half_finished_one(client: Client) -> None:
    bob, alice = person("bob", assured_profile()), person("alice")
    give_authenticator(bob)
    give_password(client, bob)
    give_password(client, alice)
    assert client.get("/api/v1/me/").json()["username"] == "alice"


def test_a_password_change_kills_a_half_finished_login(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    give_password(client, bob)
    bob.set_password("another one entirely")
    bob.save()
    response = client.post("/login/verify/", {"code": authenticator.code()})
    assert response.headers["Location"] == "/login/"
    assert client.get("/login/").context["notice"] == "That page expired. Enter your password again."


def test_a_change_of_devices_kills_a_half_finished_login(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    give_password(client, bob)
    User.objects.filter(pk=bob.pk).update(device_epoch=1)
    response = client.post("/login/verify/", {"code": authenticator.code()})
    assert response.headers["Location"] == "/login/"
    assert client.get("/login/").context["notice"] == "That page expired. Enter your password again."


def test_the_session_key_changes_at_every_step(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    give_password(client, bob)
    before = client.cookies["sessionid"].value
    client.post("/login/verify/", {"code": authenticator.code()})
    after = client.cookies["sessionid"].value
    assert before != after
    assert not UserSession.objects.filter(session_key=before).exists()


def test_where_the_visitor_wanted_to_go_is_kept(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    wanted = client.get("/reports/?page=2").headers["Location"]
    assert unquote(wanted) == "/login/?next=/reports/?page=2"
    assert client.get(wanted).context["next"] == "/reports/?page=2"
    give_password(client, bob, next="/reports/?page=2")
    response = client.post("/login/verify/", {"code": authenticator.code()})
    assert response.headers["Location"] == "/reports/?page=2"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\n/x"]
)
def test_a_login_never_leads_to_another_site(client: Client, evil: str) -> None:
    response = give_password(client, person("alice"), next=evil)
    assert response.headers["Location"] == "/"


def test_signed_in_visitors_are_told_so(client: Client) -> None:
    sign_in(client, person("alice"))
    response = client.get("/login/?next=/reports/")
    assert response.status_code == 200
    assert response.context["next"] == "/reports/"


def test_the_session_row_says_who_how_and_from_where(client: Client) -> None:
    bob = person("bob", assured_profile())
    sign_in(client, bob, give_authenticator(bob))
    row = UserSession.objects.get()
    assert (row.user, row.level, row.method) == (bob, "high_assurance", "password, authenticator_app")
    assert row.ip == "127.0.0.1"


def test_a_frozen_account_is_refused_in_words(client: Client) -> None:
    response = give_password(client, person("frank", is_frozen=True))
    assert response.status_code == 403
    assert response.context["code"] == "account.frozen"


def test_freezing_ends_what_a_running_session_may_do(client: Client) -> None:
    frank = person("frank")
    sign_in(client, frank)
    User.objects.filter(pk=frank.pk).update(is_frozen=True)
    assert client.get("/security/").status_code == 403
    assert client.get("/").status_code == 403


def test_every_try_of_a_verification_is_one_row_of_one_attempt(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    give_password(client, bob)
    client.post("/login/verify/", {"code": "000000"})
    client.post("/login/verify/", {"code": authenticator.code()})
    rows = VerificationRecord.objects.order_by("id")
    assert [row.status for row in rows] == ["failed_invalid_code", "succeeded"]
    assert len({row.attempt for row in rows}) == 1
    assert {row.triggered_by for row in rows} == {"profile_policy"}


def test_no_history_row_holds_a_password_or_a_code(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    client.post("/login/", {"username": PASSWORD, "password": "bob"})
    give_password(client, bob)
    code = authenticator.code()
    client.post("/login/verify/", {"code": code})
    rows = [*LoginRecord.objects.values(), *VerificationRecord.objects.values(), *DecisionRecord.objects.values()]
    assert rows
    assert all(PASSWORD not in str(row) and code not in str(row) for row in rows)
