"""The help desk: temporary codes, resets, unlocking; who may do what to whom."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts import two_factor_help
from accounts.devices import recovery_code
from accounts.models import TemporaryCode, User, VerificationRecord
from accounts.two_factor_help import NotAllowed
from tests.accounts.people import assured_profile, give_authenticator, give_password, person, sign_in

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600


@pytest.fixture
def hanna() -> User:
    """Hanna works at the help desk."""
    hanna = person("hanna")
    hanna.user_permissions.add(Permission.objects.get(codename="manage_two_factor"))
    return User.objects.get(pk=hanna.pk)


def issue(user: User, helper: User | None, hours: int = 4, reason: str = "Lost phone") -> str:
    return two_factor_help.issue_temporary_code(user, hours=hours, reason=reason, helper=helper)


def test_a_temporary_code_lets_bob_in_and_works_again(client: Client, hanna: User) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    code = issue(bob, hanna)
    for _time in range(2):
        client.post("/logout/")
        give_password(client, bob)
        assert client.get("/login/verify/").context["method"] == "temporary_code"
        assert client.post("/login/verify/", {"code": code.lower()}).headers["Location"] == "/"
    assert client.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_it_ends_with_its_hours(client: Client, hanna: User) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    with time_machine.travel(NOON, tick=False) as clock:
        code = issue(bob, hanna, hours=1)
        clock.shift(3601)
        give_password(client, bob)
        assert client.get("/login/verify/").context["method"] == "authenticator_app"
        assert client.post("/login/verify/", {"code": code, "method": "temporary_code"}).status_code == 400


def test_a_new_code_ends_the_older_one(client: Client, hanna: User) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    first, _second = issue(bob, hanna), issue(bob, hanna)
    give_password(client, bob)
    assert client.post("/login/verify/", {"code": first}).status_code == 403
    assert [row.is_alive for row in TemporaryCode.objects.order_by("-id")] == [True, False]


def test_the_code_is_not_stored_and_the_owner_is_told(hanna: User, django_capture_on_commit_callbacks: Any) -> None:
    bob = person("bob")
    with django_capture_on_commit_callbacks(execute=True):
        code = issue(bob, hanna)
    rows = str([*TemporaryCode.objects.values(), *VerificationRecord.objects.values()])
    assert code not in rows and code.replace("-", "") not in rows
    assert "hanna issued" in mail.outbox[0].body
    assert code not in mail.outbox[0].body
    assert VerificationRecord.objects.get().message == "hanna: Lost phone"


def test_six_an_hour(hanna: User) -> None:
    bob = person("bob")
    for _time in range(6):
        issue(bob, hanna)
    with pytest.raises(NotAllowed, match="Six codes"):
        issue(bob, hanna)


@pytest.mark.parametrize("hours", [0, 25, -1])
def test_one_to_twenty_four_hours(hanna: User, hours: int) -> None:
    with pytest.raises(NotAllowed, match="1 to 24"):
        issue(person("bob"), hanna, hours=hours)


def test_not_for_an_inactive_account(hanna: User) -> None:
    with pytest.raises(NotAllowed, match="not active"):
        issue(person("bob", is_active=False), hanna)


def test_not_without_a_reason(hanna: User) -> None:
    with pytest.raises(NotAllowed, match="reason"):
        issue(person("bob"), hanna, reason="  ")


def test_not_for_oneself(hanna: User) -> None:
    with pytest.raises(NotAllowed, match="yourself"):
        issue(hanna, hanna)


def test_not_for_somebody_with_more_rights(hanna: User) -> None:
    root = User.objects.create_superuser("root", password="x")
    with pytest.raises(NotAllowed, match="more rights"):
        issue(root, hanna)
    assert issue(root, User.objects.create_superuser("other", password="x"))


def test_not_without_the_right() -> None:
    with pytest.raises(NotAllowed, match="need the right"):
        issue(person("bob"), person("eve"))


def test_a_reset_removes_every_method_and_ends_sessions(client: Client, hanna: User) -> None:
    bob = person("bob", assured_profile())
    sign_in(client, bob, give_authenticator(bob))
    assert two_factor_help.reset(bob, reason="Stolen phone", helper=hanna) == 1
    assert client.get("/security/").headers["Location"].startswith("/login/")
    assert give_password(client, bob).headers["Location"] == "/login/enrol/"


def test_unlocking_forgives_codes_and_passwords(client: Client, hanna: User) -> None:
    bob = person("bob", assured_profile())
    app = give_authenticator(bob)
    give_password(client, bob)
    for _try in range(10):
        client.post("/login/verify/", {"code": "000000"})
    assert two_factor_help.is_locked(bob)
    assert two_factor_help.unlock(bob, helper=hanna)
    assert not two_factor_help.is_locked(bob)
    assert client.post("/login/verify/", {"code": app.code()}).headers["Location"] == "/"


def test_the_owner_may_end_their_own_code(hanna: User) -> None:
    bob = person("bob")
    issue(bob, hanna)
    assert two_factor_help.end_temporary_code(bob, helper=bob)
    assert not two_factor_help.end_temporary_code(bob, helper=bob)
    with pytest.raises(NotAllowed):
        two_factor_help.end_temporary_code(bob, helper=person("eve"))


def test_recovery_codes_go_with_the_last_device_and_not_before(client: Client, hanna: User) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob, "Old phone")
    give_authenticator(bob, "New phone")
    recovery_code.generate(bob)
    old, new = bob.authenticators.order_by("pk")
    two_factor_help.disconnect(old, helper=hanna)
    assert recovery_code.remaining(bob) == 10
    two_factor_help.disconnect(new, helper=hanna)
    assert recovery_code.remaining(bob) == 0
    assert give_password(client, bob).headers["Location"] == "/login/enrol/"
