"""People see which apps they let in, and take it back."""

from __future__ import annotations

import pytest
from django.test import Client

from oauth.models import Approval
from tests.accounts.people import person, sign_in
from tests.oauth.world import app, approve, authorize_url, call, redeem, refresh, text, tokens

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
