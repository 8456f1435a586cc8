"""ID tokens: signed, about this session, and no credential."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT

from accounts.models import User
from oauth.claims import amr
from sessions_policy.facts import Proof
from tests.accounts.people import assured_profile, give_authenticator, give_password, person, sign_in
from tests.oauth.world import HIGH, STANDARD, app, approve, call, claims_of, redeem, tokens

pytestmark = pytest.mark.django_db


def test_it_is_signed_with_a_published_key(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body = tokens(client, web, scope="openid", nonce="n-0S6")
    keys = client.get("/oauth/jwks.json").json()
    assert all("d" not in key and key["kid"] for key in keys["keys"])
    token = JWT(jwt=body["id_token"], key=JWKSet.from_json(json.dumps(keys)), algs=["RS256"])
    claims = json.loads(token.claims)
    assert claims["iss"] == "http://127.0.0.1:8000" and claims["aud"] == web.client_id
    assert claims["sub"] == str(alice.pk) and claims["nonce"] == "n-0S6"
    assert claims["exp"] > time.time() and claims["at_hash"] and claims["jti"]


def test_it_tells_the_methods_and_the_level_of_the_session(client: Client) -> None:
    alice, bob = person("alice"), person("bob", assured_profile())
    web, other = app(), Client()
    sign_in(client, alice)
    claims = claims_of(tokens(client, web, scope="openid")["id_token"])
    assert (claims["acr"], claims["amr"]) == (STANDARD, ["pwd"])
    sign_in(other, bob, give_authenticator(bob))
    claims = claims_of(tokens(other, web, scope="openid")["id_token"])
    assert (claims["acr"], claims["amr"]) == (HIGH, ["pwd", "otp", "mfa"])


def test_auth_time_is_this_sessions_and_not_the_last_login_of_the_person(client: Client) -> None:
    alice, web, start = person("alice"), app(), timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(client, alice)
    with time_machine.travel(start + timedelta(minutes=10), tick=False):
        give_password(Client(), alice)
        alice.refresh_from_db()
        assert alice.last_login is not None and alice.last_login > start
        claims = claims_of(tokens(client, web, scope="openid")["id_token"])
    assert claims["auth_time"] == int(start.timestamp())


def test_its_claims_follow_the_scope(client: Client) -> None:
    alice, web = person("alice", first_name="Alice", last_name="Ng"), app()
    sign_in(client, alice)
    assert not {"email", "name"} & set(claims_of(tokens(client, web, scope="openid")["id_token"]))
    claims = claims_of(tokens(client, web, scope="openid profile email")["id_token"])
    assert (claims["name"], claims["email"]) == ("Alice Ng", "alice@example.org")


def test_it_opens_nothing(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web, scope="openid api web refresh_token")
    for path in ("/api/v1/me/", "/api/v1/session/", "/oauth/userinfo/"):
        assert call(path, body["id_token"]).status_code == 401
    header = {"Authorization": f"Bearer {body['id_token']}"}
    assert Client().post("/oauth/singleaccess/", headers=header).status_code == 401


def test_no_id_token_without_its_scope(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web, scope="api")["code"]
    assert "id_token" not in redeem(web, code).json()


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        (["password"], ["pwd"]),
        (["password", "authenticator_app"], ["pwd", "otp", "mfa"]),
        (["passkey"], ["hwk", "user", "mfa"]),
        (["password", "security_key"], ["pwd", "hwk", "mfa"]),
        (["password", "recovery_code"], ["pwd", "kba", "mfa"]),
        (["password", "activation"], ["pwd"]),
        (["sso:corp"], []),
        (["token_bridge"], []),
    ],
)
def test_methods_are_named_as_the_registry_names_them(methods: list[str], expected: list[str]) -> None:
    assert amr(Proof(method, 0.0, "1") for method in methods) == expected


def test_the_subject_is_the_same_everywhere(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body = tokens(client, web, scope="openid api")
    subject = claims_of(body["id_token"])["sub"]
    assert call("/oauth/userinfo/", body["access_token"]).json()["sub"] == subject
    fields = {"token": body["access_token"], "client_id": web.client_id, "client_secret": web.shown_secret}
    assert Client().post("/oauth/introspect/", fields).json()["sub"] == subject == str(User.objects.get().pk)
