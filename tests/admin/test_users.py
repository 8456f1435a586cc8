"""Users in the administration: switched off, frozen, given a password; and what nobody can do there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts.devices import recovery_code
from accounts.models import User
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import (
    PASSWORD,
    give_authenticator,
    give_password,
    permission_set,
    person,
    profile,
    rule,
    sign_in,
)
from tests.admin.words import errors_of, fill_in, text_of

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"
NEW_PASSWORD = "a longer and better sentence"


@pytest.fixture
def bob(client: Client) -> User:
    """Bob, signed in with his password."""
    bob = person("bob", profile("Sales", required_level="none"))
    sign_in(client, bob)
    return bob


@pytest.fixture
def clerk(db: None) -> Client:
    """The browser of somebody who may edit users and is no superuser."""
    clerk = person("clerk", is_staff=True)
    rights = ("add_user", "change_user", "view_user", "delete_user", "view_group", "change_group")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=rights))
    rule("admin", "allow")
    client = Client()
    sign_in(client, clerk)
    return client


def set_password(desk: Client, user: User, password: str = NEW_PASSWORD, **more: Any) -> Any:
    values = {"usable_password": "true", "password1": password, "password2": password, **more}
    return desk.post(f"{USERS}{user.pk}/password/", values)


@pytest.mark.parametrize("values", [{"is_frozen": "on"}, {"is_active": None}])
def test_who_is_switched_off_is_out_at_once(desk: Client, client: Client, bob: User, values: dict[str, Any]) -> None:
    epoch = bob.session_epoch
    assert fill_in(desk, f"{USERS}{bob.pk}/change/", **values).status_code == 302
    bob.refresh_from_db()
    assert (bob.session_epoch, UserSession.objects.filter(user=bob).count()) == (epoch + 1, 0)
    assert client.get("/security/").status_code == 302
    assert "_auth_user_id" not in client.session
    assert give_password(Client(), bob).status_code == 403


def test_other_changes_leave_sessions_alone(desk: Client, client: Client, bob: User) -> None:
    assert fill_in(desk, f"{USERS}{bob.pk}/change/", first_name="Robert").status_code == 302
    assert client.get("/security/").status_code == 200


def test_a_new_password_ends_the_sessions_and_is_told(
    desk: Client, client: Client, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert set_password(desk, bob).status_code == 302
    bob.refresh_from_db()
    assert (bob.check_password(NEW_PASSWORD), UserSession.objects.filter(user=bob).count()) == (True, 0)
    assert client.get("/security/").status_code == 302
    assert desk.get(USERS).status_code == 200
    assert ["Your password was changed" in each.subject and each.to == ["bob@example.org"] for each in mail.outbox] == [True]


def test_a_password_that_is_refused_changes_nothing(desk: Client, client: Client, bob: User) -> None:
    refused = set_password(desk, bob, "12345")
    assert "too short" in text_of(refused)
    assert "12345" not in refused.content.decode()
    assert client.get("/security/").status_code == 200
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_setting_passwords_is_an_area_of_its_own(client: Client, bob: User) -> None:
    carol = person("carol", is_staff=True, is_superuser=True)
    give_authenticator(carol)
    rule("admin", "allow")
    rule("unlock", "raise")
    other = Client()
    sign_in(other, carol)
    assert other.get(f"{USERS}{bob.pk}/change/").status_code == 200
    assert set_password(other, bob).headers["Location"].startswith("/step-up/")
    assert DecisionRecord.objects.get().subject == "Unlock people and reset passwords"
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_the_page_says_what_holds_for_a_person(desk: Client, bob: User) -> None:
    permission_set(bob, two_factor_ui=True)
    give_authenticator(bob)
    page = text_of(desk.get(f"{USERS}{bob.pk}/change/"))
    assert "Can use now: Authenticator app, Password" in page
    assert "Permission sets: Strict" in page
    assert "Two-factor for user interface logins [Strict]" in page
    assert "Password: Set – Set a new password" in page


def test_no_secret_is_on_any_page(desk: Client, bob: User) -> None:
    authenticator = give_authenticator(bob)
    recovery_code.generate(bob)
    bob.security_token_digest = "d" * 64
    bob.save()
    device = bob.authenticators.get()
    secrets = [authenticator.totp.secret, device.secret_encrypted, bob.password, bob.password[-12:], bob.security_token_digest]
    secrets += bob.recovery_codes.values_list("digest", flat=True)
    for address in (
        f"{USERS}{bob.pk}/change/",
        f"{USERS}{bob.pk}/password/",
        USERS,
        "/admin/accounts/authenticatordevice/",
        f"/admin/accounts/authenticatordevice/{device.pk}/change/",
        f"/admin/accounts/authenticatordevice/{device.pk}/delete/",
    ):
        page = desk.get(address)
        assert page.status_code == 200
        assert [secret for secret in secrets if secret in page.content.decode()] == []


def test_somebody_new_gets_a_profile_and_a_password(desk: Client) -> None:
    sales = profile("Sales")
    values = {"username": "erin", "email": "erin@example.org", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert "profile" in errors_of(desk.post(f"{USERS}add/", values))
    assert desk.post(f"{USERS}add/", {**values, "profile": sales.pk}).status_code == 302
    erin = User.objects.get(username="erin")
    assert (erin.profile, erin.check_password(NEW_PASSWORD), erin.is_staff) == (sales, True, False)


def test_nobody_is_deleted(desk: Client, bob: User) -> None:
    assert desk.post(f"{USERS}{bob.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(USERS, {"action": "delete_selected", "_selected_action": bob.pk, "index": 0, "post": "yes"})
    assert User.objects.filter(pk=bob.pk).exists()


def test_nobody_switches_themselves_off(desk: Client, ada: User) -> None:
    fill_in(desk, f"{USERS}{ada.pk}/change/", is_frozen="on", is_active=None, is_staff=None, is_superuser=None)
    ada.refresh_from_db()
    assert (ada.is_frozen, ada.is_active, ada.is_staff, ada.is_superuser) == (False, True, True, True)
    assert desk.get("/admin/").status_code == 200


def test_who_is_no_superuser_makes_nobody_one(clerk: Client, bob: User) -> None:
    rights = list(Permission.objects.values_list("pk", flat=True))
    saved = fill_in(
        clerk,
        f"{USERS}{bob.pk}/change/",
        first_name="Robert",
        is_superuser="on",
        is_staff="on",
        user_permissions=rights,
    )
    assert saved.status_code == 302
    bob.refresh_from_db()
    assert (bob.first_name, bob.is_superuser, bob.is_staff, bob.user_permissions.count()) == ("Robert", False, False, 0)


def test_who_is_no_superuser_touches_none(clerk: Client, ada: User) -> None:
    assert clerk.get(f"{USERS}{ada.pk}/change/").status_code == 200
    assert clerk.post(f"{USERS}{ada.pk}/change/", {"username": "eve"}).status_code == 403
    assert set_password(clerk, ada).status_code == 403
    ada.refresh_from_db()
    assert (ada.username, ada.check_password(PASSWORD)) == ("ada", True)


def test_who_is_no_superuser_keeps_their_own_profile(clerk: Client) -> None:
    own, weak = User.objects.get(username="clerk"), profile("Weak")
    fill_in(clerk, f"{USERS}{own.pk}/change/", profile=weak.pk)
    own.refresh_from_db()
    assert own.profile.name == "Standard User"


def test_who_is_no_superuser_changes_no_group(clerk: Client) -> None:
    assert clerk.get("/admin/auth/group/").status_code == 200
    assert clerk.post("/admin/auth/group/add/", {"name": "Mine"}).status_code == 403
