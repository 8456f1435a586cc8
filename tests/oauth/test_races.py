"""Parallel requests with the same code, refresh token, assertion or ticket: one wins, on every database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from oauth.models import AccessToken
from sessions_policy.models import UserSession
from tests.accounts.people import person, sign_in
from tests.oauth.world import JWT_BEARER, app, approve, assertion, jwt_app, redeem, refresh, token_request, tokens

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 4


def together(act: Callable[[], Any]) -> list[Any]:
    """Do the same in parallel, all at once, and return the answers."""
    gate, answers = threading.Barrier(THREADS), []

    def run() -> None:
        gate.wait()
        try:
            answers.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_code_gives_tokens_once(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    answers = together(lambda: redeem(web, code))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert AccessToken.objects.count() == 1
    losers = [answer for answer in answers if answer.status_code == 400]
    assert {answer.json()["error"] for answer in losers} == {"invalid_grant"}
    assert {answer.headers["Content-Type"] for answer in losers} == {"application/json"}
    assert {answer.headers["Cache-Control"] for answer in losers} == {"no-store"}


def test_a_refresh_token_gives_a_pair_once(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    fresh = tokens(client, web)["refresh_token"]
    answers = together(lambda: refresh(web, fresh))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert AccessToken.objects.count() == 2
    # A reuse, and one of the two may be a thief: the family has ended.
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert refresh(web, winner.json()["refresh_token"]).status_code == 400


def test_an_assertion_with_an_id_gives_a_token_once() -> None:
    integration, job = person("integration"), jwt_app(permitted_users="admin_approved")
    job.approved_profiles.add(integration.profile)
    signed = assertion(job, "integration", jti="once")
    answers = together(lambda: token_request(None, JWT_BEARER, assertion=signed))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert AccessToken.objects.count() == 1


def test_a_ticket_opens_one_session(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    token = tokens(client, web, scope="web")["access_token"]
    answer = Client().post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {token}"})
    address = answer.json()["frontdoor_uri"].removeprefix("http://127.0.0.1:8000")
    before = UserSession.objects.count()
    answers = together(lambda: Client().get(address))
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400]
    assert UserSession.objects.count() == before + 1
