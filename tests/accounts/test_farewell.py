"""The login page says to a person why they were signed out, and to nobody else."""

from __future__ import annotations

import time
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from sessions_policy import ending, farewell
from sessions_policy.models import EndedSession, UserSession
from tests.accounts.people import give_authenticator, person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    """Alice, signed in."""
    alice = person("alice")
    sign_in(client, alice)
    return alice


def notice(client: Client, path: str = "/reports/") -> str:
    """Return what the login page says to somebody who was on the way to ``path``."""
    page = client.get(path, follow=True)
    return str(page.context.get("notice", ""))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (farewell.Why.ADMINISTRATOR, "an administrator ended your session"),
        (farewell.Why.PASSWORD, "your password was changed"),
        (farewell.Why.METHODS, "your sign-in methods were changed"),
        (farewell.Why.OWNER, "from another session of yours"),
        (farewell.Why.LIMIT, "limits how many sessions"),
    ],
)
def test_who_was_signed_out_learns_why(client: Client, alice: User, why: farewell.Why, said: str) -> None:
    ending.end(UserSession.objects.all(), why)
    assert said in notice(client)
    assert notice(client).endswith("We will take you back to Reports.")


def test_a_change_of_the_password_is_said_in_the_other_browser(client: Client, alice: User) -> None:
    other = Client()
    sign_in(other, alice)
    form = {
        "old_password": "correct horse battery staple",
        "new_password1": "a better sentence",
        "new_password2": "a better sentence",
    }
    assert client.post("/security/password/", form).status_code == 302
    assert "your password was changed" in notice(other)


def test_strangers_learn_nothing(client: Client, alice: User) -> None:
    key = client.session.session_key
    public = UserSession.objects.get().public_id
    ending.end(UserSession.objects.all(), farewell.Why.ADMINISTRATOR)
    stranger = Client()
    for value in ("", public, EndedSession.objects.get().digest, str(key)[:-1], "nonsense"):
        stranger.cookies["sessionid"] = value
        assert notice(stranger) == ""


@pytest.mark.parametrize("ended", ["idle", "age", "administrator", "login"])
def test_an_address_says_nothing(client: Client, ended: str) -> None:
    assert client.get(f"/login/?ended={ended}&why={ended}").context["notice"] == ""


@pytest.mark.parametrize("value", ["", "nonsense", "WyJpZGxlIiwiYWxpY2UiLDMwXQ:1abcde:forged"])
def test_what_we_did_not_sign_says_nothing(client: Client, value: str) -> None:
    client.cookies[farewell.COOKIE] = value
    page = client.get("/login/")
    assert (page.status_code, page.context["notice"]) == (200, "")


def test_it_is_forgotten_once_somebody_signs_in(client: Client, alice: User) -> None:
    ending.end(UserSession.objects.all(), farewell.Why.OWNER)
    assert notice(client)
    sign_in(client, alice)
    client.post("/logout/")
    assert client.get("/login/").context["notice"] == ""


def test_signing_out_by_oneself_needs_no_explanation(client: Client, alice: User) -> None:
    client.post("/logout/")
    assert notice(client) == ""


def test_the_cookie_is_the_login_pages_alone(client: Client, alice: User) -> None:
    with time_machine.travel(time.time() + 3 * 60 * 60):
        cookie: Any = client.get("/reports/").cookies[farewell.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/login/", True, "Lax")


def test_an_elsewhere_in_the_address_is_not_named(client: Client, alice: User) -> None:
    ending.end(UserSession.objects.all(), farewell.Why.OWNER)
    page = client.get("/login/", {"next": "https://evil.example/reports/"})
    assert page.context["notice"] == "You were signed out from another session of yours."


def test_sessions_are_known_by_their_browser(client: Client) -> None:
    alice = person("alice")
    give_authenticator(alice)
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    client.defaults["HTTP_USER_AGENT"] = firefox
    sign_in(client, alice)
    assert UserSession.objects.get().browser == "Firefox on Linux"
    assert "Firefox on Linux" in client.get("/security/").content.decode()
    assert client.get("/api/v1/sessions/").json()["results"][0]["browser"] == "Firefox on Linux"
