"""Parallel requests with the same code, refresh token, assertion or ticket: one wins, on every database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from oauth.models import AccessToken, Grant, RefreshToken
from oauth.models.single_use import checksum
from oauth.models.tokens import end_tokens
from sessions_policy.models import UserSession
from tests.accounts.people import person, sign_in
from tests.oauth.test_pushed_requests import address as pushed_address
from tests.oauth.test_pushed_requests import pushed
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


def test_a_pushed_request_gives_one_code(client: Client) -> None:
    web = app(skip_authorization=True)
    alice = person("alice")
    browsers = [Client() for _n in range(THREADS)]
    for browser in browsers:
        sign_in(browser, alice)
    where, free = pushed_address(web, pushed(web)), list(browsers)
    answers = together(lambda: free.pop().get(where))
    assert sorted(answer.status_code for answer in answers) == [302, 400, 400, 400]
    assert Grant.objects.count() == 1


def test_a_refresh_and_a_revocation_at_once_leave_nothing_that_works(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    fresh, turns = tokens(client, web)["refresh_token"], ["revoke", "refresh"] * (THREADS // 2)

    def act() -> Any:
        if turns.pop() == "refresh":
            return refresh(web, fresh)
        return Client().post("/oauth/revoke/", {"token": fresh})

    answers = together(act)
    assert all(answer.status_code in (200, 400) for answer in answers)
    given = [answer.json()["refresh_token"] for answer in answers if "refresh_token" in answer.json()]
    # Whichever came first: what was given before the revocation ended with its family.
    assert all(refresh(web, value).status_code == 400 for value in given)
    assert refresh(web, fresh).status_code == 400


@pytest.mark.parametrize("way", ["the family", "everything of the app"])
def test_an_exchange_that_is_under_way_is_ended_too(client: Client, way: str) -> None:
    web = app()
    sign_in(client, person("alice"))
    row = RefreshToken.objects.get(token_checksum=checksum(tokens(client, web)["refresh_token"]))
    under_way = threading.Event()

    def exchange() -> None:
        with transaction.atomic():
            assert row.claim()
            fields = {"user": row.user, "application": web, "token_family": row.token_family, "expires": row.expires}
            RefreshToken.objects.create(token="", token_checksum="0" * 64, **fields)
            under_way.set()
            # Until the revocation waits for this row.
            time.sleep(0.3)

    def in_a_thread(act: Callable[[], Any]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    first = in_a_thread(exchange)
    assert under_way.wait(10)
    row.revoke() if way == "the family" else end_tokens(application=web)
    first.join()
    assert not RefreshToken.objects.filter(revoked=None).exists()
