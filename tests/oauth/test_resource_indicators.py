"""Resource indicators (RFC 8707): a token of this server is for its own API, and for nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.accounts.people import person, robot, sign_in
from tests.oauth.world import answer_of, app, approve, authorize_url, call, redeem, refresh, token_request

pytestmark = pytest.mark.django_db

OURS = ["http://127.0.0.1:8000/api/v1/", "http://127.0.0.1:8000/api/v1", "http://127.0.0.1:8000", "http://127.0.0.1:8000/"]
FOREIGN = [
    "https://elsewhere.example/",
    "http://127.0.0.1:8000.evil.example/",
    "http://127.0.0.1:8000/admin/",
    "http://127.0.0.1:8000/api/v1/#x",
    "http://127.0.0.1:8000@evil.example/",
    "",
    "not an address",
]


@pytest.mark.parametrize("resource", OURS)
def test_our_own_api_may_be_named_everywhere(client: Client, resource: str) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = redeem(web, approve(client, web, resource=resource)["code"], resource=resource).json()
    fresh = refresh(web, body["refresh_token"], resource=resource).json()
    assert call("/api/v1/me/", fresh["access_token"]).status_code == 200


@pytest.mark.parametrize("resource", FOREIGN)
def test_any_other_is_an_invalid_target(client: Client, resource: str) -> None:
    web = app()
    sign_in(client, person("alice"))
    answer = answer_of(client.get(authorize_url(web, resource=resource)))
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_target", "xyz", "http://127.0.0.1:8000")
    body = redeem(web, approve(client, web)["code"], resource=resource)
    assert body.status_code == 400 and body.json()["error"] == "invalid_target"
    assert body.json()["error_uri"].endswith("/docs/why/oauth/invalid_target/")


def test_a_refusal_uses_nothing_up(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    assert redeem(web, code, resource=FOREIGN[0]).status_code == 400
    assert redeem(web, code).status_code == 200


def test_it_may_be_repeated_as_nothing_else_may(client: Client) -> None:
    web = app(skip_authorization=True)
    sign_in(client, person("alice"))
    twice = authorize_url(web, resource=OURS[0]) + "&resource=" + OURS[2]
    assert "code" in answer_of(client.get(twice))
    mixed = authorize_url(web, resource=OURS[0]) + "&resource=" + FOREIGN[0]
    assert answer_of(client.get(mixed))["error"] == "invalid_target"


def test_a_parameter_of_the_token_endpoint_hides_nothing_at_the_authorize_endpoint(client: Client) -> None:
    web = app(skip_authorization=True)
    sign_in(client, person("alice"))
    asked = authorize_url(web, resource=FOREIGN[0], grant_type="authorization_code")
    assert answer_of(client.get(asked))["error"] == "invalid_target"


def test_no_grant_goes_around_it() -> None:
    service = app("service", "client_credentials", redirect_uris="", run_as=robot())
    assert token_request(service, "client_credentials", resource=FOREIGN[0]).json()["error"] == "invalid_target"
    assert token_request(service, "client_credentials", resource=OURS[0]).status_code == 200
