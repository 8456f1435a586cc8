"""The help desk's pages: a code shown once, ended, two-factor reset, people unlocked; for who has the right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts import two_factor_help
from accounts.models import TemporaryCode, User, VerificationRecord
from tests.accounts.people import (
    assured_profile,
    give_authenticator,
    give_password,
    permission_set,
    person,
    profile,
    rule,
    sign_in,
)
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db
HELP = "/admin/accounts/temporarycode/"


def person_page(user: User) -> str:
    return f"{HELP}people/{user.pk}/"


@pytest.fixture
def hanna(db: None) -> Client:
    """The browser of Hanna from the help desk: staff with the one right, no superuser."""
    hanna = person("hanna", profile("Help Desk", required_level="high_assurance"), is_staff=True)
    hanna.user_permissions.add(Permission.objects.get(codename="manage_two_factor"))
    client = Client()
    sign_in(client, hanna, give_authenticator(hanna))
    return client


@pytest.fixture
def bob() -> User:
    """Bob, who lost his phone."""
    bob = person("bob", assured_profile(), first_name="Robert", last_name="Lost")
    give_authenticator(bob)
    return bob


def issue(hanna: Client, user: User, **values: Any) -> Any:
    return hanna.post(person_page(user), {"act": "issue", "hours": 2, "reason": "Lost his phone", **values})


def code_of(response: Any) -> str:
    return str(response.context["code"])


def test_somebody_is_found(hanna: Client, bob: User) -> None:
    assert f'href="{HELP}"' in hanna.get("/admin/").content.decode()
    for sought in ("bob", "Robert lost", "BOB@EXAMPLE.ORG"):
        assert person_page(bob) in hanna.get(HELP, {"q": sought}).content.decode()
    assert "Nobody was found." in text_of(hanna.get(HELP, {"q": "zoe"}))


def test_the_page_of_a_person_says_what_matters(hanna: Client, bob: User) -> None:
    permission_set(bob, two_factor_ui=True)
    page = text_of(hanna.get(person_page(bob)))
    assert "Authenticator app, Password" in page
    assert "Two-factor for user interface logins [Strict]" in page
    assert "High Assurance at login [profile Assured User]" in page
    assert "Account Active" in page


def test_a_code_is_shown_once_and_works(
    hanna: Client, client: Client, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        shown = issue(hanna, bob)
    code = code_of(shown)
    assert (shown.status_code, "no-store" in shown.headers["Cache-Control"], code in text_of(shown)) == (200, True, True)
    assert "works for 2 hours" in text_of(shown)
    assert "A temporary code was issued" in mail.outbox[0].subject
    for address in (person_page(bob), HELP, "/admin/", f"{person_page(bob)}?act=issue"):
        assert code not in hanna.get(address).content.decode()
    assert "Issued by hanna: Lost his phone" in text_of(hanna.get(person_page(bob)))
    assert "bob" in text_of(hanna.get(HELP))
    give_password(client, bob)
    assert client.post("/login/verify/", {"code": code}).headers["Location"] == "/"


def test_a_code_is_ended(hanna: Client, bob: User) -> None:
    issue(hanna, bob)
    ended = hanna.post(person_page(bob), {"act": "end"}, follow=True)
    assert "The temporary code of bob has ended." in text_of(ended)
    assert not TemporaryCode.objects.get().is_alive
    assert "There was no code of bob that still worked." in text_of(hanna.post(person_page(bob), {"act": "end"}, follow=True))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"hours": 0}, "greater than or equal to 1"),
        ({"hours": 25}, "less than or equal to 24"),
        ({"hours": "many"}, "whole number"),
        ({"reason": " "}, "This field is required."),
        ({"act": "explode"}, "Choose one of the buttons"),
    ],
)
def test_what_is_wrong_is_said_and_issues_nothing(hanna: Client, bob: User, values: dict[str, Any], said: str) -> None:
    refused = issue(hanna, bob, **values)
    assert (refused.status_code, said in text_of(refused)) == (400, True)
    assert not TemporaryCode.objects.exists()


def test_the_seventh_code_within_an_hour_waits(hanna: Client, bob: User) -> None:
    assert [issue(hanna, bob).status_code for _time in range(6)] == [200] * 6
    refused = issue(hanna, bob)
    assert (refused.status_code, "Six codes were issued for this person" in text_of(refused)) == (403, True)


def test_a_reset(hanna: Client, client: Client, bob: User) -> None:
    nothing = hanna.post(person_page(bob), {"act": "reset", "reset-reason": ""})
    assert (nothing.status_code, bob.authenticators.count()) == (400, 1)
    done = hanna.post(person_page(bob), {"act": "reset", "reset-reason": "Stolen"}, follow=True)
    assert "Authenticators and codes of bob were removed" in text_of(done)
    assert "two-factor reset" in text_of(done)
    assert not bob.authenticators.exists()
    assert VerificationRecord.objects.get(user=bob).message == "hanna: Stolen"
    assert give_password(client, bob).headers["Location"] == "/login/enrol/"


def test_unlocking(hanna: Client, client: Client, bob: User) -> None:
    give_password(client, bob)
    for _try in range(10):
        client.post("/login/verify/", {"code": "000000"})
    assert "Locked after too many wrong tries" in text_of(hanna.get(person_page(bob)))
    assert "The wrong tries of bob are forgotten." in text_of(hanna.post(person_page(bob), {"act": "unlock"}, follow=True))
    assert not two_factor_help.is_locked(bob)
    assert "There was nothing to unlock for bob." in text_of(hanna.post(person_page(bob), {"act": "unlock"}, follow=True))


def test_who_may_not_is_told_why(hanna: Client, ada: User) -> None:
    own = User.objects.get(username="hanna")
    for user, said in ((own, "You cannot do this for yourself."), (ada, "This person has more rights than you.")):
        for sent in ({"act": "end"}, {"act": "unlock"}, {"act": "reset", "reset-reason": "x"}):
            refused = hanna.post(person_page(user), sent)
            assert (refused.status_code, said in text_of(refused)) == (403, True), sent
        assert said in text_of(issue(hanna, user))
    assert not TemporaryCode.objects.exists()


def test_nobody_comes_in_without_the_right(client: Client, bob: User) -> None:
    looker = person("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "view_temporarycode"]))
    rule("admin", "allow")
    sign_in(client, looker)
    assert (client.get(HELP).status_code, client.get(person_page(bob)).status_code) == (403, 403)
    assert client.post(person_page(bob), {"act": "reset", "reset-reason": "x"}).status_code == 403
    assert bob.authenticators.exists()


def test_a_password_is_not_enough_to_help(client: Client, bob: User) -> None:
    helper = person("helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="manage_two_factor"))
    give_authenticator(helper)
    rule("admin", "allow")
    sign_in(client, helper)
    assert client.get(person_page(bob)).headers["Location"].startswith("/step-up/")
    assert issue(client, bob).headers["Location"].startswith("/step-up/")
    assert not TemporaryCode.objects.exists()


def test_unlocking_is_an_area_of_its_own(hanna: Client, bob: User) -> None:
    rule("unlock", "raise", 1)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        assert hanna.get(person_page(bob)).status_code == 200
        assert hanna.post(person_page(bob), {"act": "unlock"}).headers["Location"].startswith("/step-up/")


def test_the_page_of_a_user_leads_there(desk: Client, bob: User) -> None:
    assert person_page(bob) in desk.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert desk.get(person_page(bob)).status_code == 200
    assert desk.get(f"{HELP}people/999999/").status_code == 404
