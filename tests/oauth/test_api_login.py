"""The login of programs without a browser: a password, and what the policies ask beside it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import api_login
from accounts.models import LoginRecord, User
from sessions_policy.models import DecisionRecord
from tests.accounts.people import PASSWORD, assured_profile, give_authenticator, permission_set, person, profile

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600
OUTSIDE = "203.0.113.9"


def log_in(client: Client, user: str, password: str = PASSWORD, address: str = "127.0.0.1", **fields: str) -> Any:
    body = {"username": user, "password": password, **fields}
    return client.post("/api/v1/login/", body, content_type="application/json", REMOTE_ADDR=address)


def bearer(answer: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def test_from_a_trusted_network_the_password_is_enough(client: Client) -> None:
    person("alice")
    answer = log_in(client, "alice")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    session = client.get("/api/v1/session/", headers=bearer(answer)).json()
    assert (session["user"], session["level"], session["channel"], session["grant"]) == (
        "alice",
        "standard",
        "token",
        "api_login",
    )


def test_elsewhere_the_security_token_is_needed(client: Client) -> None:
    alice = person("alice")
    token = api_login.new_security_token(alice)
    refused = log_in(client, "alice", address=OUTSIDE)
    assert refused.status_code == 403
    assert refused.json()["reason"] == "activation.security_token"
    assert "security token" in refused.json()["detail"]
    assert log_in(client, "alice", address=OUTSIDE, security_token="x" * 24).status_code == 403
    assert log_in(client, "alice", address=OUTSIDE, security_token=token).status_code == 200
    assert log_in(client, "alice", PASSWORD + token, address=OUTSIDE).status_code == 200


def loader() -> tuple[User, Any, str]:
    user = person("loader")
    app = give_authenticator(user)
    permission_set(user, name="API two-factor", two_factor_ui=True, two_factor_api=True)
    return user, app, api_login.new_security_token(user)


def test_with_the_api_permission_the_code_stands_in_for_the_token(client: Client) -> None:
    _user, app, token = loader()
    with time_machine.travel(NOON, tick=False) as clock:
        refused = log_in(client, "loader", PASSWORD + token)
        assert refused.json()["reason"] == "two_factor.api"
        assert "API two-factor" in refused.json()["detail"]
        code = app.code()
        assert log_in(client, "loader", code=code).status_code == 200
        assert log_in(client, "loader", code=code).status_code == 403
        clock.shift(30)
        assert log_in(client, "loader", PASSWORD + app.code(), address=OUTSIDE).status_code == 200


def test_under_high_assurance_there_is_no_login_without_a_browser(client: Client) -> None:
    bob = person("bob", assured_profile())
    app = give_authenticator(bob)
    refused = log_in(client, "bob", code=app.code())
    assert refused.status_code == 403
    assert refused.json()["reason"] == "grant.no_approval_step.profile"
    assert "Assured User" in refused.json()["detail"] and "authorization code" in refused.json()["detail"]
    assert DecisionRecord.objects.get(reference=refused.json()["reference"])


def test_an_older_token_ends_when_the_profile_becomes_strict(client: Client) -> None:
    person("alice")
    headers = bearer(log_in(client, "alice"))
    profile(required_level="high_assurance")
    refused = client.get("/api/v1/me/", headers=headers)
    assert refused.status_code == 403
    assert refused.json()["code"] == "blocked_by_policy"


def test_a_wrong_password_and_an_unknown_name_answer_alike(client: Client) -> None:
    person("alice")
    known, unknown = log_in(client, "alice", "wrong"), log_in(client, "nobody", "wrong")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.status_code == 401


def test_too_many_tries_pause_with_retry_after(client: Client) -> None:
    person("alice")
    for _try in range(10):
        log_in(client, "alice", "wrong")
    paused = log_in(client, "alice")
    assert paused.status_code == 429
    assert int(paused.headers["Retry-After"]) > 3000


@pytest.mark.parametrize("body", ["", "{", "[]", '{"username": "x"}', '{"username": ["a"], "password": {}}', "\x00"])
def test_what_can_not_be_read_is_a_clear_error(client: Client, body: str) -> None:
    answer = client.post("/api/v1/login/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_every_attempt_is_in_the_history_without_its_secrets(client: Client) -> None:
    user, app, token = loader()
    code = app.code()
    log_in(client, "loader", PASSWORD + token)
    log_in(client, "loader", code=code)
    rows = list(LoginRecord.objects.filter(user=user).order_by("id").values())
    assert [row["status"] for row in rows] == ["two_factor_required", "success"]
    assert all(secret not in str(rows) for secret in (PASSWORD, token, code))
