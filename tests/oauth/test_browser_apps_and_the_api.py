"""The API answers the scripts of an app's own pages, without cookies, and of nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.accounts.people import person, sign_in
from tests.oauth.world import public_app

pytestmark = pytest.mark.django_db

APP, STRANGER = "https://client.example", "https://stranger.example"
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture(autouse=True)
def _app() -> None:
    public_app()


def test_a_browser_asks_before_it_sends_a_token() -> None:
    headers = {"Origin": APP, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    response = Client().options("/api/v1/me/", headers=headers)
    assert response.status_code == 204
    assert response[ALLOWED] == APP
    assert "Authorization" in response["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_api_changes_and_deletes_for_scripts_too(method: str) -> None:
    headers = {"Origin": APP, "Access-Control-Request-Method": method}
    assert method in Client().options("/api/v1/me/", headers=headers)["Access-Control-Allow-Methods"].split(", ")
    at_oauth = Client().options("/oauth/token/", headers=headers)["Access-Control-Allow-Methods"]
    assert at_oauth == "GET, POST"


def test_a_strange_origin_gets_no_yes() -> None:
    headers = {"Origin": STRANGER, "Access-Control-Request-Method": "GET"}
    assert ALLOWED not in Client().options("/api/v1/me/", headers=headers).headers
    assert ALLOWED not in Client().get("/api/v1/me/", headers={"Origin": STRANGER}).headers


def test_a_refusal_can_be_read_with_its_challenge() -> None:
    response = Client().get("/api/v1/me/", headers={"Origin": APP, "Authorization": "Bearer worn-out"})
    assert (response.status_code, response[ALLOWED]) == (401, APP)
    assert "WWW-Authenticate" in response["Access-Control-Expose-Headers"]


def test_no_page_of_another_site_reads_with_a_cookie() -> None:
    client = Client()
    sign_in(client, person("alice"))
    assert "Access-Control-Allow-Credentials" not in client.get("/api/v1/me/", headers={"Origin": APP}).headers


def test_pages_are_not_open_to_scripts_of_other_sites() -> None:
    assert ALLOWED not in Client().get("/login/", headers={"Origin": APP}).headers
