"""Wrong client secrets are slowed down, and nobody who knows a client id locks the client out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AttemptCount
from oauth import client_throttle
from oauth.models import ConnectedApp
from tests.accounts.people import person, robot
from tests.oauth.world import JWT_BEARER, app, assertion, jwt_app, key_pair, token_request

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
TRIES = client_throttle.AT_ONE_ADDRESS.tries


@pytest.fixture
def service() -> ConnectedApp:
    return app("service", "client_credentials", redirect_uris="", run_as=robot())


def guess(client_id: str, path: str = "/oauth/token/", address: str = "192.0.2.1") -> Any:
    fields = {"client_id": client_id, "client_secret": "wrong", "grant_type": "client_credentials", "token": "x"}
    return Client(REMOTE_ADDR=address).post(path, fields)


@pytest.mark.parametrize("path", ["/oauth/token/", "/oauth/introspect/", "/oauth/revoke/", "/services/oauth2/token"])
def test_after_too_many_wrong_secrets_the_answer_is_429(service: ConnectedApp, path: str) -> None:
    assert [guess(service.client_id, path).status_code for _n in range(TRIES)] == [401] * TRIES
    answer = guess(service.client_id, path)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= client_throttle.AT_ONE_ADDRESS.pause
    body = answer.json()
    assert body["error"] == "invalid_client" and "Try again in" in body["error_description"] and body["error_uri"]
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Content-Type"] == "application/json"


def test_a_stranger_does_not_lock_the_client_out(service: ConnectedApp) -> None:
    for _n in range(TRIES + 3):
        guess(service.client_id)
    assert guess(service.client_id).status_code == 429
    for address in ("192.0.2.1", "192.0.2.2"):
        own = Client(REMOTE_ADDR=address)
        assert token_request(service, "client_credentials", own).status_code == 200, address


def test_known_and_unknown_clients_are_counted_alike(service: ConnectedApp) -> None:
    for client_id in (service.client_id, "nobody", "x" * 300):
        answers = [guess(client_id, address=f"198.51.100.{len(client_id) % 200}").status_code for _n in range(TRIES + 1)]
        assert answers == [401] * TRIES + [429], client_id


def test_an_address_that_tries_many_clients_pauses_and_leaves_no_more_rows(service: ConnectedApp) -> None:
    for n in range(client_throttle.OF_AN_ADDRESS.tries):
        guess(f"made-up-{n}")
    rows = AttemptCount.objects.count()
    assert guess("another").status_code == 429 and guess(service.client_id).status_code == 429
    assert AttemptCount.objects.count() == rows
    assert guess("another", address="192.0.2.2").status_code == 401


def test_addresses_of_one_ipv6_network_are_one(service: ConnectedApp) -> None:
    answers = [guess(service.client_id, address=f"2001:db8::{n:x}").status_code for n in range(1, TRIES + 2)]
    assert answers[-1] == 429


def test_wrong_signatures_count_too() -> None:
    job = jwt_app()
    person("integration")
    forged = assertion(job, "integration", key=key_pair()[0].generate(kty="RSA", size=2048))
    answers = [token_request(None, JWT_BEARER, assertion=forged).status_code for _n in range(TRIES + 1)]
    assert answers == [400] * TRIES + [429]


def test_a_right_secret_is_counted_nowhere(service: ConnectedApp) -> None:
    assert token_request(service, "client_credentials").status_code == 200
    assert not AttemptCount.objects.exists()


def test_a_client_that_names_itself_twice_did_not_authenticate(service: ConnectedApp) -> None:
    other = app("other", "client_credentials", redirect_uris="", run_as=service.run_as)
    basic = {"HTTP_AUTHORIZATION": "Basic !!!"}
    broken = Client().post("/oauth/token/", {"grant_type": "client_credentials"}, **basic)
    assert broken.status_code == 401 and broken.headers["WWW-Authenticate"].startswith("Basic")
    mixed = token_request(service, "client_credentials", client_id=other.client_id)
    assert mixed.status_code == 401
