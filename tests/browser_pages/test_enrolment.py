"""Setting up an authenticator app in the middle of a login, and keeping the recovery codes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.people import Authenticator, assured_profile, person, profile
from tests.browser import assert_fits, in_every_way
from tests.browser_pages.visits import assert_is, authenticator_on, give_password, sign_in_at, wrong

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nina() -> User:
    return person("nina", assured_profile())


def confirm(page: Page, code: str) -> None:
    page.get_by_label("Enter the code it shows").fill(code)
    page.get_by_role("button", name="Confirm").click()


def enrol(page: Page, nina: User) -> Authenticator:
    """Sign in and set up an app, up to the recovery codes."""
    sign_in_at(page, nina)
    assert_is(page, "enrol")
    phone = authenticator_on(page)
    confirm(page, phone.code())
    assert_is(page, "recovery-codes")
    return phone


def download(page: Page) -> list[str]:
    """Download the codes, and return the lines of the file."""
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download .txt").click()
    assert downloading.value.suggested_filename.startswith("recovery-codes-")
    return Path(downloading.value.path()).read_text().splitlines()


def finish(page: Page) -> None:
    page.get_by_label("I saved these codes").check()
    page.get_by_role("button", name="Finish").click()


@in_every_way
def test_nina_sets_up_her_phone_and_keeps_her_codes(page: Page, nina: User) -> None:
    page.goto("/security/")
    give_password(page, nina)
    assert_is(page, "enrol")
    assert_fits(page)
    expect(page.locator("main")).to_contain_text("Your profile Assured User needs a High Assurance session.")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    phone = authenticator_on(page)
    confirm(page, phone.code())
    assert_is(page, "recovery-codes")
    assert_fits(page)
    shown = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    assert len(set(shown)) == 10
    assert set(shown) < set(download(page))
    finish(page)
    assert_is(page, "security")
    expect(page.locator(".site-session")).to_contain_text("High Assurance")
    expect(page.locator("main")).to_contain_text("10 codes left.")


def test_a_wrong_code_keeps_the_key_and_starting_again_changes_it(page: Page, nina: User) -> None:
    sign_in_at(page, nina)
    first = authenticator_on(page)
    confirm(page, wrong(first.code()))
    expect(page.get_by_role("alert")).to_contain_text("That code is not right.")
    assert authenticator_on(page).totp.secret == first.totp.secret
    page.get_by_role("button", name="Start again with a new key").click()
    second = authenticator_on(page)
    assert second.totp.secret != first.totp.secret
    confirm(page, first.code())
    expect(page.get_by_role("alert")).to_contain_text("That code is not right.")
    confirm(page, second.code())
    assert_is(page, "recovery-codes")


def test_the_key_can_be_typed_and_copied(page: Page, nina: User) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in_at(page, nina)
    secret = authenticator_on(page).totp.secret
    page.get_by_text("I cannot scan the code").click()
    assert page.get_by_label("Key", exact=True).input_value().replace(" ", "") == secret
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_role("status").filter(has_text="Key copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret


def test_codes_have_to_be_saved_before_nina_goes_on(page: Page, nina: User) -> None:
    enrol(page, nina)
    shown = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box once you have saved the codes.")
    assert page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts() == shown
    page.goto("/")
    assert_is(page, "recovery-codes")
    expect(page.get_by_role("list", name="Recovery codes")).to_have_count(0)
    page.get_by_role("button", name="Show my recovery codes").click()
    again = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    assert not set(shown) & set(again)
    finish(page)
    assert_is(page, "home")


def test_codes_can_be_copied_and_printed(page: Page, nina: User) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enrol(page, nina)
    codes = page.get_by_role("list", name="Recovery codes")
    shown = codes.get_by_role("listitem").all_inner_texts()
    page.get_by_role("button", name="Copy all").click()
    expect(page.get_by_role("status").filter(has_text="10 codes copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == shown
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(codes).to_be_visible()
    expect(page.get_by_text("Each works once.").and_(page.locator(".print-only"))).to_be_visible()
    for hidden in (page.locator(".site-header"), page.get_by_label("I saved these codes"), page.locator(".trouble")):
        expect(hidden).to_be_hidden()


def test_a_recovery_code_signs_nina_in_without_her_phone(page: Page, nina: User) -> None:
    enrol(page, nina)
    code = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").first.inner_text()
    finish(page)
    page.get_by_role("button", name="Sign out").click()
    sign_in_at(page, nina)
    page.get_by_role("link", name="Use another way: Recovery code").click()
    page.get_by_label("Recovery code", exact=True).fill(code.lower())
    page.get_by_role("button", name="Continue").click()
    assert_is(page, "home")


def test_within_the_grace_nina_may_say_not_now(page: Page) -> None:
    until = timezone.now().date() + dt.timedelta(days=9)
    nina = person("nina", profile("Assured User", required_level="high_assurance", grace_until=until))
    sign_in_at(page, nina)
    assert_is(page, "enrol")
    expect(page.locator("main")).to_contain_text("From then on you cannot sign in without it.")
    page.get_by_role("button", name="Not now (9 days left)").click()
    assert_is(page, "home")
    expect(page.locator(".site-session")).to_contain_text("Standard")
