"""What may be removed, and what must stay so that a reuse is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from oauth.ended import ended
from tests.accounts.people import person, sign_in
from tests.oauth.test_pushed_requests import pushed
from tests.oauth.world import JWT_BEARER, app, approve, assertion, jwt_app, redeem, refresh, token_request

pytestmark = pytest.mark.django_db


def remove() -> dict[str, int]:
    return {name: rows.delete()[0] for name, rows in ended()}


def test_rows_go_when_they_have_done_their_work(client: Client) -> None:
    alice, web, job, start = person("alice"), app(), jwt_app(permitted_users="admin_approved"), timezone.now()
    job.approved_profiles.add(alice.profile)
    with time_machine.travel(start, tick=False):
        sign_in(client, alice)
        body = redeem(web, approve(client, web, scope="web refresh_token")["code"]).json()
        header = {"Authorization": f"Bearer {body['access_token']}"}
        Client().post("/oauth/singleaccess/", headers=header)
        token_request(None, JWT_BEARER, assertion=assertion(job, "alice", jti="1"))
        assert not any(remove().values())
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        removed = remove()
        assert (removed["bridge_tickets"], removed["assertion_ids"], removed["access_tokens"]) == (1, 1, 2)
        assert (removed["authorization_codes"], removed["refresh_tokens"]) == (0, 0)
    with time_machine.travel(start + timedelta(days=2), tick=False):
        assert remove()["authorization_codes"] == 1
    with time_machine.travel(start + timedelta(days=91), tick=False):
        assert remove()["refresh_tokens"] == 1


def test_a_pushed_request_stays_while_somebody_may_still_be_signing_in() -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        pushed(app())
    for minutes, gone in ((2, 0), (60, 0), (62, 1)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert remove()["pushed_requests"] == gone


@pytest.mark.parametrize("by", ["ours", "the library's"])
def test_a_reuse_is_noticed_after_a_clean_up(client: Client, by: str) -> None:
    web, start = app(), timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(client, person("alice"))
        first = redeem(web, approve(client, web)["code"]).json()["refresh_token"]
        second = refresh(web, first).json()["refresh_token"]
    with time_machine.travel(start + timedelta(days=30), tick=False):
        remove() if by == "ours" else call_command("cleartokens")
        third = refresh(web, second).json()["refresh_token"]
        assert refresh(web, first).status_code == 400
        assert refresh(web, third).status_code == 400
