"""Browser apps on other origins (CORS): their own pages read the answers of their endpoints, no other page does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.accounts.people import person, sign_in
from tests.oauth.world import app, approve, public_app, redeem, token_request, tokens

pytestmark = pytest.mark.django_db

OWN, EVIL = "https://client.example", "https://evil.example"
ALLOW = "Access-Control-Allow-Origin"
PER_CLIENT = ["/oauth/token/", "/oauth/revoke/", "/oauth/par/", "/oauth/userinfo/", "/services/oauth2/token"]
PUBLIC = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/api/v1/",
    "/oauth/jwks.json",
]


def ask(path: str, origin: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    return Client().options(path, headers=headers)


@pytest.mark.parametrize("path", PER_CLIENT)
def test_a_browser_asks_first_and_hears_yes_for_an_origin_of_an_app(path: str) -> None:
    public_app()
    response = ask(path, OWN)
    assert response.status_code == 204 and response.headers[ALLOW] == OWN
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    for origin in (EVIL, "null", "https://client.example.evil.example", "http://client.example", OWN + ":8443", "\x00"):
        assert ALLOW not in ask(path, origin).headers


def test_the_apps_own_page_reads_its_tokens_and_nobody_else(client: Client) -> None:
    native, other = public_app(), public_app("other", redirect_uris="https://other.example/cb")
    sign_in(client, person("alice"))
    for origin, may in ((OWN, True), ("https://other.example", False), (EVIL, False), ("null", False)):
        code = approve(client, native)["code"]
        browser = Client(headers={"Origin": origin})
        data = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": native.client_id,
            "redirect_uri": native.redirect_uris,
            "code_verifier": "v" * 64,
        }
        response = browser.post("/oauth/token/", data)
        assert response.status_code == 200 and (response.headers.get(ALLOW) == origin) is may
        assert "Access-Control-Allow-Credentials" not in response.headers
    assert other.client_id != native.client_id


def test_errors_can_be_read_too() -> None:
    native = public_app()
    browser = Client(headers={"Origin": OWN})
    response = token_request(native, "authorization_code", browser, code="made-up", redirect_uri=native.redirect_uris)
    assert response.status_code == 400 and response.headers[ALLOW] == OWN


def test_userinfo_is_read_by_the_pages_of_the_tokens_app(client: Client) -> None:
    native = public_app()
    public_app("other", redirect_uris="https://other.example/cb")
    sign_in(client, person("alice"))
    token = tokens(client, native, scope="openid")["access_token"]
    for origin, may in ((OWN, True), ("https://other.example", False)):
        headers = {"Authorization": f"Bearer {token}", "Origin": origin}
        response = Client().get("/oauth/userinfo/", headers=headers)
        assert response.status_code == 200 and (response.headers.get(ALLOW) == origin) is may
    refused = Client().get("/oauth/userinfo/", headers={"Authorization": "Bearer x", "Origin": OWN})
    assert refused.status_code == 401 and refused.headers[ALLOW] == OWN


def test_an_app_that_keeps_a_secret_has_the_origins_that_were_registered_and_no_other() -> None:
    web = app(allowed_origins="https://spa.example")
    for origin, may in (("https://spa.example", True), (OWN, False)):
        assert (ask("/oauth/token/", origin).headers.get(ALLOW) == origin) is may
        response = token_request(web, "authorization_code", Client(headers={"Origin": origin}), code="x")
        assert (response.headers.get(ALLOW) == origin) is may


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_is_public_to_every_page(path: str) -> None:
    response = Client().get(path, headers={"Origin": EVIL})
    assert response.status_code == 200 and response.headers[ALLOW] == "*"


@pytest.mark.parametrize("path", ["/oauth/authorize/", "/oauth/introspect/", "/oauth/singleaccess/", "/oauth/end-session/"])
def test_what_is_not_for_scripts_has_none(path: str) -> None:
    public_app()
    assert ALLOW not in ask(path, OWN).headers
    assert ALLOW not in Client().post(path, headers={"Origin": OWN}).headers


def test_without_an_origin_nothing_is_said(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    assert ALLOW not in redeem(web, approve(client, web)["code"]).headers
