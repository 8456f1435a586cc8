"""Device activation: an unknown browser outside the trusted networks confirms the address by mail."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import RememberedBrowser, User, VerificationRecord
from sessions_policy import policy_book
from sessions_policy.models import OrganisationSettings, TrustedNetwork
from tests.accounts.people import give_authenticator, give_password, is_asked_for_a_code, move, permission_set, person, profile

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600
OUTSIDE = "203.0.113.9"


@pytest.fixture
def browser() -> Client:
    """A browser that nobody knows, outside the trusted networks."""
    return Client(REMOTE_ADDR=OUTSIDE)


def mailed_code(capture: Any, act: Any) -> str:
    """Return the code that was mailed while ``act`` ran."""
    with capture(execute=True):
        act()
    found = re.search(r"\b\d{6}\b", mail.outbox[-1].body)
    assert found
    assert found[0] not in mail.outbox[-1].subject
    return found[0]


def test_an_unknown_browser_is_activated_by_mail(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    assert give_password(browser, alice).headers["Location"] == "/login/activate/"
    code = mailed_code(django_capture_on_commit_callbacks, lambda: browser.get("/login/activate/"))
    response = browser.post("/login/activate/", {"code": code, "remember": "on"})
    assert response.headers["Location"] == "/"
    assert browser.get("/api/v1/session/").json()["level"] == "standard"
    row = VerificationRecord.objects.get()
    assert (row.method, row.triggered_by, row.status) == ("activation", "device_activation", "succeeded")


def activate(browser: Client, alice: User, capture: Any, **fields: str) -> None:
    give_password(browser, alice)
    code = mailed_code(capture, lambda: browser.get("/login/activate/"))
    browser.post("/login/activate/", {"code": code, **fields})


def test_a_remembered_browser_is_not_asked_again(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    activate(browser, alice, django_capture_on_commit_callbacks, remember="on")
    browser.post("/logout/")
    assert give_password(browser, alice).headers["Location"] == "/"


def test_without_the_tick_it_is_asked_again(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    activate(browser, alice, django_capture_on_commit_callbacks)
    browser.post("/logout/")
    assert give_password(browser, alice).headers["Location"] == "/login/activate/"


def test_a_browser_known_for_alice_is_unknown_for_bob(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    activate(browser, person("alice"), django_capture_on_commit_callbacks, remember="on")
    browser.post("/logout/")
    assert give_password(browser, person("bob")).headers["Location"] == "/login/activate/"


def test_the_owner_can_forget_a_browser(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    activate(browser, alice, django_capture_on_commit_callbacks, remember="on")
    row = RememberedBrowser.objects.get()
    other = Client()
    give_password(other, person("eve"))
    assert other.post(f"/security/browsers/{row.pk}/forget/").status_code == 404
    assert browser.post(f"/security/browsers/{row.pk}/forget/").status_code == 302
    browser.post("/logout/")
    assert give_password(browser, alice).headers["Location"] == "/login/activate/"


def test_a_planted_cookie_is_replaced(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    browser.cookies["browser"] = "planted"
    activate(browser, person("alice"), django_capture_on_commit_callbacks, remember="on")
    assert browser.cookies["browser"].value != "planted"


def test_remembering_ends_after_ninety_days(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    with time_machine.travel(NOON, tick=False) as clock:
        activate(browser, alice, django_capture_on_commit_callbacks, remember="on")
        browser.post("/logout/")
        clock.shift(91 * 24 * 3600)
        assert give_password(browser, alice).headers["Location"] == "/login/activate/"


def test_a_trusted_network_needs_no_activation(browser: Client) -> None:
    alice = person("alice")
    TrustedNetwork.objects.create(name="Office", network="203.0.113.0/24")
    policy_book.refresh()
    assert give_password(browser, alice).headers["Location"] == "/"


def test_a_second_factor_skips_activation(browser: Client) -> None:
    carol = person("carol")
    app = give_authenticator(carol)
    permission_set(carol, name="Strict", two_factor_ui=True)
    assert is_asked_for_a_code(give_password(browser, carol))
    assert browser.post("/login/verify/", {"code": app.code()}).headers["Location"] == "/"


def test_switched_off_nobody_is_activated(browser: Client) -> None:
    alice = person("alice")
    OrganisationSettings(device_activation=False).save()
    policy_book.refresh()
    assert give_password(browser, alice).headers["Location"] == "/"


def test_in_the_high_assurance_column_activation_satisfies_the_profile(
    browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    bob = person("bob", profile("Assured User", required_level="high_assurance"))
    give_authenticator(bob)
    move("activation", "high_assurance")
    activate(browser, bob, django_capture_on_commit_callbacks)
    assert browser.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_a_code_is_old_after_fifteen_minutes(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(browser, alice)
        code = mailed_code(django_capture_on_commit_callbacks, lambda: browser.get("/login/activate/"))
        for _step in range(2):
            clock.shift(8 * 60)
            browser.post("/login/activate/", {"action": "send"})
        response = browser.post("/login/activate/", {"code": code})
        assert response.status_code == 403


def test_an_earlier_code_works_beside_a_newer_one(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(browser, alice)
        first = mailed_code(django_capture_on_commit_callbacks, lambda: browser.get("/login/activate/"))
        clock.shift(31)
        mailed_code(django_capture_on_commit_callbacks, lambda: browser.post("/login/activate/", {"action": "send"}))
        assert len(mail.outbox) == 2
        assert browser.post("/login/activate/", {"code": first}).headers["Location"] == "/"


def test_another_code_has_to_wait_and_five_an_hour_are_sent(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    with time_machine.travel(NOON, tick=False) as clock, django_capture_on_commit_callbacks(execute=True):
        give_password(browser, alice)
        browser.get("/login/activate/")
        assert "another one in 30 seconds" in browser.post("/login/activate/", {"action": "send"}).context["note"]
        for _send in range(6):
            clock.shift(31)
            note = browser.post("/login/activate/", {"action": "send"}).context["note"]
    assert "Too many codes" in note
    assert len(mail.outbox) == 5


def test_the_code_of_another_login_is_worth_nothing(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    alice = person("alice")
    give_password(browser, alice)
    code = mailed_code(django_capture_on_commit_callbacks, lambda: browser.get("/login/activate/"))
    thief = Client(REMOTE_ADDR="198.51.100.1")
    give_password(thief, alice)
    thief.get("/login/activate/")
    assert thief.post("/login/activate/", {"code": code}).status_code == 403


def test_wrong_codes_are_counted(browser: Client) -> None:
    alice = person("alice")
    give_password(browser, alice)
    browser.get("/login/activate/")
    for _try in range(10):
        response = browser.post("/login/activate/", {"code": "000000"})
    assert response.status_code == 429


def test_the_address_is_shown_masked(browser: Client) -> None:
    give_password(browser, person("alice"))
    assert browser.get("/login/activate/").context["address"] == "a***@example.org"


def test_an_account_without_an_address_says_what_to_do(browser: Client) -> None:
    give_password(browser, person("alice", email=""))
    assert "administrator" in browser.get("/login/activate/").context["note"]
