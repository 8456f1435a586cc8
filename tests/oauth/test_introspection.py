"""Introspection (RFC 7662, RFC 9470 6.2): own tokens, by POST, with the level."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from oauth.models import ConnectedApp
from tests.accounts.people import assured_profile, give_authenticator, person, profile, sign_in
from tests.oauth.world import HIGH, JWT_BEARER, STANDARD, app, assertion, jwt_app, public_app, refresh, token_request, tokens

pytestmark = pytest.mark.django_db

INACTIVE = {"active": False}


def introspect(caller: ConnectedApp, token: str, **fields: Any) -> Any:
    data = {"token": token, "client_id": caller.client_id, "client_secret": caller.shown_secret, **fields}
    return Client().post("/oauth/introspect/", {name: value for name, value in data.items() if value is not None})


def test_a_client_learns_about_its_own_token(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body = tokens(client, web)
    response = introspect(web, body["access_token"])
    assert response.headers["Cache-Control"] == "no-store"
    told = response.json()
    assert told["active"] and told["scope"] == "api refresh_token" and told["client_id"] == web.client_id
    assert (told["username"], told["sub"], told["token_type"]) == ("alice", str(alice.pk), "Bearer")
    assert told["exp"] - told["iat"] == 3600 and told["acr"] == STANDARD and told["auth_time"]
    assert introspect(web, body["refresh_token"]).json()["token_type"] == "refresh_token"


def test_the_level_is_the_granted_one_and_stays_through_a_refresh(client: Client) -> None:
    bob, web = person("bob", assured_profile()), app()
    sign_in(client, bob, give_authenticator(bob))
    plain, strong = tokens(client, web), tokens(client, web, acr_values=HIGH)
    assert introspect(web, plain["access_token"]).json()["acr"] == STANDARD
    first = introspect(web, strong["access_token"]).json()
    fresh = refresh(web, strong["refresh_token"]).json()
    second = introspect(web, fresh["access_token"]).json()
    assert (first["acr"], first["auth_time"]) == (second["acr"], second["auth_time"]) == (HIGH, first["auth_time"])


def test_the_methods_are_those_that_the_tokens_level_counts(client: Client) -> None:
    bob, web = person("bob", assured_profile()), app()
    sign_in(client, bob, give_authenticator(bob))
    for asked, methods in ((None, ["pwd"]), (STANDARD, ["pwd"]), (HIGH, ["pwd", "otp", "mfa"])):
        told = introspect(web, tokens(client, web, acr_values=asked)["access_token"]).json()
        assert told["amr"] == methods and told["acr"] == (asked or STANDARD)
        assert told["aud"] == "http://127.0.0.1:8000/api/v1/" and told["iss"] == "http://127.0.0.1:8000"


def test_of_a_foreign_unknown_ended_or_expired_token_it_learns_nothing(client: Client) -> None:
    web, other = app(), app("other")
    sign_in(client, person("alice"))
    body = tokens(client, web)
    for token in (body["access_token"], body["refresh_token"], "unknown"):
        assert introspect(other, token).json() == INACTIVE
    fresh = refresh(web, body["refresh_token"]).json()
    for token in (body["access_token"], body["refresh_token"]):
        assert introspect(web, token).json() == INACTIVE
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert introspect(web, fresh["access_token"]).json() == INACTIVE


def test_what_the_policy_refuses_is_not_active() -> None:
    integration = person("integration")
    job = jwt_app(permitted_users="admin_approved")
    job.approved_profiles.add(integration.profile)
    token = token_request(None, JWT_BEARER, assertion=assertion(job, "integration")).json()["access_token"]
    assert introspect(job, token).json()["active"] is True
    profile(required_level="high_assurance")
    assert introspect(job, token).json() == INACTIVE


def test_the_tokens_of_frozen_people_and_blocked_apps_are_not_active(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body = tokens(client, web)
    User.objects.filter(pk=alice.pk).update(is_frozen=True)
    for token in (body["access_token"], body["refresh_token"]):
        assert introspect(web, token).json() == INACTIVE
    User.objects.filter(pk=alice.pk).update(is_frozen=False)
    ConnectedApp.objects.filter(pk=web.pk).update(session_policy="block")
    for token in (body["access_token"], body["refresh_token"]):
        assert introspect(web, token).json() == INACTIVE


def test_the_caller_has_to_prove_who_it_is(client: Client) -> None:
    web, native = app(), public_app()
    sign_in(client, person("alice"))
    token = tokens(client, web)["access_token"]
    for response in (
        introspect(web, token, client_secret="wrong"),
        introspect(web, token, client_secret=None),
        introspect(native, token, client_secret=None),
        introspect(native, token),
        Client().post("/oauth/introspect/", {"token": token}),
        Client().post("/oauth/introspect/", {"token": token}, headers={"Authorization": f"Bearer {token}"}),
    ):
        assert response.status_code == 401 and response.json()["error"] == "invalid_client"
        assert response.headers["WWW-Authenticate"].startswith("Basic ")


def test_it_is_by_post_only() -> None:
    response = Client().get("/oauth/introspect/?token=abc")
    assert response.status_code == 405 and response.headers["Allow"] == "POST"
