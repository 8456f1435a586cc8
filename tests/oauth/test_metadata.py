"""The metadata documents tell the truth (RFC 8414, OpenID Connect Discovery, RFC 9728)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from oauth.backend import core
from oauth.claims import SUPPORTED
from oauth.error_meanings import MEANINGS
from oauth.parameters import RESPONSE_TYPES
from tests.oauth.world import HIGH, STANDARD

SERVER = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"


@pytest.mark.parametrize("path", [SERVER, OPENID])
def test_the_issuer_is_the_base_url_and_every_address_exists(client: Client, path: str) -> None:
    told = client.get(path).json()
    assert told["issuer"] == "http://127.0.0.1:8000"
    for name, value in told.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert value.startswith(told["issuer"]) and resolve(urlsplit(value).path)


def test_both_documents_agree(client: Client) -> None:
    server, openid = client.get(SERVER).json(), client.get(OPENID).json()
    assert server.items() <= openid.items()


def test_what_is_told_is_what_is_done(client: Client) -> None:
    told = client.get(OPENID).json()
    assert set(told["grant_types_supported"]) == {*core().server.grant_types, "implicit"}
    assert set(told["response_types_supported"]) == set(core().server.response_types) == set(RESPONSE_TYPES)
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["acr_values_supported"] == [STANDARD, HIGH]
    assert {"acr", "amr", "auth_time"} <= set(told["claims_supported"]) <= set(SUPPORTED)
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["scopes_supported"] == ["openid", "profile", "email", "api", "web", "full", "refresh_token"]


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/.well-known/oauth-protected-resource", "http://127.0.0.1:8000"),
        ("/.well-known/oauth-protected-resource/api/v1/", "http://127.0.0.1:8000/api/v1/"),
        ("/.well-known/oauth-protected-resource/api/v1", "http://127.0.0.1:8000/api/v1/"),
    ],
)
def test_a_resource_names_itself_and_its_server(client: Client, path: str, resource: str) -> None:
    told = client.get(path).json()
    assert told["resource"] == resource
    assert told["authorization_servers"] == ["http://127.0.0.1:8000"]
    assert told["bearer_methods_supported"] == ["header"]


@pytest.mark.django_db
def test_every_challenge_of_the_api_leads_to_its_metadata_and_from_there_to_the_server(client: Client) -> None:
    for headers in ({}, {"Authorization": "Bearer unknown"}):
        challenge = client.get("/api/v1/me/", headers=headers).headers["WWW-Authenticate"]
        found = re.search(r'resource_metadata="http://127.0.0.1:8000([^"]+)"', challenge)
        assert found is not None, challenge
        told = client.get(found[1]).json()
        assert told["resource"] == "http://127.0.0.1:8000/api/v1/"
        server = told["authorization_servers"][0].removeprefix("http://127.0.0.1:8000") + SERVER
        assert told["resource"] in client.get(server).json()["protected_resources"]


@pytest.mark.django_db
def test_scripts_of_other_sites_may_read_them(client: Client) -> None:
    for path in (SERVER, OPENID, "/.well-known/oauth-protected-resource", "/oauth/jwks.json"):
        response = client.get(path)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert client.post(path).status_code == 405


@pytest.mark.parametrize("code", MEANINGS)
def test_every_error_has_its_page(client: Client, code: str) -> None:
    page = client.get(f"/docs/why/oauth/{code}/")
    assert page.status_code == 200 and code in page.content.decode()


def test_an_unknown_error_has_none(client: Client) -> None:
    assert client.get("/docs/why/oauth/made_up/").status_code == 404
