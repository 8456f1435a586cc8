"""The client that is signed in at a level."""

from __future__ import annotations

import pytest

from sessions_policy.levels import Level
from sessions_policy.testing import LevelClient
from tests.accounts.people import move, person, rule

pytestmark = pytest.mark.django_db


def test_it_is_signed_in_at_standard() -> None:
    client = LevelClient()
    client.login_at(person("alice"))
    assert client.get("/api/v1/session/").json()["level"] == "standard"
    assert client.get("/reports/").status_code == 302


def test_it_is_signed_in_at_high_assurance() -> None:
    client = LevelClient()
    client.login_at(person("alice"), level="high_assurance")
    assert client.get("/reports/").status_code == 200


def test_its_proofs_can_be_old() -> None:
    rule("reports", "raise", 10)
    client, alice = LevelClient(), person("alice")
    client.login_at(alice, Level.HIGH_ASSURANCE, ago=500)
    assert client.get("/reports/").status_code == 200
    client.login_at(alice, Level.HIGH_ASSURANCE, ago=700)
    assert client.get("/reports/").status_code == 302


def test_it_says_when_no_method_gives_the_level() -> None:
    for method in ("authenticator_app", "security_key", "passkey", "recovery_code", "temporary_code"):
        move(method, "standard")
    with pytest.raises(ValueError, match="HIGH_ASSURANCE"):
        LevelClient().login_at(person("alice"), Level.HIGH_ASSURANCE)
