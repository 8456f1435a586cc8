"""Revocation (RFC 7009): by the token alone, or by the client that it belongs to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.accounts.people import person, sign_in
from tests.oauth.world import app, call, refresh, tokens

pytestmark = pytest.mark.django_db


def revoke(path: str = "/oauth/revoke/", **fields: Any) -> Any:
    return Client().post(path, fields)


@pytest.mark.parametrize("path", ["/oauth/revoke/", "/services/oauth2/revoke"])
def test_an_access_token_ends_alone(client: Client, path: str) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web)
    assert revoke(path, token=body["access_token"]).status_code == 200
    assert call("/api/v1/me/", body["access_token"]).status_code == 401
    assert refresh(web, body["refresh_token"]).status_code == 200


def test_a_refresh_token_takes_its_access_tokens_along(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web)
    assert revoke(token=body["refresh_token"], token_type_hint="access_token").status_code == 200
    assert call("/api/v1/me/", body["access_token"]).status_code == 401
    assert refresh(web, body["refresh_token"]).status_code == 400


def test_a_client_ends_its_own_tokens_only(client: Client) -> None:
    web, other = app(), app("other")
    sign_in(client, person("alice"))
    token = tokens(client, web)["access_token"]
    answer = revoke(token=token, client_id=other.client_id, client_secret=other.shown_secret)
    assert answer.status_code == 200 and call("/api/v1/me/", token).status_code == 200
    assert revoke(token=token, client_id=web.client_id, client_secret="wrong").status_code == 401
    assert revoke(token=token, client_id=web.client_id).status_code == 401
    assert call("/api/v1/me/", token).status_code == 200
    assert revoke(token=token, client_id=web.client_id, client_secret=web.shown_secret).status_code == 200
    assert call("/api/v1/me/", token).status_code == 401


def test_an_unknown_token_is_no_error_and_none_at_all_is() -> None:
    assert revoke(token="unknown").status_code == 200
    assert revoke().json()["error"] == "invalid_request"
    assert Client().get("/oauth/revoke/?token=abc").status_code == 405
