"""Authlib and requests-oauthlib, the OAuth clients of Python, by the site's own metadata."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from requests_oauthlib import OAuth2Session

from tests.clients.conftest import Person
from tests.clients.demo_site import CALLBACK, DemoSite

SCOPE = "openid profile api refresh_token"


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both refuse addresses without TLS unless they are told that this is a test."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


def test_authlib(demo: DemoSite, person: Callable[[str], Person]) -> None:
    known = demo.apps["native-app"]
    session = AuthlibSession(
        known["client_id"],
        scope=SCOPE,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    metadata = session.get(demo.url + "/.well-known/openid-configuration", withhold_token=True).json()
    verifier = "authlib-" * 8
    address, _state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce="n1", prompt="consent"
    )
    plain = person("plain")
    plain.goes_to(address)
    plain.presses("Allow")
    token = session.fetch_token(metadata["token_endpoint"], authorization_response=plain.comes_back(), code_verifier=verifier)
    keys = KeySet.import_key_set(session.get(metadata["jwks_uri"], withhold_token=True).json())
    decoded = jwt.decode(token["id_token"], keys)
    checks = {"nonce": "n1", "access_token": token["access_token"]}
    claims = CodeIDToken(decoded.claims, decoded.header, params=checks)
    claims.validate()
    assert claims["iss"] == demo.url
    assert session.get(demo.url + "/api/v1/me/").json()["username"] == "plain"
    first = token["refresh_token"]
    assert session.refresh_token(metadata["token_endpoint"], refresh_token=first)["refresh_token"] != first
    assert session.revoke_token(metadata["revocation_endpoint"]).status_code == 200


def test_requests_oauthlib(demo: DemoSite, person: Callable[[str], Person]) -> None:
    known = demo.apps["vault"]
    session = OAuth2Session(known["client_id"], redirect_uri=CALLBACK, scope=["api", "refresh_token"], pkce="S256")
    address, _state = session.authorization_url(demo.url + "/oauth/authorize/", prompt="consent")
    standard = person("standard")
    standard.goes_to(address)
    # The app demands High Assurance, the login gave Standard.
    standard.confirms()
    standard.presses("Allow")
    token = session.fetch_token(
        demo.url + "/oauth/token/", authorization_response=standard.comes_back(), client_secret=known["client_secret"]
    )
    assert session.get(demo.url + "/api/v1/me/").json()["username"] == "standard"
    fresh = session.refresh_token(
        demo.url + "/oauth/token/",
        refresh_token=token["refresh_token"],
        client_id=known["client_id"],
        client_secret=known["client_secret"],
    )
    assert fresh["access_token"] != token["access_token"]
