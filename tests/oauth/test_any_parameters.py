"""Whatever is sent: never an error of the site, and never a redirect to an address that nobody registered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from accounts.models import User
from oauth.models import ConnectedApp
from tests.accounts.people import person, sign_in
from tests.oauth.world import REDIRECT, app, challenge, public_app, tokens

pytestmark = pytest.mark.django_db

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
FORM = "application/x-www-form-urlencoded"
OURS = ("/login/", "/step-up/", "/oauth/authorize/", "/oauth/end-session/")

ODD = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\x1b[0m",
        "%00",
        "%zz",
        "\ud7ff",
        "\u202egro",
        "𝄞" * 40,
        "x" * 5000,
        "null",
        "[]",
        "{}",
        "-1",
        "1e9",
        "NaN",
        "../../etc/passwd",
        "' OR 1=1 --",
        "<script>",
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "urn:ietf:params:oauth:request_uri:x",
    ]
)
VALUES = st.one_of(ODD, st.text(max_size=40))
AUTHORIZE = {
    "response_type": st.sampled_from(["code", "token", "id_token token", "token id_token", "code id_token", "none"]),
    "response_mode": st.sampled_from(["query", "fragment", "form_post", "jwt"]),
    "redirect_uri": st.sampled_from([REDIRECT, REDIRECT + "/", REDIRECT + "?x=1", "https://evil.example/cb", "https://["]),
    "scope": st.sampled_from(["openid", "api", "openid api refresh_token", "full", "made_up", "openid  api"]),
    "prompt": st.sampled_from(["none", "login", "consent", "select_account", "none login", "login consent"]),
    "max_age": st.sampled_from(["0", "1", "-1", "9" * 30, "soon"]),
    "acr_values": st.sampled_from(["urn:authsite:high-assurance", "urn:authsite:standard", "made:up"]),
    "claims": st.sampled_from(
        ["{}", "{", '{"id_token":{"acr":{"essential":true,"value":7}}}', '{"userinfo":{"sub":{"value":[]}}}']
    ),
    "code_challenge": st.sampled_from([challenge(), "x", "x" * 43]),
    "code_challenge_method": st.sampled_from(["S256", "plain", "none"]),
    "immediate": st.sampled_from(["true", "false", "TRUE"]),
    "resource": st.sampled_from(["http://127.0.0.1:8000/api/v1/", "https://evil.example/"]),
    **dict.fromkeys(["client_id", "state", "nonce", "display", "ui_locales", "login_hint", "id_token_hint"], st.nothing()),
    **dict.fromkeys(["request", "request_uri", "arrived", "approval_prompt", "grant_type", "allow"], st.nothing()),
}


def pairs(names: dict[str, st.SearchStrategy[str]], *, most: int = 12) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Return lists of parameters, some of them repeated, known and unknown, likely and odd."""
    known = [st.tuples(st.just(name), st.one_of(likely, VALUES)) for name, likely in names.items()]
    return st.lists(st.one_of(*known, st.tuples(VALUES, VALUES)), max_size=most)


def encoded(given_pairs: list[tuple[str, str]]) -> str:
    return urlencode([(n.encode(errors="replace"), v.encode(errors="replace")) for n, v in given_pairs])


def check_redirect(response: Any, registered: str = REDIRECT) -> None:
    """Fail for an error of the site, and for a redirect to anywhere but our own pages and the registered address."""
    assert response.status_code < 500, response.content[:300]
    location = response.headers.get("Location")
    if location is None:
        return
    parts, right = urlsplit(location), urlsplit(registered)
    ours = not parts.netloc and parts.path in (*OURS, "/")
    assert ours or (parts.scheme, parts.netloc, parts.path) == (right.scheme, right.netloc, right.path), location


@pytest.fixture
def web() -> ConnectedApp:
    return app("web", "authorization_code", "refresh_token", "implicit", skip_authorization=True)


@FEW
@given(beside=pairs(AUTHORIZE), signed_in=st.booleans(), by_form=st.booleans())
def test_an_authorization_request(
    client: Client, web: ConnectedApp, beside: list[tuple[str, str]], signed_in: bool, by_form: bool
) -> None:
    browser = client if signed_in else Client()
    if signed_in and not browser.session.get("_auth_user_id"):
        sign_in(browser, alice())
    names = {name for name, _value in beside}
    usual = [("client_id", web.client_id), ("response_type", "code"), ("redirect_uri", REDIRECT), ("state", "s")]
    query = encoded([pair for pair in usual if pair[0] not in names] + beside)
    if by_form:
        check_redirect(browser.post("/oauth/authorize/", query, content_type=FORM))
        check_redirect(browser.post("/oauth/authorize/?" + query, {"allow": "true"}))
    check_redirect(browser.get("/oauth/authorize/", QUERY_STRING=query))


def alice() -> User:
    return User.objects.filter(username="alice").first() or person("alice")


END = {
    "post_logout_redirect_uri": st.sampled_from(["https://client.example/bye", REDIRECT, "https://evil.example/"]),
    **dict.fromkeys(["client_id", "id_token_hint", "logout_hint", "state", "ui_locales"], st.nothing()),
}


@FEW
@given(beside=pairs(END, most=6), named=st.booleans())
def test_a_logout_request(client: Client, beside: list[tuple[str, str]], named: bool) -> None:
    bye = "https://client.example/bye"
    web = ConnectedApp.objects.filter(name="portal").first() or app("portal", post_logout_redirect_uris=bye)
    query = encoded(([("client_id", web.client_id)] if named else []) + beside)
    check_redirect(client.get("/oauth/end-session/", QUERY_STRING=query), bye)
    check_redirect(client.post("/oauth/end-session/?" + query, {"end": "true"}), bye)


GRANTS = [
    "authorization_code",
    "refresh_token",
    "password",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "implicit",
]
TOKEN = {
    "grant_type": st.sampled_from(GRANTS),
    "format": st.sampled_from(["json", "xml", "urlencoded", "jsonp"]),
    **dict.fromkeys(["code", "refresh_token", "assertion", "username", "password", "code_verifier", "scope"], st.nothing()),
    **dict.fromkeys(["client_id", "client_secret", "redirect_uri", "resource", "token", "token_type_hint"], st.nothing()),
}


@FEW
@given(
    beside=pairs(TOKEN),
    path=st.sampled_from(["token", "revoke", "introspect", "par"]),
    grant=st.sampled_from(GRANTS),
    header=st.sampled_from([None, "Basic", "Basic !!!", "Basic YQ==", "Bearer x", "Basic Zm9vOmJhcg=="]),
)
def test_a_request_of_a_client_program(
    web: ConnectedApp, beside: list[tuple[str, str]], path: str, grant: str, header: str | None
) -> None:
    names = {name for name, _value in beside}
    usual = [("client_id", web.client_id), ("client_secret", web.shown_secret), ("grant_type", grant)]
    body = encoded([pair for pair in usual if pair[0] not in names] + beside)
    headers = {"Authorization": header} if header else {}
    response = Client().post(f"/oauth/{path}/", body, content_type=FORM, headers=headers)
    assert response.status_code < 500 and "Location" not in response.headers
    assert response.status_code in (200, 201) or b"error" in response.content
    assert response.headers["Cache-Control"] == "no-store"


@settings(FEW, max_examples=25)
@given(beside=pairs({"retURL": VALUES, "sid": VALUES, "ticket": VALUES}, most=5), by_form=st.booleans())
def test_a_way_through_the_front_door(client: Client, beside: list[tuple[str, str]], by_form: bool) -> None:
    native = ConnectedApp.objects.filter(name="bridge").first() or public_app("bridge")
    if not client.session.get("_auth_user_id"):
        sign_in(client, alice())
    token = tokens(client, native, scope="web")["access_token"]
    target = next((value for name, value in beside if name == "retURL"), "/")
    assume("\x00" not in target)
    given_ticket = Client().post("/oauth/singleaccess/", {"retURL": target}, headers={"Authorization": f"Bearer {token}"})
    assert given_ticket.status_code in (200, 400)
    if given_ticket.status_code == 200:
        opened = Client().get(given_ticket.json()["frontdoor_uri"].removeprefix("http://127.0.0.1:8000"))
        parts = urlsplit(opened.headers["Location"])
        assert not parts.netloc and not parts.scheme and parts.path.startswith("/")
    query = encoded(beside)
    response = (
        Client().post("/oauth/frontdoor/", query, content_type=FORM) if by_form else Client().get("/oauth/frontdoor/?" + query)
    )
    assert response.status_code == 400
