"""The username-password grant: a login of programs, with the answers of OAuth."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import api_login
from accounts.models import LoginRecord
from oauth.models import AccessToken
from tests.accounts.people import PASSWORD, give_authenticator, permission_set, person
from tests.oauth.world import app, call, token_request

pytestmark = pytest.mark.django_db


def log_in(username: str = "alice", password: str = PASSWORD) -> Any:
    script = app("script", "password", redirect_uris="")
    return token_request(script, "password", username=username, password=password)


def test_a_password_from_a_trusted_network_gives_a_standard_token() -> None:
    alice = person("alice")
    response = log_in()
    assert response.status_code == 200 and "refresh_token" not in response.json()
    session = call("/api/v1/session/", response.json()["access_token"]).json()
    assert (session["level"], session["grant"]) == ("standard", "password")
    row = LoginRecord.objects.get()
    assert (row.user, row.channel, row.method, row.status) == (alice, "api_login", "password", "success")


def test_from_elsewhere_the_security_token_follows_the_password() -> None:
    secret = api_login.new_security_token(person("alice"))
    script, elsewhere = app("script", "password", redirect_uris=""), Client(REMOTE_ADDR="192.0.2.7")
    response = token_request(script, "password", elsewhere, username="alice", password=PASSWORD)
    assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
    assert response.json()["error_uri"].endswith("/docs/why/activation.security_token/")
    assert not AccessToken.objects.exists()
    response = token_request(script, "password", elsewhere, username="alice", password=PASSWORD + secret)
    assert response.status_code == 200


def test_with_the_api_permission_the_code_does_and_works_once() -> None:
    loader = person("loader")
    authenticator = give_authenticator(loader)
    permission_set(loader, two_factor_ui=True, two_factor_api=True)
    script = app("script", "password", redirect_uris="")
    refused = token_request(script, "password", username="loader", password=PASSWORD)
    assert refused.status_code == 400 and refused.json()["error_uri"].endswith("/docs/why/two_factor.api/")
    password = PASSWORD + authenticator.code()
    response = token_request(script, "password", username="loader", password=password)
    assert response.status_code == 200
    # A token without an approval step is Standard, whatever was proven to get it.
    assert call("/api/v1/session/", response.json()["access_token"]).json()["level"] == "standard"
    assert token_request(script, "password", username="loader", password=password).status_code == 400


def test_a_wrong_password_and_an_unknown_name_answer_alike() -> None:
    person("alice")
    script = app("script", "password", redirect_uris="")
    wrong = token_request(script, "password", username="alice", password="wrong")
    unknown = token_request(script, "password", username="nobody", password="wrong")
    assert (wrong.status_code, unknown.status_code) == (400, 400)
    assert wrong.json() == unknown.json()


def test_too_many_wrong_tries_are_answered_with_a_wait() -> None:
    person("alice")
    script = app("script", "password", redirect_uris="")
    for _n in range(10):
        token_request(script, "password", username="alice", password="wrong")
    response = token_request(script, "password", username="alice", password=PASSWORD)
    assert response.status_code == 429 and response.json()["error"] == "invalid_grant"
    assert int(response.headers["Retry-After"]) > 0


def test_an_app_without_this_grant_tells_nothing_about_passwords() -> None:
    person("alice")
    web = app()
    right = token_request(web, "password", username="alice", password=PASSWORD)
    wrong = token_request(web, "password", username="alice", password="wrong")
    assert right.content == wrong.content and right.json()["error"] == "unauthorized_client"
    assert not LoginRecord.objects.exists()
