"""From a token into the browser: once, for a minute, at Standard; and the second prompt says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import LoginRecord, User
from oauth.models import BridgeTicket, ConnectedApp
from tests.accounts.people import (
    PASSWORD,
    assured_profile,
    give_authenticator,
    permission_set,
    person,
    profile,
    sign_in,
)
from tests.oauth.world import HIGH, JWT_BEARER, app, assertion, jwt_app, text, token_request, tokens

pytestmark = pytest.mark.django_db

BASE = "http://127.0.0.1:8000"


def single_access(token: str, path: str = "/oauth/singleaccess/", **fields: Any) -> Any:
    return Client().post(path, fields, headers={"Authorization": f"Bearer {token}"})


def address(token: str, **fields: Any) -> str:
    response = single_access(token, **fields)
    assert response.status_code == 200, response.content
    return str(response.json()["frontdoor_uri"]).removeprefix(BASE)


@pytest.fixture
def token(client: Client) -> str:
    sign_in(client, person("alice"))
    return str(tokens(client, app(), scope="web api")["access_token"])


def test_a_ticket_opens_a_new_standard_session(token: str) -> None:
    browser = Client()
    response = browser.get(address(token, retURL="/security/"))
    assert response.status_code == 303 and response.headers["Location"] == "/security/"
    assert response.headers["Cache-Control"] == "no-store" and response.headers["Referrer-Policy"] == "no-referrer"
    session = browser.get("/api/v1/session/").json()
    assert (session["user"], session["level"]) == ("alice", "standard")
    assert [proof["method"] for proof in session["proofs"]] == ["token_bridge"]
    row = LoginRecord.objects.get(channel="bridge")
    assert (row.method, row.status, row.application) == ("token_bridge", "success", "web-app")


def test_a_ticket_works_once_and_is_kept_as_a_checksum(token: str) -> None:
    where = address(token)
    ticket = where.partition("ticket=")[2]
    assert ticket not in str(vars(BridgeTicket.objects.get()))
    assert Client().get(where).status_code == 303
    again = Client()
    page = again.get(where)
    assert page.status_code == 400 and "used" in text(page)
    assert again.get("/api/v1/me/").status_code == 401


def test_a_ticket_lives_a_minute(token: str) -> None:
    where = address(token)
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        assert Client().get(where).status_code == 400


def test_looking_ahead_does_not_use_a_ticket(token: str) -> None:
    where = address(token)
    assert Client().head(where).status_code == 405
    assert Client().get(where).status_code == 303


def test_the_second_prompt_comes_and_says_why(client: Client) -> None:
    assured = person("assured", assured_profile())
    authenticator = give_authenticator(assured)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(client, assured, authenticator)
        token = tokens(client, app(), scope="web", acr_values=HIGH)["access_token"]
    with time_machine.travel(start + timedelta(minutes=2), tick=False):
        browser = Client()
        sent = browser.get(address(token, retURL="/security/"))
        assert sent.headers["Location"] == "/security/"
        assert browser.get("/api/v1/session/").status_code == 401
        asked = browser.get("/security/")
        assert asked.headers["Location"].startswith("/step-up/?next=")
        page = browser.get(asked.headers["Location"])
        assert page.context["code"] == "level.token_bridge" and "opened from an app" in text(page)
        done = browser.post(asked.headers["Location"], {"code": authenticator.code()})
        assert done.headers["Location"] == "/security/"
        assert browser.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_without_a_requirement_there_is_no_second_prompt_until_a_resource_asks(token: str) -> None:
    browser = Client()
    assert browser.get(browser.get(address(token)).headers["Location"]).status_code == 200
    assert browser.get("/reports/").headers["Location"].startswith("/step-up/")


def test_the_session_outlives_the_token(token: str) -> None:
    browser = Client()
    browser.get(address(token))
    Client().post("/oauth/revoke/", {"token": token})
    assert browser.get("/api/v1/me/").status_code == 200


def test_it_replaces_a_session_of_the_same_person_with_a_fresh_one(client: Client, token: str) -> None:
    before = client.cookies["sessionid"].value
    assert client.get(address(token)).status_code == 303
    assert client.cookies["sessionid"].value != before
    assert [proof["method"] for proof in client.get("/api/v1/session/").json()["proofs"]] == ["token_bridge"]


@pytest.mark.parametrize("way", ["ticket", "sid"])
def test_whoever_is_signed_in_as_somebody_else_is_asked_first(token: str, way: str) -> None:
    browser = Client()
    sign_in(browser, person("bob"))
    page = browser.get(address(token)) if way == "ticket" else browser.post("/secur/frontdoor.jsp", {"sid": token})
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert "alice" in text(page) and "bob" in text(page) and token not in page.content.decode()
    assert browser.get("/api/v1/me/").json()["username"] == "bob"
    done = browser.post("/oauth/frontdoor/", {"ticket": page.context["ticket"], "open_as_other": "true"})
    assert done.status_code == 303 and browser.get("/api/v1/me/").json()["username"] == "alice"


def test_nobody_else_answers_that_question(token: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("bob"))
    ticket = address(token).partition("ticket=")[2]
    assert strict.post("/oauth/frontdoor/", {"ticket": ticket, "open_as_other": "true"}).status_code == 403
    assert strict.get("/oauth/frontdoor/", {"ticket": ticket, "open_as_other": "true"}).status_code == 200
    assert strict.session["_auth_user_id"] != str(User.objects.get(username="alice").pk)


def test_a_token_that_ended_meanwhile_opens_nothing(token: str) -> None:
    where = address(token)
    Client().post("/oauth/revoke/", {"token": token})
    assert Client().get(where).status_code == 400


def test_it_needs_the_scope_web_or_full(client: Client) -> None:
    sign_in(client, person("alice"))
    web = app()
    response = single_access(tokens(client, web, scope="api")["access_token"])
    assert response.status_code == 403
    assert 'error="insufficient_scope", scope="web full"' in response.headers["WWW-Authenticate"]
    assert single_access(tokens(client, web, scope="full")["access_token"]).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "reports/",
        "/x\r\nSet-Cookie: a=b",
        "/" * 3000,
    ],
)
def test_only_a_path_of_this_site_is_a_target(token: str, target: str) -> None:
    for name in ("retURL", "redirect_uri"):
        response = single_access(token, **{name: target})
        assert response.status_code == 400 and response.json()["detail"]
    page = Client().post("/secur/frontdoor.jsp", {"sid": token, "retURL": target})
    assert page.status_code == 400 and "Location" not in page.headers
    assert not BridgeTicket.objects.exists()


def test_the_token_itself_opens_the_frontdoor_of_the_reference_system_by_post(token: str) -> None:
    browser = Client()
    response = browser.post("/secur/frontdoor.jsp", {"sid": token, "retURL": "/security/"})
    assert response.status_code == 303 and response.headers["Location"] == "/security/"
    assert browser.get("/api/v1/session/").json()["proofs"][0]["method"] == "token_bridge"
    assert "no-referrer" in response.headers["Referrer-Policy"]


@pytest.mark.parametrize("path", ["/secur/frontdoor.jsp", "/oauth/frontdoor/"])
def test_a_token_in_the_address_opens_nothing_and_the_page_says_what_to_do(token: str, path: str) -> None:
    browser = Client()
    for page in (browser.get(path, {"sid": token}), browser.post(f"{path}?sid={token}", {"sid": token})):
        assert page.status_code == 400 and page.headers["Cache-Control"] == "no-store"
        assert "/oauth/singleaccess/" in text(page) and "POST" in text(page) and token not in page.content.decode()
    assert browser.get("/api/v1/me/").status_code == 401


def test_a_token_without_the_scope_does_not(client: Client) -> None:
    sign_in(client, person("alice"))
    token = tokens(client, app(), scope="api")["access_token"]
    page = Client().post("/secur/frontdoor.jsp", {"sid": token})
    assert page.status_code == 400 and 'data-page="oauth-error"' in page.content.decode()


def test_frozen_people_and_blocked_apps_are_kept_out(token: str) -> None:
    where = address(token)
    User.objects.update(is_frozen=True)
    assert Client().get(where).status_code == 400
    assert single_access(token).status_code == 401
    User.objects.update(is_frozen=False)
    ConnectedApp.objects.update(session_policy="block")
    assert Client().post("/secur/frontdoor.jsp", {"sid": token}).status_code == 400
    assert single_access(token).status_code == 401


def test_a_token_without_an_approval_step_opens_nothing_under_high_assurance() -> None:
    integration = person("integration")
    job = jwt_app(permitted_users="admin_approved")
    job.approved_profiles.add(integration.profile)
    token = token_request(None, JWT_BEARER, assertion=assertion(job, "integration")).json()["access_token"]
    where = address(token)
    profile(required_level="high_assurance")
    assert single_access(token).status_code == 403
    page = Client().get(where)
    assert page.status_code == 403 and "no user approval step" in text(page)
    assert LoginRecord.objects.get(reference=page.context["reference"]).status == "refused"


def test_neither_ticket_nor_token_is_an_error_page() -> None:
    for where in ("/oauth/frontdoor/", "/oauth/frontdoor/?ticket=made-up", "/secur/frontdoor.jsp?sid=made-up"):
        page = Client().get(where)
        assert page.status_code == 400 and page.context["reference"]


def test_the_path_of_the_reference_system_gives_a_ticket_too(token: str) -> None:
    response = single_access(token, "/services/oauth2/singleaccess")
    assert response.json()["frontdoor_uri"].startswith(f"{BASE}/oauth/frontdoor/?ticket=")
    assert Client().post("/oauth/singleaccess/", {"access_token": token}).status_code == 200


@pytest.mark.parametrize("path", ["/security/authenticator/add/", "/security/recovery-codes/", "/security/password/"])
def test_a_bridged_session_makes_no_first_method_its_own(token: str, path: str) -> None:
    browser = Client()
    browser.get(address(token))
    response = browser.get(path, follow=True)
    assert response.redirect_chain[-1][0].startswith("/login/")
    assert "uri" not in (response.context or {})


def test_a_token_for_a_password_is_no_way_around_the_second_factor(client: Client) -> None:
    strict = person("strict")
    permission_set(strict, name="Strict", two_factor_ui=True)
    script = app("script", "password", scopes=["api", "web", "full"])
    given = token_request(script, "password", username="strict", password=PASSWORD, scope="web").json()
    refused = single_access(given["access_token"])
    assert refused.status_code == 403
    assert refused.json()["reason"] == "grant.no_approval_step.two_factor"
    assert "Strict" in refused.json()["detail"]
