"""Wrong, missing, repeated, oversized, unreadable and replayed input: a clear error, nothing changed, never a 500."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from oauth.models import AccessToken, Grant
from tests.accounts.people import person, sign_in
from tests.oauth.world import REDIRECT, answer_of, app, authorize_url, public_app, text, token_request

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


def is_oauth_error(response: Any, error: str = "invalid_request") -> bool:
    body = response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert body["error_description"] and body["error_uri"].startswith("http://127.0.0.1:8000/docs/why/oauth/")
    return bool(response.status_code == 400 and body["error"] == error)


class TestAuthorize:
    @pytest.mark.parametrize(
        "params",
        [
            {"client_id": None},
            {"client_id": "unknown"},
            {"client_id": "x" * 500},
            {"redirect_uri": "https://evil.example/"},
            {"redirect_uri": REDIRECT + "/more"},
            {"redirect_uri": REDIRECT + "?x=1"},
            {"redirect_uri": REDIRECT + "#fragment"},
            {"redirect_uri": "https://client.example@evil.example/cb"},
            {"redirect_uri": "https://client.example:99999/cb"},
            {"redirect_uri": "https://[client/cb"},
            {"redirect_uri": "javascript:alert(1)"},
            {"redirect_uri": "/cb"},
        ],
    )
    @pytest.mark.parametrize("prompt", [None, "none"])
    def test_an_unknown_client_or_address_gets_a_page_and_never_a_redirect(
        self, client: Client, params: dict[str, str | None], prompt: str | None
    ) -> None:
        response = client.get(authorize_url(app(), prompt=prompt, **params))
        assert response.status_code == 400 and "Location" not in response.headers
        assert 'data-page="oauth-error"' in response.content.decode() and response.context["reference"]

    @pytest.mark.parametrize(
        "name", ["client_id", "redirect_uri", "response_type", "scope", "state", "prompt", "max_age", "code_challenge"]
    )
    def test_a_repeated_parameter_is_refused(self, client: Client, name: str) -> None:
        response = client.get(authorize_url(app(), prompt="login", max_age=5) + f"&{name}=x&{name}=y")
        assert response.status_code == 400 and "Location" not in response.headers and "Repeated" in text(response)

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({"response_type": None}, "invalid_request"),
            ({"response_type": "made_up"}, "unsupported_response_type"),
            ({"response_type": "none"}, "unsupported_response_type"),
            ({"response_type": "code id_token"}, "unsupported_response_type"),
            ({"scope": "made_up"}, "invalid_scope"),
            ({"scope": "openid  api"}, "invalid_scope"),
            ({"claims": "{"}, "invalid_request"),
            ({"claims": "[1]"}, "invalid_request"),
            ({"claims": "null"}, "invalid_request"),
            ({"claims": '{"id_token": 5}'}, "invalid_request"),
            ({"claims": "[" * 3000}, "invalid_request"),
            (
                {"claims": '{"id_token": {"acr": {"essential": true, "values": ["made:up"]}}}'},
                "unmet_authentication_requirements",
            ),
            ({"acr_values": "made:up"}, "unmet_authentication_requirements"),
            ({"response_mode": "form_post"}, "invalid_request"),
            ({"response_mode": "query.jwt"}, "invalid_request"),
            ({"request": "e30.e30."}, "request_not_supported"),
            ({"request_uri": "https://client.example/request.jwt"}, "request_uri_not_supported"),
            ({"resource": "https://elsewhere.example/"}, "invalid_target"),
            ({"resource": "http://127.0.0.1:8000.evil.example/"}, "invalid_target"),
            ({"nonce": "n" * 256}, "invalid_request"),
        ],
    )
    def test_other_errors_go_back_to_the_client(self, client: Client, params: dict[str, str | None], error: str) -> None:
        sign_in(client, person("alice"))
        answer = answer_of(client.get(authorize_url(app(), **params)))
        assert (answer["error"], answer["state"], answer["iss"]) == (error, "xyz", "http://127.0.0.1:8000")
        assert answer["error_uri"].startswith("http://127.0.0.1:8000/docs/why/oauth/")
        assert not Grant.objects.exists()

    @pytest.mark.parametrize(
        "query", ["%zz=1", "a=%zz", "&&&", "=", "client_id", "%00=1", "client_id=%00", "x=%ff%fe", "\xe9=\xe9", "a" * 5000]
    )
    def test_an_unreadable_query_is_a_bad_request(self, client: Client, query: str) -> None:
        response = client.get("/oauth/authorize/", QUERY_STRING=query)
        assert response.status_code == 400 and "Location" not in response.headers

    @pytest.mark.parametrize("claims", ['{"id_token": {"acr": 5}}', '{"id_token": {"acr": {"values": 7}}}', "{}"])
    def test_strange_but_harmless_claims_are_no_error(self, client: Client, claims: str) -> None:
        sign_in(client, person("alice"))
        assert client.get(authorize_url(app(), claims=claims, scope="openid")).status_code == 200

    def test_a_state_is_returned_as_it_came(self, client: Client) -> None:
        state = "ä &=#%20+\"'<>/?"
        sign_in(client, person("alice"))
        web = app(skip_authorization=True)
        assert answer_of(client.get(authorize_url(web, state=state)))["state"] == state
        assert answer_of(client.get(authorize_url(web, state=state, scope="made_up")))["state"] == state

    def test_other_methods_are_not_allowed(self, client: Client) -> None:
        for method in (client.put, client.delete, client.head, client.options):
            assert method("/oauth/authorize/").status_code == 405

    def test_a_form_of_the_clients_that_is_too_long_is_refused(self, client: Client) -> None:
        assert client.post("/oauth/authorize/", {"state": "x" * 7000}).status_code == 400


class TestToken:
    @pytest.mark.parametrize("path", ["/oauth/token/", "/services/oauth2/token"])
    def test_by_post_only(self, client: Client, path: str) -> None:
        for method in (client.get, client.put, client.delete):
            response = method(path)
            assert response.status_code == 405 and response.headers["Allow"] == "POST"
            assert response.json()["error"] == "invalid_request"

    def test_the_parameters_are_in_the_body_and_form_encoded(self) -> None:
        for response in (
            Client().post("/oauth/token/?grant_type=authorization_code&code=x"),
            Client().post("/oauth/token/?%zz"),
            Client().post("/oauth/token/", {"grant_type": "password"}, content_type="application/json"),
            Client().post("/oauth/token/", b"\xff\xfe", content_type="application/octet-stream"),
            Client().post("/oauth/token/"),
            Client().post("/oauth/token/", "", content_type=FORM),
        ):
            assert is_oauth_error(response)

    @pytest.mark.parametrize("name", ["grant_type", "code", "client_id", "redirect_uri", "refresh_token", "assertion"])
    def test_a_repeated_parameter_is_refused(self, name: str) -> None:
        web = app()
        fields = [("grant_type", "authorization_code"), ("client_id", web.client_id), (name, "x"), (name, "y")]
        response = Client().post("/oauth/token/", urlencode(fields), content_type=FORM)
        assert is_oauth_error(response) and "Repeated" in response.json()["error_description"]

    def test_missing_parameters_are_named(self) -> None:
        web, script = app(), app("script", "password", redirect_uris="")
        assert is_oauth_error(token_request(web, "authorization_code"))
        assert is_oauth_error(token_request(web, "refresh_token"))
        assert is_oauth_error(token_request(script, "password", username="alice"))

    def test_an_unknown_client_is_challenged(self) -> None:
        for fields in ({"client_id": "unknown", "client_secret": "x"}, {}, {"client_id": "x" * 300}):
            response = token_request(None, "authorization_code", code="x", **fields)
            assert response.status_code == 401 and response.json()["error"] == "invalid_client"
            assert response.headers["WWW-Authenticate"].startswith("Basic ")

    @pytest.mark.parametrize(
        "header", ["Basic", "Basic !!!", "Basic YQ==", "Basic 4pyT", "Digest x", "Basic " + "QUFB" * 1000]
    )
    def test_unreadable_credentials_are_wrong_credentials(self, header: str) -> None:
        data = {"grant_type": "authorization_code", "code": "x"}
        response = Client().post("/oauth/token/", data, headers={"Authorization": header})
        assert response.status_code == 401

    def test_a_client_that_names_itself_twice_differently_is_wrong(self) -> None:
        web, other = app(), app("other")
        response = token_request(other, "authorization_code", code="x", client_id=web.client_id)
        assert response.status_code == 401
        native = public_app()
        assert token_request(native, "authorization_code", code="x", client_id=native.client_id).status_code == 400

    @pytest.mark.parametrize("value", ["x" * 100_000, "\x01", "ä€𝄞", "../../etc/passwd", "' OR 1=1 --"])
    def test_made_up_codes_and_tokens_are_invalid_grants(self, value: str) -> None:
        web = app()
        for response in (
            token_request(web, "authorization_code", code=value, redirect_uri=REDIRECT),
            token_request(web, "refresh_token", refresh_token=value),
        ):
            assert is_oauth_error(response, "invalid_grant")
        assert not AccessToken.objects.exists()

    @pytest.mark.parametrize("path", ["/oauth/token/", "/services/oauth2/token", "/oauth/revoke/", "/oauth/introspect/"])
    def test_text_that_nothing_can_hold_is_an_error_in_the_same_words(self, path: str) -> None:
        response = Client().post(path, {"grant_type": "refresh_token", "token": "\x00", "refresh_token": "\x00"})
        body = response.json()
        assert response.status_code == 400 and body["error"] == "invalid_request" and "NUL" in body["error_description"]
        assert response.headers["Cache-Control"] == "no-store"

    def test_a_public_app_without_a_name_is_nobody(self) -> None:
        assert token_request(None, "refresh_token", refresh_token="x").status_code == 401
