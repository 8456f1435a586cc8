"""What an attacker would try: a token in the place of another, mixed-up servers, bent addresses, other people's codes."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.test import Client

from oauth.models import AccessToken, Grant
from tests.accounts.people import person, sign_in
from tests.oauth.world import (
    JWT_BEARER,
    REDIRECT,
    VERIFIER,
    answer_of,
    app,
    approve,
    authorize_url,
    call,
    challenge,
    jwt_app,
    public_app,
    redeem,
    refresh,
    token_request,
    tokens,
)

pytestmark = pytest.mark.django_db

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def alice(client: Client) -> Client:
    sign_in(client, person("alice"))
    return client


class TestSubstitution:
    """Each credential opens its own door and no other."""

    def test_what_is_no_access_token_opens_nothing(self, alice: Client) -> None:
        web = app()
        body = tokens(alice, web, scope="openid api web refresh_token")
        code = approve(alice, web)["code"]
        for value in (body["id_token"], body["refresh_token"], code, web.client_id, web.shown_secret):
            assert call("/api/v1/me/", value).status_code == 401
            assert call("/oauth/userinfo/", value).status_code == 401
            assert Client().post("/secur/frontdoor.jsp", {"sid": value}).status_code == 400
            assert Client().get("/oauth/frontdoor/", {"ticket": value}).status_code == 400

    def test_what_is_no_code_or_refresh_token_is_exchanged_for_nothing(self, alice: Client) -> None:
        web = app()
        body = tokens(alice, web, scope="openid api web refresh_token")
        before = AccessToken.objects.count()
        for value in (body["id_token"], body["access_token"], body["refresh_token"]):
            assert redeem(web, value).json()["error"] == "invalid_grant"
        for value in (body["id_token"], body["access_token"]):
            assert refresh(web, value).json()["error"] == "invalid_grant"
        assert AccessToken.objects.count() == before

    def test_an_id_token_is_no_assertion(self, alice: Client) -> None:
        job = jwt_app()
        value = tokens(alice, app(), scope="openid")["id_token"]
        assert token_request(None, JWT_BEARER, assertion=value).json()["error"] == "invalid_grant"
        assert token_request(job, JWT_BEARER, assertion=value).json()["error"] == "invalid_grant"

    def test_another_clients_code_and_refresh_token_work_for_nobody_else_and_are_not_burnt(self, alice: Client) -> None:
        web, thief, native = app(), app("thief"), public_app("native")
        code, fresh = approve(alice, web)["code"], tokens(alice, web)["refresh_token"]
        for other in (thief, native):
            assert redeem(other, code).json()["error"] == "invalid_grant"
            assert refresh(other, fresh).json()["error"] == "invalid_grant"
        assert redeem(web, code).status_code == 200 and refresh(web, fresh).status_code == 200


class TestDowngrade:
    def test_a_challenge_that_was_taken_out_of_the_request_is_noticed_at_the_exchange(self, alice: Client) -> None:
        web = app()
        code = approve(alice, web)["code"]
        answer = redeem(web, code, code_verifier=VERIFIER).json()
        assert answer["error"] == "invalid_grant" and "without a code_challenge" in answer["error_description"]

    @pytest.mark.parametrize("verifier", [None, "", "w" * 64, challenge(), "v" * 63, "v" * 65])
    def test_a_code_with_a_challenge_needs_its_verifier(self, alice: Client, verifier: str | None) -> None:
        web = app()
        code = approve(alice, web, code_challenge=challenge(), code_challenge_method="S256")["code"]
        assert redeem(web, code, code_verifier=verifier).status_code == 400
        assert redeem(web, code, code_verifier=VERIFIER).status_code == 200

    def test_nobody_asks_for_a_weaker_answer(self, alice: Client) -> None:
        web = app("web", "authorization_code", "implicit")
        for params in (
            {"response_type": "token", "response_mode": "query"},
            {"response_type": "id_token token", "response_mode": "query", "scope": "openid", "nonce": "n"},
            {"response_type": "token", "response_mode": "form_post"},
        ):
            location = alice.get(authorize_url(web, **params)).headers["Location"]
            assert "error=invalid_request" in location and "access_token" not in location


class TestMixUp:
    ERRORS: tuple[tuple[dict[str, Any], str], ...] = (
        ({"scope": "made_up"}, "invalid_scope"),
        ({"response_type": "made_up"}, "unsupported_response_type"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"prompt": "none", "scope": "web"}, "consent_required"),
        ({"immediate": "true", "scope": "web"}, "immediate_unsuccessful"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "x"}, "invalid_request"),
        ({"acr_values": "made:up"}, "unmet_authentication_requirements"),
        ({"resource": "https://x.example/"}, "invalid_target"),
        ({"request": "x"}, "request_not_supported"),
        ({"request_uri": "https://x.example/"}, "request_uri_not_supported"),
        ({"id_token_hint": "x", "scope": "openid"}, "login_required"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
    )

    def test_every_error_says_who_answers(self, alice: Client) -> None:
        web = app()
        for params, error in self.ERRORS:
            for mode in (None, "fragment"):
                self.check(alice, alice.get(authorize_url(web, response_mode=mode, **params)), params, error, mode)

    @staticmethod
    def check(alice: Client, response: Any, params: dict[str, Any], error: str, mode: str | None) -> None:
        answer = answer_of(response)
        assert (answer["error"], answer["iss"], answer["state"]) == (error, ISSUER, "xyz")
        assert answer["error_uri"] == f"{ISSUER}/docs/why/oauth/{error}/"
        assert alice.get(answer["error_uri"].removeprefix(ISSUER)).status_code == 200
        assert response.headers["Cache-Control"] == "no-store" and response.headers["Referrer-Policy"] == "no-referrer"
        # The implicit flow answers in the fragment too.
        in_fragment = mode == "fragment" or params.get("response_type") == "token"
        assert bool(urlsplit(response.headers["Location"]).fragment) is in_fragment

    def test_a_success_says_it_once(self, alice: Client) -> None:
        web = app("web", "authorization_code", "implicit", skip_authorization=True)
        for response_type in ("code", "token", "id_token token"):
            asked = authorize_url(web, response_type=response_type, nonce="n", scope="openid")
            parts = urlsplit(alice.get(asked).headers["Location"])
            assert [v for n, v in parse_qsl(parts.query) + parse_qsl(parts.fragment) if n == "iss"] == [ISSUER]


class TestAddresses:
    BENT = (
        "https://client.example/cb/",
        "https://client.example/CB",
        "https://CLIENT.example.evil.example/cb",
        "https://client.example/cb/../x",
        "https://client.example/cb;x=1",
        "https://client.example/cb?",
        "https://client.example/cb#",
        "https://client.example:443/cb",
        "https://client.example\\.evil.example/cb",
        "https://client.example%2eevil.example/cb",
        "https://client.example /cb",
        "https://client.example\t/cb",
        "https://client.example\u3002evil.example/cb",
        "http://client.example/cb",
        "//client.example/cb",
        "data:text/html,x",
        "https://client.example/cb\r\nLocation: https://evil.example",
        "https://evil.example/cb?https://client.example/cb",
    )

    def test_a_bent_address_gets_a_page_whatever_else_is_wrong(self, alice: Client) -> None:
        web = app("web", "authorization_code", "implicit", skip_authorization=True)
        for uri in self.BENT:
            for params in ({}, {"prompt": "none"}, {"scope": "made_up"}, {"response_type": "token"}):
                response = alice.get(authorize_url(web, redirect_uri=uri, **params))
                assert (response.status_code, response.headers.get("Location")) == (400, None), (uri, params)

    def test_the_form_of_the_page_leads_nowhere_else(self, alice: Client) -> None:
        web = app()
        asked = authorize_url(web)
        for button in ("allow", "deny"):
            bent = asked.replace(quote(REDIRECT, safe=""), quote("https://evil.example/", safe=""))
            assert bent != asked
            response = alice.post(bent, {button: "true"})
            assert response.status_code == 400 and "Location" not in response.headers
            hidden = alice.post(asked, {button: "true", "redirect_uri": "https://evil.example/"})
            assert hidden.status_code == 400 and "Location" not in hidden.headers
        assert not Grant.objects.exists()

    def test_a_registered_address_with_parameters_gets_one_answer(self, alice: Client) -> None:
        web = app(redirect_uris="https://client.example/cb?tenant=7", skip_authorization=True)
        for params in ({}, {"scope": "made_up"}):
            parts = urlsplit(alice.get(authorize_url(web, **params)).headers["Location"])
            names = [name for name, _value in parse_qsl(parts.query)]
            assert "tenant" in names and len(names) == len(set(names))


class TestNobodyIsSignedInBySomebodyElse:
    """Login CSRF: codes and forms of an attacker in a victim's browser."""

    def test_a_consent_form_needs_our_token(self) -> None:
        strict, web = Client(enforce_csrf_checks=True), app()
        strict.force_login(person("victim"))
        for button in ("allow", "deny", "switch_account"):
            assert strict.post(authorize_url(web), {button: "true"}).status_code == 403
        assert not Grant.objects.exists() and "_auth_user_id" in strict.session

    def test_no_browser_sends_the_form_on_to_the_client(self, alice: Client) -> None:
        web = app()
        for button in ("allow", "deny"):
            # 307 would repeat the POST with all its fields (RFC 9700 4.12).
            assert alice.post(authorize_url(web), {button: "true"}).status_code == 303

    def test_the_authorize_endpoint_cannot_be_framed(self, alice: Client) -> None:
        page = alice.get(authorize_url(app()))
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert "no-store" in page.headers["Cache-Control"]


def test_tokens_never_stand_in_an_address(alice: Client) -> None:
    web = app()
    body = tokens(alice, web)
    for path in ("/oauth/token/", "/oauth/revoke/", "/oauth/introspect/", "/oauth/par/"):
        assert Client().get(path, {"token": body["access_token"]}).status_code == 405
    query = f"?token={body['access_token']}&client_id={web.client_id}&client_secret={web.shown_secret}"
    assert Client().post("/oauth/introspect/" + query).status_code in (400, 401)
    assert Client().post("/oauth/revoke/" + query).status_code == 400
    assert call("/api/v1/me/", body["access_token"]).status_code == 200
