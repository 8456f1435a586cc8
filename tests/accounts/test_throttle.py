"""The attempt budget: ten wrong tries in an hour, whatever the session or the address."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.test import Client

from accounts import throttle
from accounts.models import LoginRecord, VerificationRecord
from tests.accounts.people import assured_profile, give_authenticator, give_password, person, sign_in

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600


def wrong_codes(client: Client, n: int) -> Any:
    for _try in range(n):
        response = client.post("/login/verify/", {"code": "000000"})
    return response


def test_ten_wrong_codes_pause_the_person(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    with time_machine.travel(NOON, tick=False):
        give_password(client, bob)
        assert wrong_codes(client, 9).status_code == 403
        assert wrong_codes(client, 1).status_code == 429
        during = client.post("/login/verify/", {"code": authenticator.code()})
        assert during.status_code == 429
        assert 0 < int(during.headers["Retry-After"]) <= 3600
    assert VerificationRecord.objects.filter(status="failed_too_many_attempts").count() == 1


def test_the_pause_holds_in_another_browser(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    give_password(client, bob)
    wrong_codes(client, 10)
    elsewhere = Client(REMOTE_ADDR="127.9.9.9")
    give_password(elsewhere, bob)
    assert elsewhere.post("/login/verify/", {"code": authenticator.code()}).status_code == 429


def test_the_pause_ends_after_an_hour(client: Client) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(client, bob)
        wrong_codes(client, 10)
        clock.shift(3601)
        give_password(client, bob)
        assert client.post("/login/verify/", {"code": authenticator.code()}).status_code == 302


def test_wrong_codes_leave_the_window_one_by_one(client: Client) -> None:
    bob = person("bob", assured_profile())
    with time_machine.travel(NOON, tick=False) as clock:
        for _try in range(9):
            assert throttle.take(throttle.CODES, bob.pk).allowed
        clock.shift(3601)
        assert throttle.take(throttle.CODES, bob.pk).left == 9


def test_a_right_try_leaves_the_wrong_ones_counted(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        right = throttle.take(throttle.CODES, "7")
        assert throttle.take(throttle.CODES, "7").left == 8
        throttle.give_back(right)
        assert throttle.take(throttle.CODES, "7").left == 8


def test_a_ticket_can_come_back_after_an_administrator_forgave(client: Client) -> None:
    first, second = throttle.take(throttle.CODES, "7"), throttle.take(throttle.CODES, "7")
    throttle.forgive(throttle.CODES, "7")
    throttle.give_back(first)
    throttle.give_back(second)
    assert throttle.take(throttle.CODES, "7").left == 9


def test_right_codes_cost_nothing(client: Client) -> None:
    for _try in range(30):
        ticket = throttle.take(throttle.CODES, "7")
        assert ticket.allowed
        throttle.give_back(ticket)


def test_the_owner_is_told_when_the_pause_begins(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    with django_capture_on_commit_callbacks(execute=True):
        wrong_codes(client, 11)
    assert [m.to for m in mail.outbox] == [["bob@example.org"]] * 2
    assert "Wrong codes" in mail.outbox[0].subject
    assert "paused" in mail.outbox[1].subject


def test_the_page_says_how_many_tries_are_left(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    assert wrong_codes(client, 6).context["tries_left"] is None
    assert wrong_codes(client, 1).context["tries_left"] == 3


def test_ten_wrong_passwords_pause_the_name(client: Client) -> None:
    alice = person("alice")
    for _try in range(10):
        response = client.post("/login/", {"username": "alice", "password": "wrong"})
    assert response.status_code == 429
    assert give_password(client, alice).status_code == 429
    assert LoginRecord.objects.filter(status="too_many_attempts", user=alice).count() == 1


def answers_of(client: Client, username: str) -> list[tuple[int, str]]:
    """Return what twelve wrong passwords for ``username`` answer, without what differs from request to request."""
    answers = []
    for _try in range(12):
        response = client.post("/login/", {"username": username, "password": "wrong"})
        body = response.content.decode().replace(username, "NAME")
        token = response.context.get("csrf_token")
        answers.append((response.status_code, body.replace(str(token), "TOKEN")))
    return answers


def test_a_name_that_does_not_exist_answers_like_one_that_does() -> None:
    person("alice")
    with time_machine.travel(NOON, tick=False):
        assert answers_of(Client(), "alice") == answers_of(Client(), "nobody")


@pytest.mark.parametrize("username", ["alice", "nobody"])
def test_a_wrong_password_costs_one_hash_for_every_name(
    client: Client, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("alice")
    hashes: list[str] = []
    hasher = type(get_hasher())
    real = hasher.encode

    def counted(self: Any, password: str, salt: str, *rest: Any) -> str:
        hashes.append(password)
        return str(real(self, password, salt, *rest))

    monkeypatch.setattr(hasher, "encode", counted)
    client.post("/login/", {"username": username, "password": "wrong"})
    assert hashes == ["wrong"]


def test_names_are_one_subject_in_any_case() -> None:
    assert throttle.name_subject("Alice ") == throttle.name_subject("alice")


def test_a_locked_name_does_not_end_running_sessions(client: Client) -> None:
    alice = person("alice")
    sign_in(client, alice)
    other = Client()
    for _try in range(10):
        other.post("/login/", {"username": "alice", "password": "wrong"})
    assert client.get("/security/").status_code == 200


def test_a_ticket_says_what_is_left() -> None:
    with time_machine.travel(NOON, tick=False):
        tickets = [throttle.take(throttle.CODES, "7") for _try in range(11)]
    assert [t.left for t in tickets[:10]] == list(range(9, -1, -1))
    assert tickets[9].was_the_last
    assert tickets[10].retry_after == 3600


def test_a_stolen_session_can_not_guess_the_password_without_end(client: Client) -> None:
    alice = person("alice")
    sign_in(client, alice)
    form = {"new_password1": "an entirely different phrase", "new_password2": "an entirely different phrase"}
    for n in range(10):
        assert client.post("/security/password/", {**form, "old_password": f"guess {n}"}).status_code == 400
    paused = client.post("/security/password/", {**form, "old_password": "correct horse battery staple"})
    assert paused.status_code == 429
    assert int(paused.headers["Retry-After"]) > 3000


def test_a_weak_new_password_costs_no_try(client: Client) -> None:
    sign_in(client, person("alice"))
    form = {"old_password": "correct horse battery staple", "new_password1": "short", "new_password2": "short"}
    for _time in range(12):
        assert client.post("/security/password/", form).status_code == 400
