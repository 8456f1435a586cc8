"""Authenticator apps in the administration: other people's are removed, nobody's are made."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts.models import AuthenticatorDevice, User, VerificationRecord
from sessions_policy.models import UserSession
from tests.accounts.people import give_authenticator, person, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db
DEVICES = "/admin/accounts/authenticatordevice/"


@pytest.fixture
def bob(client: Client) -> User:
    """Bob, signed in, with an authenticator."""
    bob = person("bob")
    give_authenticator(bob)
    sign_in(client, bob)
    return bob


def remove(desk: Client, user: User) -> Any:
    device = AuthenticatorDevice.objects.get(user=user)
    return desk.post(f"{DEVICES}{device.pk}/delete/", {"post": "yes"})


def test_removing_one_ends_sessions_and_is_written_down(
    desk: Client, client: Client, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert remove(desk, bob).status_code == 302
    assert not bob.authenticators.exists()
    assert client.get("/security/").status_code == 302
    assert not UserSession.objects.filter(user=bob).exists()
    record = VerificationRecord.objects.get(user=bob)
    assert (record.activity, record.triggered_by) == ("authenticator removed", "administrator")
    assert record.message == "ada: Phone"
    assert [each.to for each in mail.outbox] == [["bob@example.org"]]


def test_several_are_removed_together(desk: Client, bob: User) -> None:
    carol = person("carol")
    give_authenticator(carol)
    chosen = list(AuthenticatorDevice.objects.exclude(user__username="ada").values_list("pk", flat=True))
    desk.post(DEVICES, {"action": "delete_selected", "_selected_action": chosen, "index": 0, "post": "yes"})
    assert list(AuthenticatorDevice.objects.values_list("user__username", flat=True)) == ["ada"]
    assert VerificationRecord.objects.filter(activity="authenticator removed").count() == 2


def test_ones_own_is_removed_on_the_security_page_only(desk: Client, ada: User) -> None:
    assert remove(desk, ada).status_code == 403
    assert ada.authenticators.exists()


def test_nobody_makes_or_changes_one(desk: Client, bob: User) -> None:
    device = AuthenticatorDevice.objects.get(user=bob)
    assert desk.get(f"{DEVICES}add/").status_code == 403
    assert desk.post(f"{DEVICES}{device.pk}/change/", {"user": 1}).status_code == 403


def test_a_helper_helps_people_but_no_superuser(bob: User, ada: User) -> None:
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename="manage_two_factor"))
    give_authenticator(ada)
    rule("admin", "allow")
    other = Client()
    sign_in(other, helper)
    assert "bob Phone" in text_of(other.get(DEVICES))
    assert (remove(other, bob).status_code, remove(other, ada).status_code) == (302, 403)
    assert (bob.authenticators.count(), ada.authenticators.count()) == (0, 1)


def test_who_may_only_look_removes_nothing(bob: User) -> None:
    looker = person("looker", is_staff=True)
    looker.user_permissions.set(
        Permission.objects.filter(codename__in=["view_authenticatordevice", "delete_authenticatordevice"])
    )
    rule("admin", "allow")
    other = Client()
    sign_in(other, looker)
    assert (other.get(DEVICES).status_code, remove(other, bob).status_code) == (200, 403)
