"""Bearer tokens at the API (RFC 6750), userinfo, and the identity address."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.accounts.people import assured_profile, give_authenticator, person, sign_in
from tests.oauth.world import HIGH, app, call, tokens

pytestmark = pytest.mark.django_db

USERINFO = ["/oauth/userinfo/", "/services/oauth2/userinfo"]


def test_without_credentials_the_challenge_has_no_error_code() -> None:
    for path in ("/api/v1/me/", *USERINFO):
        response = Client().get(path)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert "error" not in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("value", ["unknown", "", "two words", "x" * 5000, "\xe9"])
def test_a_token_that_does_not_work_is_invalid(value: str) -> None:
    for path in ("/api/v1/me/", "/oauth/userinfo/"):
        response = call(path, value)
        assert response.status_code == 401
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_bad_token_is_not_passed_over_for_the_cookie(client: Client) -> None:
    sign_in(client, person("alice"))
    assert client.get("/api/v1/me/").status_code == 200
    assert call("/api/v1/me/", "unknown", client).status_code == 401


def test_a_token_in_the_address_is_refused(client: Client) -> None:
    sign_in(client, person("alice"))
    token = tokens(client, app(), scope="openid api")["access_token"]
    for path in ("/api/v1/me/", *USERINFO):
        assert Client().get(f"{path}?access_token={token}").status_code == 401
        # Nor does the cookie help it.
        assert client.get(f"{path}?access_token={token}").status_code == 401


def test_the_scheme_is_not_case_sensitive(client: Client) -> None:
    sign_in(client, person("alice"))
    token = tokens(client, app())["access_token"]
    assert Client().get("/api/v1/me/", headers={"Authorization": f"bearer {token}"}).status_code == 200
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Basic {token}"}).status_code == 401


@pytest.mark.parametrize("path", USERINFO)
def test_userinfo_tells_what_the_scope_allows(client: Client, path: str) -> None:
    alice, web = person("alice", first_name="Alice", last_name="Ng"), app()
    sign_in(client, alice)
    token = tokens(client, web, scope="openid")["access_token"]
    assert call(path, token).json() == {"sub": str(alice.pk)}
    token = tokens(client, web, scope="openid profile email")["access_token"]
    told = call(path, token).json()
    assert (told["name"], told["preferred_username"], told["email"]) == ("Alice Ng", "alice", "alice@example.org")
    header = {"Authorization": f"Bearer {token}"}
    assert Client().post(path, headers=header).json() == told
    assert Client().post(path, {"access_token": token}).json() == told


def test_two_tokens_in_one_request_are_refused(client: Client) -> None:
    sign_in(client, person("alice"))
    token = tokens(client, app(), scope="openid")["access_token"]
    response = Client().post("/oauth/userinfo/", {"access_token": token}, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401 and 'error="invalid_request"' in response.headers["WWW-Authenticate"]


def test_userinfo_needs_its_scope(client: Client) -> None:
    sign_in(client, person("alice"))
    response = call("/oauth/userinfo/", tokens(client, app(), scope="api")["access_token"])
    assert response.status_code == 403
    assert 'error="insufficient_scope", scope="openid"' in response.headers["WWW-Authenticate"]


def test_a_cookie_opens_no_endpoint_of_tokens(client: Client) -> None:
    alice = person("alice")
    sign_in(client, alice)
    for path in ("/oauth/userinfo/", f"/id/org/{alice.pk}"):
        assert client.get(path).status_code == 401
    assert client.post("/oauth/singleaccess/").status_code == 401


def test_the_identity_address_tells_about_the_tokens_own_user_only(client: Client) -> None:
    alice, bob = person("alice", first_name="Alice"), person("bob")
    sign_in(client, alice)
    body = tokens(client, app(), scope="openid email")
    told = call(body["id"].removeprefix("http://127.0.0.1:8000"), body["access_token"]).json()
    assert (told["user_id"], told["username"], told["organization_id"]) == (str(alice.pk), "alice", "org")
    assert told["id"] == body["id"] and told["display_name"] == "Alice" and told["email"] == "alice@example.org"
    answers = [call(f"/id/{path}", body["access_token"]) for path in (f"org/{bob.pk}", "org/999", f"other/{alice.pk}")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1


def test_the_api_needs_its_scope_but_a_token_may_ask_about_itself(client: Client) -> None:
    bob = person("bob", assured_profile())
    sign_in(client, bob, give_authenticator(bob))
    web = app()
    token = tokens(client, web, scope="openid", acr_values=HIGH)["access_token"]
    response = call("/api/v1/reports/", token)
    assert response.status_code == 403
    assert 'error="insufficient_scope", scope="api full"' in response.headers["WWW-Authenticate"]
    assert [call(path, token).status_code for path in ("/api/v1/session/", "/api/v1/me/")] == [200, 200]
    for scope in ("api", "full"):
        token = tokens(client, web, scope=scope, acr_values=HIGH)["access_token"]
        assert call("/api/v1/reports/", token).status_code == 200
    assert client.get("/api/v1/reports/").status_code == 200


@pytest.mark.parametrize("body", ["[" * 100_000, "{", "[]", '"x"', "\xff"])
def test_json_that_makes_no_sense_is_no_error_of_the_site(client: Client, body: str) -> None:
    sign_in(client, person("alice"))
    token = tokens(client, app(), scope="web")["access_token"]
    for headers in ({"Authorization": f"Bearer {token}"}, {}):
        response = Client().post("/oauth/singleaccess/", body, content_type="application/json", headers=headers)
        assert response.status_code in (200, 400, 401)
