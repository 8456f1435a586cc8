"""Stepping up to the reports: why, what it gives, and there and back."""

from __future__ import annotations

import time

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.models import User
from sessions_policy.models import DecisionRecord
from tests.accounts.people import Authenticator, give_authenticator, person, rule
from tests.browser import assert_fits, in_every_way
from tests.browser_pages.visits import arrive, assert_is, authenticator_on, sign_in_at, tab_to, wrong

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sara() -> User:
    return person("sara")


@pytest.fixture
def phone(sara: User) -> Authenticator:
    return give_authenticator(sara)


def confirm(page: Page, code: str) -> None:
    page.get_by_label("6-digit code").fill(code)
    page.get_by_role("button", name="Confirm and continue").click()


@in_every_way
def test_sara_is_told_why_and_let_in(page: Page, sara: User, phone: Authenticator) -> None:
    sign_in_at(page, sara, "/login/?next=/reports/?page=1")
    assert_is(page, "step-up")
    assert_fits(page)
    main = page.locator("main")
    expect(main).to_contain_text("Reports needs a High Assurance session.")
    expect(main).to_contain_text("until you sign out, for every page that needs it")
    reference = page.locator("main .reference").first.inner_text()
    assert DecisionRecord.objects.get(reference=reference).reason == "level.resource"
    confirm(page, wrong(phone.code()))
    expect(page.get_by_role("alert")).to_contain_text("That code is not right.")
    assert_fits(page)
    confirm(page, phone.code())
    assert_is(page, "reports")
    assert page.url.endswith("/reports/?page=1")
    assert_fits(page)
    expect(page.locator(".site-session")).to_contain_text("High Assurance")


def test_by_keyboard_alone(page: Page, sara: User, phone: Authenticator) -> None:
    arrive(page, sara)
    page.goto("/")
    tab_to(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports", exact=True))
    page.keyboard.press("Enter")
    assert_is(page, "step-up")
    expect(page.get_by_label("6-digit code")).to_be_focused()
    page.keyboard.type(phone.code())
    tab_to(page, page.get_by_role("button", name="Confirm and continue"))
    page.keyboard.press("Enter")
    assert_is(page, "reports")


@pytest.mark.usefixtures("phone")
def test_cancelling_leaves_the_session_as_it_was(page: Page, sara: User) -> None:
    arrive(page, sara)
    page.goto("/reports/")
    page.get_by_role("link", name="Cancel").click()
    assert_is(page, "home")
    expect(page.locator(".site-session")).to_contain_text("Standard")


def test_a_raised_session_is_not_asked_again(page: Page, sara: User, phone: Authenticator) -> None:
    arrive(page, sara)
    page.goto("/reports/")
    confirm(page, phone.code())
    assert_is(page, "reports")
    page.goto("/security/")
    page.get_by_role("link", name="Reports", exact=True).click()
    assert_is(page, "reports")


@pytest.mark.usefixtures("phone")
def test_the_reason_is_explained_beside_the_form(page: Page, sara: User) -> None:
    arrive(page, sara)
    page.goto("/reports/")
    page.get_by_label("6-digit code").fill("123")
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Why?").click()
    assert_is(opening.value, "why")
    expect(page.get_by_label("6-digit code")).to_have_value("123")


def test_somebody_without_a_method_sets_one_up_first(page: Page, sara: User) -> None:
    arrive(page, sara)
    page.goto("/reports/")
    assert_is(page, "step-up")
    expect(page.locator("main")).to_contain_text("Reports needs a High Assurance session.")
    expect(page.get_by_label("6-digit code")).to_have_count(0)
    page.get_by_role("link", name="Set up an authenticator app").click()
    assert_is(page, "enrol")
    phone = authenticator_on(page)
    page.get_by_label("Name this device").fill("Sara's phone")
    page.get_by_label("Enter the code it shows").fill(phone.code())
    page.get_by_role("button", name="Confirm").click()
    assert_is(page, "recovery-codes")
    page.get_by_label("I saved these codes").check()
    page.get_by_role("button", name="Finish").click()
    assert_is(page, "reports")


def test_an_old_proof_is_asked_for_again(page: Page, sara: User, phone: Authenticator) -> None:
    rule("reports", "raise", minutes=5)
    arrive(page, sara)
    page.goto("/reports/")
    expect(page.locator("main")).to_contain_text("for 5 minutes on this page")
    confirm(page, phone.code())
    assert_is(page, "reports")
    with time_machine.travel(time.time() + 6 * 60):
        page.reload()
        assert_is(page, "step-up")
        expect(page.locator("main")).to_contain_text("Reports asks you to confirm again after 5 minutes.")
        confirm(page, phone.code())
        assert_is(page, "reports")
