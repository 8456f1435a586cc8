"""Refresh tokens: each works once, hands its facts on, and ends with its family."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import LoginRecord
from oauth.models import AccessToken, RefreshToken
from tests.accounts.people import assured_profile, give_authenticator, person, sign_in
from tests.oauth.world import HIGH, answer_of, app, approve, authorize_url, call, public_app, redeem, refresh, tokens

pytestmark = pytest.mark.django_db


def test_each_refresh_gives_a_new_pair_and_ends_the_old_one(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    first = tokens(client, web)
    second = refresh(web, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert call("/api/v1/me/", first["access_token"]).status_code == 401
    assert call("/api/v1/me/", second["access_token"]).status_code == 200
    assert second["instance_url"] and second["id"] and second["issued_at"] and second["signature"]
    assert LoginRecord.objects.get(method="refresh_token").status == "success"


def test_a_used_refresh_token_revokes_its_whole_family(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    first = tokens(client, web)
    second = refresh(web, first["refresh_token"]).json()
    response = refresh(web, first["refresh_token"])
    assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
    assert call("/api/v1/me/", second["access_token"]).status_code == 401
    assert refresh(web, second["refresh_token"]).status_code == 400
    assert LoginRecord.objects.filter(method="refresh_token", status="invalid_grant").count() == 2


def test_another_approval_is_another_family(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    first, other = tokens(client, web), tokens(client, web)
    refresh(web, first["refresh_token"])
    refresh(web, first["refresh_token"])
    assert call("/api/v1/me/", other["access_token"]).status_code == 200
    assert refresh(web, other["refresh_token"]).status_code == 200


def test_it_belongs_to_its_client(client: Client) -> None:
    web, native, other = app(), public_app(), app("other")
    sign_in(client, person("alice"))
    mine = tokens(client, web)["refresh_token"]
    for stranger in (native, other):
        assert refresh(stranger, mine).json()["error"] == "invalid_grant"
    assert refresh(web, mine, client_secret="wrong").status_code == 401
    assert refresh(web, mine).status_code == 200


def test_the_scope_can_only_shrink_and_comes_back(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    first = tokens(client, web, scope="openid api refresh_token")
    assert refresh(web, first["refresh_token"], scope="api web").json()["error"] == "invalid_scope"
    less = refresh(web, first["refresh_token"], scope="api").json()
    assert less["scope"] == "api"
    again = refresh(web, less["refresh_token"]).json()
    assert again["scope"].split() == ["openid", "api", "refresh_token"]


def test_the_facts_survive_every_rotation(client: Client) -> None:
    alice, web = person("alice", assured_profile()), app()
    sign_in(client, alice, give_authenticator(alice))
    code = approve(client, web, acr_values=HIGH)["code"]
    first = redeem(web, code).json()
    second = refresh(web, refresh(web, first["refresh_token"]).json()["refresh_token"]).json()
    rows = list(AccessToken.objects.order_by("id"))
    assert len({(row.acr, row.auth_time, row.flow, str(row.proofs), row.token_family) for row in rows}) == 1
    assert call("/api/v1/session/", second["access_token"]).json()["level"] == "high_assurance"


def test_no_id_token_comes_with_a_refresh(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    first = tokens(client, web, scope="openid refresh_token")
    assert "id_token" in first
    assert "id_token" not in refresh(web, first["refresh_token"]).json()


def test_a_family_has_an_absolute_end(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    fresh = tokens(client, web)["refresh_token"]
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=60), tick=False):
        fresh = refresh(web, fresh).json()["refresh_token"]
    with time_machine.travel(start + timedelta(days=91), tick=False):
        response = refresh(web, fresh)
        assert response.status_code == 400 and "expired" in response.json()["error_description"]


def test_an_access_token_lives_an_hour(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web)
    assert body["expires_in"] == 3600
    with time_machine.travel(timezone.now() + timedelta(seconds=3601), tick=False):
        assert call("/api/v1/me/", body["access_token"]).status_code == 401


def test_a_refresh_token_works_after_its_access_token_was_cleaned_away(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web)
    AccessToken.objects.all().delete()
    assert RefreshToken.objects.get().access_token is None
    assert refresh(web, body["refresh_token"]).status_code == 200


def test_a_refresh_gives_nothing_that_the_app_may_not_have_any_more(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    fresh = tokens(client, web, scope="api web refresh_token")["refresh_token"]
    web.scopes = ["api", "refresh_token"]
    web.save()
    assert refresh(web, fresh, scope="web").json()["error"] == "invalid_scope"
    body = refresh(web, fresh).json()
    assert body["scope"] == "api refresh_token"
    web.scopes = ["profile"]
    web.save()
    assert refresh(web, body["refresh_token"]).json()["error"] == "invalid_scope"


def test_a_token_for_everything_is_no_way_to_a_scope_that_does_not_exist(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web, scope="full refresh_token")
    for scope in ("made_up", "full made_up", "FULL"):
        answer = refresh(web, body["refresh_token"], scope=scope)
        assert answer.status_code == 400 and answer.json()["error"] == "invalid_scope"
    assert refresh(web, body["refresh_token"], scope="web").json()["scope"] == "web"


def test_staying_connected_has_a_second_name(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web, scope="api offline_access refresh_token")
    assert body["scope"] == "api refresh_token"
    fresh = refresh(web, body["refresh_token"], scope="api offline_access").json()
    assert fresh["scope"] == "api refresh_token"
    short = app("short", scopes=["api"])
    answer = answer_of(client.get(authorize_url(short, scope="api offline_access")))
    assert answer["error"] == "invalid_scope"
