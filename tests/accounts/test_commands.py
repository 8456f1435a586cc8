"""The commands for people: answers for people and programs, exit codes, nothing changed by a dry run."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuthenticatorDevice, LoginRecord
from sessions_policy import policy_book
from sessions_policy.models import OrganisationSettings, UserSession
from tests.accounts.people import assured_profile, give_authenticator, give_password, permission_set, person, sign_in

pytestmark = pytest.mark.django_db

COMMANDS = [("mfa_status",), ("mfa_reset", "--reason=x"), ("mfa_temp_code", "--reason=x"), ("unlock",)]


def run(*args: str) -> Any:
    """Return what a command prints with ``--json``."""
    out = StringIO()
    call_command(*args, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_nobody_has_is_usage(command: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(command[0], "nobody", *command[1:])
    assert caught.value.returncode == 2


def test_the_status_names_every_requirement_and_its_source() -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    permission_set(bob, name="Strict", two_factor_ui=True, two_factor_api=True)
    OrganisationSettings(two_factor_for_everyone=True).save()
    policy_book.refresh()
    status = run("mfa_status", "bob")
    assert status["authenticators"] == ["Phone"]
    assert status["requirements"] == [
        "Two-factor for user interface logins [Strict]",
        "Two-factor for user interface logins [the organisation's settings]",
        "Two-factor for API logins [Strict]",
        "High Assurance at login [profile Assured User]",
    ]


def test_the_status_says_what_is_lifted() -> None:
    rita = person("rita")
    permission_set(rita, name="Strict", two_factor_ui=True)
    permission_set(rita, name="Robots", waive_two_factor=True)
    policy_book.refresh()
    assert run("mfa_status", "rita")["requirements"] == ["Two-factor for user interface logins [Strict] (lifted by Robots)"]


def test_a_dry_reset_removes_nothing() -> None:
    give_authenticator(person("bob"))
    assert run("mfa_reset", "bob", "--reason=test", "--dry-run") == {"username": "bob", "removed": 1, "dry_run": True}
    assert AuthenticatorDevice.objects.exists()
    assert run("mfa_reset", "bob", "--reason=test")["removed"] == 1
    assert not AuthenticatorDevice.objects.exists()


def test_a_temporary_code_from_the_command_line_works(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    code = run("mfa_temp_code", "bob", "--reason=lost phone", "--hours=1")["code"]
    give_password(client, bob)
    assert client.post("/login/verify/", {"code": code}).headers["Location"] == "/"


def test_hours_out_of_bounds_are_usage() -> None:
    person("bob")
    with pytest.raises(CommandError, match="1 to 24") as caught:
        call_command("mfa_temp_code", "bob", "--reason=x", "--hours=25")
    assert caught.value.returncode == 2


def test_unlock_says_whether_there_was_a_pause(client: Client) -> None:
    person("bob")
    for _try in range(10):
        client.post("/login/", {"username": "bob", "password": "wrong"})
    assert run("unlock", "bob")["was_locked"] is True
    assert run("unlock", "bob")["was_locked"] is False


def test_cleanup_removes_what_has_ended_and_keeps_the_rest(client: Client) -> None:
    noon = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
    with time_machine.travel(noon, tick=False):
        sign_in(client, person("alice"))
        LoginRecord.objects.update(at=noon - dt.timedelta(days=181))
        sign_in(Client(), person("bob"))
    with time_machine.travel(noon + dt.timedelta(hours=1), tick=False):
        UserSession.objects.filter(user__username="alice").update(expire_date=noon)
        assert run("cleanup", "--dry-run")["logins"] == 1
        counts = run("cleanup")
    assert (counts["logins"], counts["sessions"]) == (1, 1)
    assert LoginRecord.objects.get().user.username == "bob"
    assert UserSession.objects.get().user.username == "bob"
