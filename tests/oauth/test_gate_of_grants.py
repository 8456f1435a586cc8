"""The OAuth table: which flows work under High Assurance, and how the others are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import LoginRecord, User
from oauth.models import AccessToken, ConnectedApp
from sessions_policy.models import DecisionRecord
from tests.accounts.people import PASSWORD, assured_profile, give_authenticator, permission_set, person, profile, sign_in
from tests.oauth.world import (
    JWT_BEARER,
    app,
    approve,
    assertion,
    call,
    jwt_app,
    redeem,
    refresh,
    token_request,
    tokens,
)

pytestmark = pytest.mark.django_db


def by_jwt(user: User, **values: Any) -> Any:
    job = jwt_app(permitted_users="admin_approved", **values)
    job.approved_profiles.add(user.profile)
    return token_request(None, JWT_BEARER, assertion=assertion(job, user.username))


def by_password(user: User, **values: Any) -> Any:
    script = app("script", "password", redirect_uris="", **values)
    return token_request(script, "password", username=user.username, password=PASSWORD)


def by_client_credentials(user: User, **values: Any) -> Any:
    permission_set(user, name="Robots", api_only=True)
    service = app("service", "client_credentials", redirect_uris="", run_as=user, **values)
    return token_request(service, "client_credentials")


WITHOUT_APPROVAL = pytest.mark.parametrize("ask", [by_jwt, by_password, by_client_credentials])


@WITHOUT_APPROVAL
def test_a_grant_without_an_approval_step_works_for_a_profile_that_asks_for_nothing(ask: Callable[..., Any]) -> None:
    response = ask(person("integration"))
    assert response.status_code == 200
    assert "refresh_token" not in response.json()
    assert call("/api/v1/session/", response.json()["access_token"]).json()["level"] == "standard"


@WITHOUT_APPROVAL
def test_it_is_refused_where_the_profile_requires_high_assurance(ask: Callable[..., Any]) -> None:
    response = ask(person("assured", assured_profile()))
    body = response.json()
    assert response.status_code == 400 and body["error"] == "invalid_grant"
    assert "Assured User" in body["error_description"] and "authorization code" in body["error_description"]
    assert body["error_uri"] == "http://127.0.0.1:8000/docs/why/grant.no_approval_step.profile/"
    assert response.headers["Cache-Control"] == "no-store" and response.headers["Content-Type"] == "application/json"
    assert DecisionRecord.objects.get(reference=body["reference"]).reason == "grant.no_approval_step.profile"
    assert LoginRecord.objects.get().status == "refused" and LoginRecord.objects.get().reference == body["reference"]
    assert not AccessToken.objects.exists()
    assert Client().get(body["error_uri"].removeprefix("http://127.0.0.1:8000")).status_code == 200


@WITHOUT_APPROVAL
def test_it_is_refused_where_the_app_requires_high_assurance(ask: Callable[..., Any]) -> None:
    response = ask(person("integration"), session_policy="raise")
    body = response.json()
    assert response.status_code == 400 and body["error"] == "unauthorized_client"
    assert body["error_uri"].endswith("/docs/why/grant.no_approval_step.app/")
    assert not AccessToken.objects.exists()


@WITHOUT_APPROVAL
def test_a_blocked_app_is_refused(ask: Callable[..., Any]) -> None:
    response = ask(person("integration"), session_policy="block")
    assert response.status_code == 400 and response.json()["error"] == "unauthorized_client"
    assert "is closed" in response.json()["error_description"]
    assert not AccessToken.objects.exists()


@WITHOUT_APPROVAL
@pytest.mark.parametrize("state", [{"is_active": False}, {"is_frozen": True}])
def test_people_who_may_not_sign_in_get_no_token(ask: Callable[..., Any], state: dict[str, bool]) -> None:
    response = ask(person("integration", **state))
    assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists()


@WITHOUT_APPROVAL
def test_older_tokens_die_with_the_policy_that_refuses_new_ones(ask: Callable[..., Any]) -> None:
    token = ask(person("integration")).json()["access_token"]
    profile(required_level="high_assurance")
    response = call("/api/v1/session/", token)
    assert response.status_code == 403 and response.json()["code"] == "blocked_by_policy"
    profile(required_level="none")
    assert call("/api/v1/session/", token).status_code == 200


def test_tokens_of_an_approval_go_on_under_a_profile_that_rises(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body = tokens(client, web)
    profile(required_level="high_assurance")
    assert call("/api/v1/session/", body["access_token"]).status_code == 200
    fresh = refresh(web, body["refresh_token"])
    assert fresh.status_code == 200
    assert call("/api/v1/session/", fresh.json()["access_token"]).status_code == 200


def test_the_approval_flow_works_under_high_assurance(client: Client) -> None:
    alice, web = person("alice", assured_profile()), app()
    sign_in(client, alice, give_authenticator(alice))
    body = tokens(client, web)
    assert call("/api/v1/session/", body["access_token"]).json()["level"] == "standard"
    assert refresh(web, body["refresh_token"]).status_code == 200


def test_blocking_an_app_ends_its_tokens_and_its_codes(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body, code = tokens(client, web), approve(client, web)["code"]
    ConnectedApp.objects.filter(pk=web.pk).update(session_policy="block")
    assert call("/api/v1/session/", body["access_token"]).status_code == 401
    for response in (refresh(web, body["refresh_token"]), redeem(web, code)):
        assert response.status_code == 400 and response.json()["error"] == "unauthorized_client"


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_frozen": True}])
def test_the_tokens_of_people_who_may_not_sign_in_are_dead(client: Client, state: dict[str, bool]) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body, code = tokens(client, web), approve(client, web)["code"]
    User.objects.filter(pk=alice.pk).update(**state)
    answer = call("/api/v1/session/", body["access_token"])
    assert answer.status_code == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    for response in (refresh(web, body["refresh_token"]), redeem(web, code)):
        assert response.status_code == 400 and response.json()["error"] == "invalid_grant"


def test_a_grant_that_the_app_does_not_have_is_refused(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    for grant in ("client_credentials", "password"):
        response = token_request(web, grant, username="alice", password=PASSWORD)
        assert response.status_code == 400 and response.json()["error"] == "unauthorized_client"
    assert token_request(web, "urn:ietf:params:oauth:grant-type:device_code").json()["error"] == "unsupported_grant_type"
    assert token_request(web, "made_up").json()["error"] == "unsupported_grant_type"
