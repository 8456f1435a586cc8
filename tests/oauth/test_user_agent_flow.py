"""The user-agent flow: per app, in the fragment alone, without a refresh token."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from accounts.models import LoginRecord
from oauth.models import AccessToken
from tests.accounts.people import assured_profile, give_authenticator, person, sign_in
from tests.oauth.world import HIGH, answer_of, app, approve, authorize_url, call, claims_of, press, public_app

pytestmark = pytest.mark.django_db


def test_the_fragment_carries_the_token_and_what_clients_read_beside_it(client: Client) -> None:
    alice, spa = person("alice"), public_app("browser-app", "implicit")
    sign_in(client, alice)
    response = press(client, client.get(authorize_url(spa, response_type="token", scope="api")))
    parts = urlsplit(response.headers["Location"])
    fields = dict(parse_qsl(parts.fragment))
    assert parts.query == "" and set(fields) >= {"access_token", "instance_url", "id", "issued_at", "scope", "state", "iss"}
    assert "refresh_token" not in fields and fields["state"] == "xyz"
    session = call("/api/v1/session/", fields["access_token"]).json()
    assert (session["user"], session["grant"], session["level"]) == ("alice", "implicit", "standard")
    assert LoginRecord.objects.filter(method="implicit", status="success", user=alice).exists()
    assert AccessToken.objects.get().token == ""


def test_an_app_without_the_flow_does_not_get_it(client: Client) -> None:
    sign_in(client, person("alice"))
    assert answer_of(client.get(authorize_url(app(), response_type="token")))["error"] == "unauthorized_client"


def test_an_error_is_in_the_fragment_too(client: Client) -> None:
    spa = public_app("browser-app", "implicit")
    sign_in(client, person("alice"))
    response = press(client, client.get(authorize_url(spa, response_type="token")), "deny")
    assert urlsplit(response.headers["Location"]).query == ""
    assert "error=access_denied" in urlsplit(response.headers["Location"]).fragment
    silent = client.get(authorize_url(spa, response_type="token", prompt="none"))
    assert "error=consent_required" in urlsplit(silent.headers["Location"]).fragment


def test_a_token_never_goes_into_the_query(client: Client) -> None:
    spa = public_app("browser-app", "implicit", skip_authorization=True)
    sign_in(client, person("alice"))
    response = client.get(authorize_url(spa, response_type="token", response_mode="query"))
    assert "access_token" not in response.headers["Location"] and not AccessToken.objects.exists()


def test_with_openid_it_gives_an_id_token_that_names_the_level(client: Client) -> None:
    bob = person("bob", assured_profile())
    spa = public_app("browser-app", "implicit")
    sign_in(client, bob, give_authenticator(bob))
    asked = {"response_type": "id_token token", "scope": "openid", "nonce": "n-1", "acr_values": HIGH}
    fields = approve(client, spa, **asked)
    claims = claims_of(fields["id_token"])
    assert (claims["acr"], claims["nonce"], claims["aud"]) == (HIGH, "n-1", spa.client_id)
    assert call("/api/v1/session/", fields["access_token"]).json()["level"] == "high_assurance"
