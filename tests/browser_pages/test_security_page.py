"""The security page: one's methods, password, sessions, at work."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.people import PASSWORD, give_authenticator, person, sign_in
from tests.browser_pages.visits import arrive, assert_is, authenticator_on, give_password, sign_in_at

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "another horse, another battery"


@pytest.fixture
def alice() -> User:
    return person("alice")


def add_app(page: Page, name: str) -> None:
    page.goto("/security/")
    page.get_by_role("link", name="Add an authenticator app").click()
    assert_is(page, "enrol")
    page.get_by_label("Name this device").fill(name)
    page.get_by_label("Enter the code it shows").fill(authenticator_on(page).code())
    page.get_by_role("button", name="Confirm").click()


def test_alice_adds_two_apps_and_removes_one(page: Page, alice: User) -> None:
    arrive(page, alice)
    add_app(page, "Phone")
    assert_is(page, "recovery-codes")
    page.get_by_label("I saved these codes").check()
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("main")).to_contain_text("This is your only second factor.")
    add_app(page, "Tablet")
    assert_is(page, "security")
    methods = page.get_by_role("region", name="Sign-in methods")
    expect(methods.get_by_role("heading", level=3)).to_have_text(["Phone", "Tablet", "Password"])
    methods.get_by_role("link", name="Remove Phone").click()
    assert_is(page, "remove-device")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status").first).to_contain_text("The authenticator app was removed")
    expect(methods.get_by_role("heading", level=3)).to_have_text(["Tablet", "Password"])


def test_whoever_has_a_method_proves_it_before_changing_any(page: Page, alice: User) -> None:
    phone = give_authenticator(alice)
    arrive(page, alice)
    page.goto("/security/")
    page.get_by_role("link", name="Remove Phone").click()
    assert_is(page, "step-up")
    page.get_by_label("6-digit code").fill(phone.code())
    page.get_by_role("button", name="Confirm and continue").click()
    assert_is(page, "remove-device")
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_role("region", name="Sign-in methods")).to_contain_text("Phone")


def test_other_sessions_are_ended_at_once(page: Page, alice: User) -> None:
    others = [Client(REMOTE_ADDR=f"127.0.0.{number}") for number in (2, 3, 4)]
    for other in others:
        sign_in(other, alice)
    arrive(page, alice)
    page.goto("/security/")
    sessions = page.get_by_role("region", name="Sessions")
    sessions.get_by_role("button", name="End the session of an unknown browser from 127.0.0.2").click()
    expect(page.get_by_role("status").first).to_contain_text("The session was ended.")
    assert [other.get("/security/").status_code for other in others] == [302, 200, 200]
    sessions.get_by_role("button", name="End all others").click()
    expect(page.get_by_role("status").first).to_contain_text("2 other sessions were ended.")
    assert [other.get("/security/").status_code for other in others] == [302, 302, 302]
    expect(sessions.get_by_role("heading", level=3)).to_have_text(["Unknown browser (this session)"])


def test_the_password_is_changed_and_others_are_signed_out(page: Page, alice: User) -> None:
    other = Client()
    sign_in(other, alice)
    arrive(page, alice)
    page.goto("/security/")
    page.get_by_role("link", name="Change password").click()
    assert_is(page, "change-password")
    for old, new, again in [("not it", NEW_PASSWORD, "something else"), (PASSWORD, NEW_PASSWORD, NEW_PASSWORD)]:
        page.get_by_label("Old password", exact=True).fill(old)
        page.get_by_label("New password", exact=True).fill(new)
        page.get_by_label("New password confirmation", exact=True).fill(again)
        page.get_by_role("button", name="Change password").click()
        if old != PASSWORD:
            expect(page.get_by_role("alert")).to_contain_text("Your old password was entered incorrectly")
    expect(page.get_by_role("status").first).to_contain_text("Your password was changed")
    assert other.get("/security/").status_code == 302
    page.get_by_role("button", name="Sign out").click()
    sign_in_at(page, alice)
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    give_password(page, alice, NEW_PASSWORD)
    assert_is(page, "home")


def test_what_happened_is_listed_with_its_reference(page: Page, alice: User) -> None:
    phone = give_authenticator(alice)
    arrive(page, alice)
    page.goto("/reports/")
    page.get_by_label("6-digit code").fill(phone.code())
    reference = page.locator("main .reference").first.inner_text()
    page.get_by_role("button", name="Confirm and continue").click()
    assert_is(page, "reports")
    expect(page.get_by_role("table", name="Verifications")).to_contain_text(reference)
    page.get_by_role("link", name="Security").first.click()
    activity = page.get_by_role("region", name="Recent activity").get_by_role("listitem")
    expect(activity.first).to_contain_text(reference)
    expect(activity).to_have_count(2)
