"""The screen in a real browser: desktop, 320 px, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.people import PASSWORD, person, profile
from tests.browser import Browsing, assert_accessible, assert_fits, in_every_way
from tests.loginflows.flows import END, TERMS, WELCOME, active, assign

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page) -> None:
    assign(active(WELCOME, TERMS, END), profile("Contractor"))
    person("carl", profile("Contractor"))
    page.goto("/login/")
    page.get_by_label("Username").fill("carl")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-page", "login-flow")


@in_every_way
def test_carl_reads_accepts_and_is_in(page: Page, browsing: Browsing) -> None:
    sign_in(page)
    assert_fits(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms for contractors")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box")
    assert_fits(page)
    if browsing.javascript:
        assert_accessible(page)
    page.get_by_label("I have read and accept these terms").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_have_attribute("data-page", "home")


def test_carl_declines_and_is_told_what_happened(page: Page) -> None:
    sign_in(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I do not accept").click()
    expect(page.locator("main")).to_have_attribute("data-page", "login-flow-ended")
    expect(page.locator("main")).to_contain_text("Reference")
    assert_accessible(page)


def test_the_back_button_answers_nothing_again(page: Page) -> None:
    sign_in(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms for contractors")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms for contractors")
