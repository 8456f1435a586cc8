"""Logout that an app asks for (RP-Initiated Logout 1.0): no stranger signs anybody out, and no stranger gets a redirect."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from oauth.models import ConnectedApp
from tests.accounts.people import person, sign_in
from tests.oauth.world import app, call, refresh, text, tokens

pytestmark = pytest.mark.django_db

BYE = "https://client.example/bye"


def portal(name: str = "web-app", **values: Any) -> ConnectedApp:
    return app(name, post_logout_redirect_uris=f"{BYE} com.example.app:/bye", **values)


def path(**params: str) -> str:
    return "/oauth/end-session/?" + urlencode(params)


def is_signed_in(browser: Client) -> bool:
    return bool(browser.get("/api/v1/me/").status_code == 200)


def test_an_id_token_of_the_same_person_ends_the_session_and_leads_back(client: Client) -> None:
    web = portal()
    sign_in(client, person("alice"))
    hint = tokens(client, web, scope="openid")["id_token"]
    response = client.get(path(id_token_hint=hint, post_logout_redirect_uri=BYE, state="a&b"))
    assert response.status_code == 302 and response.headers["Location"] == f"{BYE}?state=a%26b"
    assert response.headers["Cache-Control"] == "no-store"
    assert not is_signed_in(client)


def test_without_one_the_person_is_asked_first(client: Client) -> None:
    web = portal()
    sign_in(client, person("alice"))
    page = client.get(path(client_id=web.client_id, post_logout_redirect_uri=BYE, state="s"))
    assert page.status_code == 200 and "web-app" in text(page) and "alice" in text(page)
    assert "form-action 'self' https://client.example" in page.headers["Content-Security-Policy"]
    assert is_signed_in(client)
    action = re.search(r'action="(/oauth/end-session/[^"]+)"', page.content.decode())
    assert action is not None
    response = client.post(unescape(action[1]), {"end": "true"})
    assert response.status_code == 303 and response.headers["Location"] == f"{BYE}?state=s"
    assert not is_signed_in(client)


def test_an_id_token_of_another_person_is_asked_about_and_stays_out_of_the_page(client: Client) -> None:
    web, other = portal(), Client()
    sign_in(other, person("bob"))
    hint = tokens(other, web, scope="openid")["id_token"]
    sign_in(client, person("alice"))
    page = client.get(path(id_token_hint=hint, post_logout_redirect_uri=BYE))
    assert page.status_code == 200 and is_signed_in(client)
    assert hint not in page.content.decode()


def test_our_own_form_is_protected_against_forgery() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("alice"))
    assert strict.post("/oauth/end-session/", {"end": "true"}).status_code == 403
    assert "_auth_user_id" in strict.session


def test_a_form_of_the_apps_is_asked_again_by_get(client: Client) -> None:
    web = portal()
    sign_in(client, person("alice"))
    response = client.post("/oauth/end-session/", {"client_id": web.client_id, "csrfmiddlewaretoken": "secret"})
    assert response.status_code == 303 and response.headers["Location"] == path(client_id=web.client_id)
    assert client.post("/oauth/end-session/", {"state": "x" * 7000}).status_code == 400
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "params",
    [
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": BYE + "/more"},
        {"post_logout_redirect_uri": BYE + "?x=1"},
        {"post_logout_redirect_uri": BYE + "#x"},
        {"post_logout_redirect_uri": "https://client.example/cb"},
        {"post_logout_redirect_uri": "javascript:alert(1)"},
        {"post_logout_redirect_uri": "//evil.example"},
        {"id_token_hint": "made.up.hint"},
        {"id_token_hint": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."},
        {"client_id": "unknown", "post_logout_redirect_uri": BYE},
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_unregistered_address_gets_a_page_and_ends_nothing(client: Client, params: dict[str, str], signed_in: bool) -> None:
    web = portal()
    if signed_in:
        sign_in(client, person("alice"))
    response = client.get(path(**{"client_id": web.client_id, **params}))
    assert response.status_code == 400 and "Location" not in response.headers
    assert is_signed_in(client) is signed_in


def test_an_address_needs_the_app_that_it_is_registered_for(client: Client) -> None:
    portal()
    other = app("other")
    sign_in(client, person("alice"))
    hint = tokens(client, other, scope="openid")["id_token"]
    for params in ({}, {"id_token_hint": hint}, {"client_id": other.client_id}):
        assert client.get(path(post_logout_redirect_uri=BYE, **params)).status_code == 400
    web = ConnectedApp.objects.get(name="web-app")
    mixed = client.get(path(post_logout_redirect_uri=BYE, id_token_hint=hint, client_id=web.client_id))
    assert mixed.status_code == 400 and is_signed_in(client)


def test_a_repeated_parameter_is_refused(client: Client) -> None:
    web = portal()
    where = path(client_id=web.client_id, post_logout_redirect_uri=BYE) + "&" + urlencode({"post_logout_redirect_uri": BYE})
    assert client.get(where).status_code == 400


def test_whoever_is_signed_out_already_is_sent_on(client: Client) -> None:
    web = portal()
    response = client.get(path(client_id=web.client_id, post_logout_redirect_uri=BYE))
    assert response.headers["Location"] == BYE
    private = client.get(path(client_id=web.client_id, post_logout_redirect_uri="com.example.app:/bye"))
    assert private.headers["Location"] == "com.example.app:/bye"
    assert client.get(path()).headers["Location"] == "/"


def test_signing_out_takes_no_app_its_access_away(client: Client) -> None:
    web = portal()
    sign_in(client, person("alice"))
    body = tokens(client, web, scope="openid api refresh_token")
    client.get(path(id_token_hint=body["id_token"]))
    assert not is_signed_in(client)
    assert call("/api/v1/me/", body["access_token"]).status_code == 200
    assert refresh(web, body["refresh_token"]).status_code == 200


@pytest.mark.parametrize("query", ["%00=1", "client_id=%00", "id_token_hint=%ff", "post_logout_redirect_uri=%00", "=", "&&"])
def test_odd_queries_are_no_error_of_the_site(client: Client, query: str) -> None:
    assert client.get("/oauth/end-session/", QUERY_STRING=query).status_code in (302, 400)
