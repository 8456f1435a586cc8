"""Codes work once and briefly; a replay takes everything along that came of the code."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import LoginRecord
from tests.accounts.people import person, sign_in
from tests.oauth.world import app, approve, call, redeem, refresh

pytestmark = pytest.mark.django_db


def test_a_replayed_code_revokes_the_tokens_that_it_gave(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    body = redeem(web, code).json()
    fresh = refresh(web, body["refresh_token"]).json()
    response = redeem(web, code)
    assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
    assert call("/api/v1/me/", fresh["access_token"]).status_code == 401
    assert refresh(web, fresh["refresh_token"]).status_code == 400
    assert LoginRecord.objects.get(method="authorization_code", status="invalid_grant").application == "web-app"


def test_a_replay_by_another_client_revokes_nothing(client: Client) -> None:
    web, other = app(), app("other")
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    body = redeem(web, code).json()
    assert redeem(other, code).status_code == 400
    assert call("/api/v1/me/", body["access_token"]).status_code == 200


def test_a_code_lives_a_minute(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        response = redeem(web, code)
    assert response.status_code == 400 and "expired" in response.json()["error_description"]
