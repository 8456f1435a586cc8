"""People see which apps they let in, and take it back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from oauth.models import Approval
from tests.accounts.people import PASSWORD, give_authenticator, person, sign_in
from tests.admin.words import text_of
from tests.oauth.world import HIGH, app, approve, authorize_url, call, redeem, refresh, text, token_request, tokens

pytestmark = pytest.mark.django_db

PAGE = "/security/connected-apps/"


def test_alice_removes_an_app_and_its_access_ends_at_once(client: Client) -> None:
    web, other = app(), app("other")
    sign_in(client, person("alice"))
    mine, kept, unused = tokens(client, web), tokens(client, other), approve(client, web)["code"]
    page = client.get(PAGE)
    assert "web-app" in text(page) and "Use the API in your name" in text(page)
    response = client.post(PAGE, {"connection": web.pk})
    assert response.headers["Location"] == PAGE and "web-app has no access any more" in text(client.get(PAGE))
    assert call("/api/v1/me/", mine["access_token"]).status_code == 401
    assert refresh(web, mine["refresh_token"]).status_code == 400
    assert redeem(web, unused).status_code == 400
    assert call("/api/v1/me/", kept["access_token"]).status_code == 200
    assert client.get(authorize_url(web)).status_code == 200


def test_nobody_removes_for_somebody_else(client: Client) -> None:
    web, other = app(), Client()
    sign_in(other, person("bob"))
    body = tokens(other, web)
    sign_in(client, person("alice"))
    for value in (web.pk, "none", "x", "", "-1", "9" * 30, "٣"):
        assert client.post(PAGE, {"connection": value}).status_code == 404
    assert Approval.objects.filter(user__username="bob").exists()
    assert call("/api/v1/me/", body["access_token"]).status_code == 200


def test_the_page_is_for_people_who_are_signed_in(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/login/")
    sign_in(client, person("alice"))
    assert "You have not allowed any app yet" in text(client.get(PAGE))


def test_the_page_says_since_when_how_lately_and_at_which_level(client: Client, django_assert_max_num_queries: Any) -> None:
    alice = person("alice")
    authenticator = give_authenticator(alice)
    sign_in(client, alice)
    tokens(client, app(), scope="api web")
    page = text_of(client.get(PAGE))
    assert "You allowed it" in page and "last used" in page and "1 token, level Standard" in page and "far-reaching" in page
    vault = app("vault")
    step_up = client.get(authorize_url(vault, acr_values=HIGH)).headers["Location"]
    client.post(step_up, {"code": authenticator.code()})
    tokens(client, vault, acr_values=HIGH)
    assert "level High Assurance" in text_of(client.get(PAGE))
    for n in range(5):
        tokens(client, app(f"app-{n}"))
    with django_assert_max_num_queries(8):
        client.get(PAGE)


def test_tokens_that_nobody_approved_are_there_as_well(client: Client) -> None:
    alice = person("alice")
    script = app("script", "password", redirect_uris="")
    token_request(script, "password", username="alice", password=PASSWORD)
    program = client.post("/api/v1/login/", {"username": "alice", "password": PASSWORD}, content_type="application/json")
    token = program.json()["access_token"]
    sign_in(client, alice)
    page = text_of(client.get(PAGE))
    assert "script" in page and "Programs with your password" in page
    assert client.post(PAGE, {"connection": "none"}).status_code == 302
    assert call("/api/v1/me/", token).status_code == 401
    assert client.post(PAGE, {"connection": script.pk}).status_code == 302
    assert "You have not allowed any app yet" in text(client.get(PAGE))


def test_connecting_and_removing_an_app_is_mailed_once(
    client: Client, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    web = app()
    sign_in(client, person("alice"))
    with django_capture_on_commit_callbacks(execute=True):
        tokens(client, web)
    with django_capture_on_commit_callbacks(execute=True):
        approve(client, web, prompt="consent")
    assert [each.subject.split("] ")[1] for each in mailoutbox] == ["An app was connected"]
    assert "web-app" in mailoutbox[0].body and mailoutbox[0].to == ["alice@example.org"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE, {"connection": web.pk})
    assert mailoutbox[1].subject.endswith("An app was removed") and len(mailoutbox) == 2
