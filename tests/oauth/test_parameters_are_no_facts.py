"""A client's parameter never stands in for what the server found out, whatever its name."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import LoginRecord
from tests.accounts.people import PASSWORD, person, sign_in
from tests.oauth.world import JWT_BEARER, app, approve, assertion, jwt_app, redeem, refresh, token_request, tokens

pytestmark = pytest.mark.django_db

# What the grants keep on the library's request, which also answers with parameters.
NAMES = ("issued", "proven_secret", "redeemed", "user", "code_row", "extra_credentials", "django_request", "scopes", "family")
MADE_UP = dict.fromkeys(NAMES, "root")


def test_a_code_is_exchanged_as_without_them() -> None:
    browser, web = Client(), app()
    sign_in(browser, person("alice"))
    answer = redeem(web, approve(browser, web)["code"], **MADE_UP)
    assert answer.status_code == 200
    assert LoginRecord.objects.latest("pk").user.username == "alice"
    plain = redeem(web, approve(browser, web)["code"])
    assert set(plain.json()) == set(answer.json())


def test_a_refresh_is_as_without_them() -> None:
    browser, web = Client(), app()
    sign_in(browser, person("alice"))
    assert refresh(web, tokens(browser, web)["refresh_token"], **MADE_UP).status_code == 200
    assert refresh(web, "made-up", **MADE_UP).json()["error"] == "invalid_grant"


def test_other_grants_are_refused_as_without_them() -> None:
    script, nightly = app("script", "password", redirect_uris=""), jwt_app()
    person("bob")
    assert token_request(script, "password", username="bob", password=PASSWORD, **MADE_UP).status_code == 200
    assert token_request(script, "password", username="bob", password="wrong", **MADE_UP).json()["error"] == "invalid_grant"
    refused = token_request(nightly, JWT_BEARER, assertion=assertion(nightly, "bob"), **MADE_UP)
    assert refused.json()["error"] == "invalid_grant"
