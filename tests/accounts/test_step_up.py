"""Stepping up a running session: why, the proof, and on to what was asked for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from accounts.models import VerificationRecord
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import Authenticator, assured_profile, give_authenticator, move, person, profile, rule, sign_in

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600


@pytest.fixture
def sam(client: Client) -> Authenticator:
    """Sam is signed in at Standard and has an authenticator."""
    user = person("sam")
    app = give_authenticator(user)
    sign_in(client, user)
    return app


def test_reports_ask_sam_why_and_let_in(client: Client, sam: Authenticator) -> None:
    asked = client.get("/reports/?page=1")
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"])
    assert page.status_code == 200
    assert page.context["why"] == "Reports needs a High Assurance session."
    assert (page.context["level_now"], page.context["level_wanted"]) == ("Standard", "High Assurance")
    response = client.post(asked.headers["Location"], {"code": sam.code()})
    assert response.headers["Location"] == "/reports/?page=1"
    assert client.get("/reports/?page=1").status_code == 200
    row = VerificationRecord.objects.get()
    assert (row.triggered_by, row.activity, row.status) == ("high_assurance", "access Reports", "succeeded")


def test_the_prompt_has_a_reference_that_finds_its_trace(client: Client, sam: Authenticator) -> None:
    page = client.get(client.get("/reports/").headers["Location"])
    row = DecisionRecord.objects.get(reference=page.context["reference"])
    assert row.reason == "level.resource"
    assert row.trace["steps"][-1]["rule"] == "level_is_enough"


def test_a_plain_next_works_too(client: Client, sam: Authenticator) -> None:
    page = client.get("/step-up/?next=/reports/")
    assert page.context["label"] == "Reports"
    assert client.post("/step-up/", {"next": "/reports/", "code": sam.code()}).headers["Location"] == "/reports/"


@pytest.mark.parametrize("evil", ["https://evil.example/reports/", "//evil.example", "/nowhere/", "", "x:y:z"])
def test_a_step_up_never_leads_to_another_site(client: Client, sam: Authenticator, evil: str) -> None:
    assert client.get("/step-up/", {"next": evil}).headers["Location"] == "/"


def test_stepping_up_changes_the_session_key(client: Client, sam: Authenticator) -> None:
    before = client.cookies["sessionid"].value
    client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    assert client.cookies["sessionid"].value != before
    assert UserSession.objects.count() == 1


def test_a_wrong_code_leaves_the_session_as_it_was(client: Client, sam: Authenticator) -> None:
    response = client.post("/step-up/", {"next": "/reports/", "code": "000000"})
    assert response.status_code == 403
    assert client.get("/api/v1/session/").json()["level"] == "standard"
    assert client.get("/reports/").status_code == 302


def test_a_used_code_is_refused(client: Client, sam: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False):
        code = sam.code()
        client.post("/step-up/", {"next": "/reports/", "code": code})
        rule("reports", "raise", 1)
        other = Client()
        user = UserSession.objects.get().user
        assert user is not None
        sign_in(other, user)
        again = other.post("/step-up/", {"next": "/reports/", "code": code})
        assert again.status_code == 403
        assert "already used" in str(again.context["form"].errors)


def test_a_blocked_resource_says_that_nothing_here_unlocks_it(client: Client, sam: Authenticator) -> None:
    rule("reports", "block")
    response = client.get("/reports/")
    assert response.status_code == 403
    assert response.context["code"] == "resource.blocked"
    assert client.get("/step-up/?next=/reports/").status_code == 403


def test_an_allowed_resource_is_shown(client: Client, sam: Authenticator) -> None:
    rule("reports", "allow")
    assert client.get("/reports/").status_code == 200


def test_the_raise_lasts_for_the_session(client: Client, sam: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
        for _hour in range(5):
            clock.shift(3600)
            assert client.get("/reports/").status_code == 200


def test_raise_again_after_ten_minutes(client: Client, sam: Authenticator) -> None:
    rule("reports", "raise", 10)
    with time_machine.travel(NOON, tick=False) as clock:
        client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
        clock.shift(599)
        assert client.get("/reports/").status_code == 200
        clock.shift(2)
        page = client.get(client.get("/reports/").headers["Location"])
        assert page.context["why"] == "Reports asks you to confirm again after 10 minutes."
        client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
        assert client.get("/reports/").status_code == 200


def test_moving_the_method_is_in_force_at_the_next_click(client: Client, sam: Authenticator) -> None:
    client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    move("authenticator_app", "standard")
    assert client.get("/api/v1/session/").json()["level"] == "standard"
    assert client.get("/reports/").status_code == 403


def test_a_profile_that_becomes_strict_challenges_at_the_next_click(client: Client, sam: Authenticator) -> None:
    profile(required_level="high_assurance")
    asked = client.get("/security/")
    assert asked.headers["Location"].startswith("/step-up/")
    client.post(asked.headers["Location"], {"code": sam.code()})
    assert client.get("/security/").status_code == 200


def test_whoever_has_no_method_is_led_to_set_one_up(client: Client) -> None:
    sign_in(client, person("plain"))
    page = client.get(client.get("/reports/").headers["Location"])
    assert "form" not in page.context
    target = urlsplit(page.context["enrol_url"])
    assert target.path == "/security/authenticator/add/"
    assert parse_qs(target.query)["next"]


def test_high_assurance_at_login_is_never_asked_again(client: Client) -> None:
    bob = person("bob", assured_profile())
    sign_in(client, bob, give_authenticator(bob))
    assert client.get("/reports/").status_code == 200


def test_anonymous_visitors_sign_in_first(client: Client) -> None:
    assert client.get("/step-up/?next=/reports/").headers["Location"].startswith("/login/?next=")


def test_a_forged_next_is_not_believed(client: Client, sam: Authenticator) -> None:
    signed = parse_qs(urlsplit(client.get("/reports/").headers["Location"]).query)["next"][0]
    assert client.get("/step-up/", {"next": signed[:-2] + "xx"}).headers["Location"] == "/"


def test_what_was_sent_below_the_level_is_not_replayed(client: Client, sam: Authenticator) -> None:
    response = client.post("/reports/?page=2", {"x": "1"})
    done = client.post(response.headers["Location"], {"code": sam.code()})
    assert done.headers["Location"] == "/reports/"


def test_one_prompt_is_one_record_and_one_attempt(client: Client, sam: Authenticator) -> None:
    asked = client.get("/reports/").headers["Location"]
    page = client.get(asked)
    form = {"next": page.context["next"], "code": "000000"}
    again = client.post("/step-up/", form)
    client.post("/step-up/", {**form, "code": sam.code()})
    record = DecisionRecord.objects.get()
    assert page.context["reference"] == again.context["reference"] == record.reference
    assert {row.attempt for row in VerificationRecord.objects.all()} == {record.reference}
