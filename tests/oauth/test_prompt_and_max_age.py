"""prompt, max_age, acr_values, claims and id_token_hint: what a client may ask of the session (OpenID Core, RFC 9470)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.people import (
    Authenticator,
    assured_profile,
    give_authenticator,
    move,
    person,
    sign_in,
)
from tests.oauth.world import (
    HIGH,
    STANDARD,
    answer_of,
    app,
    approve,
    authorize_url,
    call,
    claims_of,
    press,
    redeem,
    text,
    tokens,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def alice() -> User:
    return person("alice")


@pytest.fixture
def authenticator(alice: User) -> Authenticator:
    return give_authenticator(alice)


def step_up(browser: Client, response: Any, code: str) -> Any:
    """Follow a redirect to the step-up page, prove, and return what comes after it."""
    location = response.headers["Location"]
    assert location.startswith("/step-up/?next="), location
    raised = browser.post(location + "&method=authenticator_app", {"code": code, "method": "authenticator_app"})
    assert raised.status_code == 302, raised.content
    return browser.get(raised.headers["Location"])


class TestNone:
    def test_nobody_signed_in(self, client: Client) -> None:
        for scope in ("openid", "api"):
            answer = answer_of(client.get(authorize_url(app(f"app {scope}"), prompt="none", scope=scope)))
            assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", "xyz", "http://127.0.0.1:8000")

    def test_not_approved(self, client: Client, alice: User) -> None:
        sign_in(client, alice)
        assert answer_of(client.get(authorize_url(app(), prompt="none", scope="openid")))["error"] == "consent_required"

    def test_approved(self, client: Client, alice: User) -> None:
        web = app()
        sign_in(client, alice)
        approve(client, web, scope="openid")
        assert "code" in answer_of(client.get(authorize_url(web, prompt="none", scope="openid")))

    def test_the_level_is_too_low(self, client: Client, alice: User, authenticator: Authenticator) -> None:
        sign_in(client, alice)
        vault = app("vault", session_policy="raise")
        assert answer_of(client.get(authorize_url(vault, prompt="none")))["error"] == "interaction_required"

    def test_with_another_value(self, client: Client) -> None:
        assert answer_of(client.get(authorize_url(app(), prompt="none login")))["error"] == "invalid_request"

    def test_an_unregistered_address_gets_a_page_and_no_redirect(self, client: Client) -> None:
        response = client.get(authorize_url(app(), prompt="none", redirect_uri="https://evil.example/"))
        assert response.status_code == 400 and "Location" not in response.headers

    def test_the_reference_systems_word_never_shows_a_page_either(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        sign_in(client, alice)
        vault, web = app("vault", session_policy="raise"), app()
        approve(client, web)
        for asked in (
            authorize_url(vault, immediate="true"),
            authorize_url(web, immediate="true", prompt="consent"),
            authorize_url(web, immediate="true", prompt="select_account"),
            authorize_url(web, immediate="true", prompt="login"),
            authorize_url(web, immediate="TRUE", acr_values=HIGH),
        ):
            assert answer_of(client.get(asked))["error"] == "immediate_unsuccessful"

    def test_immediate_is_the_reference_systems_word_for_it(self, client: Client, alice: User) -> None:
        web = app()
        assert answer_of(client.get(authorize_url(web, immediate="true")))["error"] == "immediate_unsuccessful"
        sign_in(client, alice)
        assert answer_of(client.get(authorize_url(web, immediate="true")))["error"] == "immediate_unsuccessful"
        approve(client, web)
        assert "code" in answer_of(client.get(authorize_url(web, immediate="true")))


class TestLogin:
    def test_a_running_session_is_asked_again_and_then_goes_on(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        web = app()
        with time_machine.travel(NOW, tick=False):
            sign_in(client, alice)
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            response = client.get(authorize_url(web, prompt="login"))
            page = step_up(client, response, authenticator.code())
        with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
            assert "code" in answer_of(press(client, page))

    def test_opening_the_address_behind_it_by_hand_skips_nothing(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        web = app(skip_authorization=True)
        with time_machine.travel(NOW, tick=False):
            sign_in(client, alice)
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            asked = client.get(authorize_url(web, prompt="login"))
            page = client.get(asked.headers["Location"])
            back = page.context["return_to"]
            assert client.get(back).headers["Location"].startswith("/step-up/?next=")
            # Nor does a marker that belongs to another request.
            arrived = parse_qs(urlsplit(back).query)["arrived"][0]
        with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
            assert "code" in answer_of(step_up(client, asked, authenticator.code()))
        with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
            other = authorize_url(web, prompt="login", state="another", arrived=arrived)
            assert client.get(other).headers["Location"].startswith("/step-up/?next=")
            assert client.get(authorize_url(web, prompt="login")).headers["Location"].startswith("/step-up/?next=")

    def test_a_visitor_signs_in_once_and_not_twice(self, client: Client, alice: User) -> None:
        web = app(skip_authorization=True)
        response = client.get(authorize_url(web, prompt="login", login_hint="alice"))
        query = parse_qs(urlsplit(response.headers["Location"]).query)
        assert query["login_hint"] == ["alice"]
        form = {"username": "alice", "password": "correct horse battery staple", "next": query["next"][0]}
        back = client.post("/login/", form).headers["Location"]
        assert "code" in answer_of(client.get(back))


class TestSelectAccount:
    def test_somebody_who_approved_before_chooses_and_goes_on(self, client: Client, alice: User) -> None:
        web = app()
        sign_in(client, alice)
        approve(client, web)
        page = client.get(authorize_url(web, prompt="select_account"))
        assert "Which account" in text(page) and "Go on as alice" in text(page) and "Use another account" in text(page)
        assert "code" in answer_of(press(client, page))

    def test_somebody_new_approves_on_the_same_page(self, client: Client, alice: User) -> None:
        sign_in(client, alice)
        assert "Allow" in text(client.get(authorize_url(app(), prompt="select_account")))

    def test_another_account_comes_back_to_the_choice(self, client: Client, alice: User) -> None:
        web, bob = app(skip_authorization=True), person("bob")
        sign_in(client, alice)
        sent = press(client, client.get(authorize_url(web, prompt="select_account")), "switch_account")
        back = parse_qs(urlsplit(sent.headers["Location"]).query)["next"][0]
        sign_in(client, bob)
        assert "Go on as bob" in text(client.get(back))


class TestLoginHint:
    def test_it_fills_the_name_in(self, client: Client, alice: User) -> None:
        page = client.get(client.get(authorize_url(app(), login_hint="alice")).headers["Location"])
        assert 'value="alice"' in page.content.decode()

    def test_it_is_no_way_to_write_into_the_page(self, client: Client) -> None:
        page = client.get(client.get(authorize_url(app(), login_hint='"><script>x')).headers["Location"])
        assert "<script>x" not in page.content.decode()

    def test_it_counts_for_nothing_while_somebody_is_signed_in(self, client: Client, alice: User) -> None:
        sign_in(client, alice)
        assert client.get(authorize_url(app(), login_hint="bob")).status_code == 200


class TestMaxAge:
    def test_an_old_session_is_asked_again_and_a_young_one_is_not(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        web = app(skip_authorization=True)
        with time_machine.travel(NOW, tick=False):
            sign_in(client, alice)
        with time_machine.travel(NOW + timedelta(seconds=90), tick=False):
            assert "code" in answer_of(client.get(authorize_url(web, max_age=100)))
            response = client.get(authorize_url(web, max_age=60, scope="openid"))
            code = answer_of(step_up(client, response, authenticator.code()))["code"]
            claims = claims_of(redeem(web, code).json()["id_token"])
            assert claims["auth_time"] == int((NOW + timedelta(seconds=90)).timestamp())

    @pytest.mark.parametrize("seconds", [0, 1])
    def test_the_smallest_ages_do_not_loop(
        self, client: Client, alice: User, authenticator: Authenticator, seconds: int
    ) -> None:
        web = app()
        with time_machine.travel(NOW, tick=False):
            sign_in(client, alice)
        with time_machine.travel(NOW + timedelta(seconds=30.4), tick=False):
            asked = client.get(authorize_url(web, max_age=seconds))
        with time_machine.travel(NOW + timedelta(seconds=30.9), tick=False):
            page = step_up(client, asked, authenticator.code())
        # However long the person reads: the age counts from the request, not from the click.
        with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
            assert "code" in answer_of(press(client, page))

    def test_without_a_page_it_is_login_required(self, client: Client, alice: User) -> None:
        web = app()
        with time_machine.travel(NOW, tick=False):
            sign_in(client, alice)
        with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
            answer = answer_of(client.get(authorize_url(web, max_age=10, prompt="none", scope="openid")))
        assert answer["error"] == "login_required"

    @pytest.mark.parametrize("value", ["-1", "soon", "1.5", "9" * 40, "٣"])
    def test_what_is_no_number_of_seconds_is_refused(self, client: Client, value: str) -> None:
        assert answer_of(client.get(authorize_url(app(), max_age=value)))["error"] == "invalid_request"


class TestAcr:
    def test_a_token_that_asked_for_high_assurance_is_raised_first_and_carries_it(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        web = app()
        sign_in(client, alice)
        page = step_up(client, client.get(authorize_url(web, acr_values=HIGH)), authenticator.code())
        body = redeem(web, answer_of(press(client, page))["code"]).json()
        session = call("/api/v1/session/", body["access_token"]).json()
        assert session["level"] == "high_assurance"
        assert call("/api/v1/reports/", body["access_token"]).status_code == 200

    def test_a_token_that_did_not_ask_is_standard_whatever_the_session(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        bob = person("bob", assured_profile())
        sign_in(client, bob, give_authenticator(bob))
        body = tokens(client, app())
        response = call("/api/v1/reports/", body["access_token"])
        assert response.status_code == 401
        challenge = response.headers["WWW-Authenticate"]
        assert 'error="insufficient_user_authentication"' in challenge and f'acr_values="{HIGH}"' in challenge

    def test_a_token_that_asked_for_standard_gets_no_more(self, client: Client) -> None:
        bob = person("bob", assured_profile())
        sign_in(client, bob, give_authenticator(bob))
        body = tokens(client, app(), acr_values=STANDARD)
        assert call("/api/v1/session/", body["access_token"]).json()["level"] == "standard"

    def test_a_granted_level_falls_with_the_column_that_gave_it(self, client: Client) -> None:
        bob = person("bob", assured_profile())
        sign_in(client, bob, give_authenticator(bob))
        body = tokens(client, app(), acr_values=HIGH)
        assert call("/api/v1/reports/", body["access_token"]).status_code == 200
        move("authenticator_app", "standard")
        assert call("/api/v1/session/", body["access_token"]).json()["level"] == "standard"

    def test_a_wish_that_cannot_be_met_is_dropped_and_the_token_says_what_it_got(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        move("authenticator_app", "standard")
        sign_in(client, alice)
        body = tokens(client, app(), acr_values=HIGH, scope="openid api")
        assert claims_of(body["id_token"])["acr"] == STANDARD
        assert call("/api/v1/session/", body["access_token"]).json()["level"] == "standard"

    @pytest.mark.parametrize("asked", [{"scope": "api"}, {"scope": "openid api", "response_type": "token"}])
    def test_without_an_id_token_to_tell_it_would_go_round_in_circles_so_it_is_an_error(
        self, client: Client, alice: User, authenticator: Authenticator, asked: dict[str, str]
    ) -> None:
        move("authenticator_app", "standard")
        sign_in(client, alice)
        web = app("web", "authorization_code", "implicit")
        for prompt in (None, "none"):
            answer = answer_of(client.get(authorize_url(web, acr_values=HIGH, prompt=prompt, **asked)))
            assert (answer["error"], answer["state"]) == ("unmet_authentication_requirements", "xyz")

    def test_an_essential_level_that_cannot_be_met_is_an_error(
        self, client: Client, alice: User, authenticator: Authenticator
    ) -> None:
        essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [HIGH]}}})
        move("authenticator_app", "standard")
        sign_in(client, alice)
        answer = answer_of(client.get(authorize_url(app(), claims=essential, scope="openid")))
        assert answer["error"] == "unmet_authentication_requirements"

    def test_an_essential_level_is_reached_first(self, client: Client, alice: User, authenticator: Authenticator) -> None:
        essential = json.dumps({"id_token": {"acr": {"essential": True, "value": HIGH}}})
        sign_in(client, alice)
        web = app()
        page = step_up(client, client.get(authorize_url(web, claims=essential, scope="openid")), authenticator.code())
        body = redeem(web, answer_of(press(client, page))["code"]).json()
        assert claims_of(body["id_token"])["acr"] == HIGH

    def test_somebody_without_a_second_factor_gets_to_set_one_up_and_no_loop(self, client: Client, alice: User) -> None:
        sign_in(client, alice)
        location = client.get(authorize_url(app(), acr_values=HIGH)).headers["Location"]
        page = client.get(location)
        assert location.startswith("/step-up/?next=") and page.status_code in (200, 403)
        assert page.context["enrol_url"]

    def test_unknown_values_are_no_error(self, client: Client, alice: User) -> None:
        sign_in(client, alice)
        answer = approve(client, app(), acr_values="urn:made:up 2", ui_locales="de fr", display="popup", scope="openid")
        assert "code" in answer


class TestHint:
    def test_a_hint_of_another_person_is_login_required(self, client: Client, alice: User) -> None:
        web, other = app(), Client()
        sign_in(other, person("bob"))
        hint = tokens(other, web, scope="openid")["id_token"]
        sign_in(client, alice)
        for prompt in (None, "none", "consent"):
            asked = authorize_url(web, scope="openid", id_token_hint=hint, prompt=prompt)
            assert answer_of(client.get(asked))["error"] == "login_required"
        assert "code" in answer_of(other.get(authorize_url(web, scope="openid", id_token_hint=hint)))

    @pytest.mark.parametrize("hint", ["made.up.hint", "x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "\x01", "." * 5000])
    def test_an_unreadable_hint_names_nobody(self, client: Client, alice: User, hint: str) -> None:
        sign_in(client, alice)
        answer = answer_of(client.get(authorize_url(app(), scope="openid", id_token_hint=hint)))
        assert answer["error"] == "login_required"

    def test_an_expired_hint_is_a_hint(self, client: Client, alice: User) -> None:
        web = app()
        with time_machine.travel(NOW, tick=False):
            sign_in(client, alice)
            hint = tokens(client, web, scope="openid")["id_token"]
        with time_machine.travel(NOW + timedelta(minutes=90), tick=False):
            assert "code" in answer_of(client.get(authorize_url(web, scope="openid", id_token_hint=hint, prompt="none")))

    def test_whoever_logs_in_has_to_be_the_one_who_was_meant(self, client: Client, alice: User) -> None:
        web, other = app(), Client()
        sign_in(other, person("bob"))
        hint = tokens(other, web, scope="openid")["id_token"]
        sent = client.get(authorize_url(web, scope="openid", id_token_hint=hint))
        back = parse_qs(urlsplit(sent.headers["Location"]).query)["next"][0]
        sign_in(client, alice)
        assert answer_of(client.get(back))["error"] == "login_required"

    def test_a_subject_that_is_claimed_has_to_be_the_one_signed_in(self, client: Client, alice: User) -> None:
        web = app(skip_authorization=True)
        sign_in(client, alice)
        for part, value, works in (
            ("id_token", {"value": str(alice.pk)}, True),
            ("userinfo", {"values": ["7", str(alice.pk)]}, True),
            ("id_token", {"value": "999"}, False),
            ("userinfo", {"values": ["999"]}, False),
            ("id_token", {"values": "x"}, True),
        ):
            claims = json.dumps({part: {"sub": value}})
            answer = answer_of(client.get(authorize_url(web, scope="openid", claims=claims)))
            assert ("code" in answer) is works and answer.get("error") == (None if works else "login_required")
