"""PKCE (RFC 7636): S256 and nothing else, always for public apps, and no way down."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.accounts.people import person, sign_in
from tests.oauth.world import VERIFIER, answer_of, app, approve, authorize_url, challenge, public_app, redeem

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    sign_in(client, person("alice"))
    return client


def test_a_public_app_proves_its_verifier(alice: Client) -> None:
    native = public_app()
    code = approve(alice, native)["code"]
    for wrong in ("w" * 64, None):
        response = redeem(native, code, code_verifier=wrong)
        assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
    assert redeem(native, code, code_verifier=VERIFIER).status_code == 200


def test_a_public_app_without_a_challenge_is_refused(alice: Client) -> None:
    response = alice.get(authorize_url(public_app(), code_challenge=None, code_challenge_method=None))
    answer = answer_of(response)
    assert answer["error"] == "invalid_request" and answer["state"] == "xyz" and answer["iss"]


def test_an_app_may_be_made_to_use_it(alice: Client) -> None:
    careful = app("careful", require_pkce=True)
    assert answer_of(alice.get(authorize_url(careful)))["error"] == "invalid_request"
    code = approve(alice, careful, code_challenge=challenge())["code"]
    assert redeem(careful, code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": VERIFIER, "code_challenge_method": None},
        {"code_challenge": "short", "code_challenge_method": "S256"},
        {"code_challenge": "*" * 43, "code_challenge_method": "S256"},
        {"code_challenge": challenge(), "code_challenge_method": "S512"},
    ],
)
def test_plain_and_malformed_challenges_are_refused(alice: Client, params: dict[str, str | None]) -> None:
    answer = answer_of(alice.get(authorize_url(public_app(), **params)))
    assert answer["error"] == "invalid_request" and "PKCE" in answer["error_description"]


def test_a_challenge_of_that_shape_without_a_method_is_s256(alice: Client) -> None:
    web = app()
    code = approve(alice, web, code_challenge=challenge(), code_challenge_method=None)["code"]
    assert redeem(web, code, code_verifier="w" * 64).status_code == 400
    assert redeem(web, code, code_verifier=VERIFIER).status_code == 200


def test_a_code_without_a_challenge_is_not_redeemed_with_a_verifier(alice: Client) -> None:
    web = app()
    code = approve(alice, web)["code"]
    response = redeem(web, code, code_verifier=VERIFIER)
    assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
    assert redeem(web, code).status_code == 200
