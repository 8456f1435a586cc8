"""An unknown browser outside the trusted networks: the code by e-mail, and the browser that is remembered."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from sessions_policy import policy_book
from sessions_policy.models import TrustedNetwork
from tests.accounts.people import person
from tests.browser_pages.visits import assert_is, give_code, sign_in_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    """Alice, whose network nobody trusts."""
    alice = person("alice")
    TrustedNetwork.objects.all().delete()
    policy_book.refresh()
    return alice


def mailed_code() -> str:
    found = re.search(r"\b\d{6}\b", mail.outbox[-1].body)
    assert found
    return found[0]


def test_the_code_from_the_mail_lets_alice_in_and_the_browser_is_known(page: Page, alice: User) -> None:
    sign_in_at(page, alice)
    assert_is(page, "activate")
    main = page.locator("main")
    expect(main).to_contain_text("We do not know this browser yet.")
    expect(main).to_contain_text("We sent a code to a***@example.org")
    give_code(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("That code is not right")
    give_code(page, mailed_code())
    assert_is(page, "home")
    page.get_by_role("button", name="Sign out").click()
    sign_in_at(page, alice)
    assert_is(page, "home")
    page.goto("/security/")
    page.get_by_role("region", name="Remembered browsers").get_by_role("button", name="Forget").click()
    expect(page.get_by_role("status").first).to_contain_text("The browser was forgotten.")
    page.get_by_role("button", name="Sign out").click()
    sign_in_at(page, alice)
    assert_is(page, "activate")
    assert len(mail.outbox) == 2


def test_a_new_code_has_to_wait_a_moment(page: Page, alice: User) -> None:
    sign_in_at(page, alice)
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_role("status").first).to_contain_text("You can ask for another one in")
    assert len(mail.outbox) == 1


def test_an_unticked_browser_stays_unknown(page: Page, alice: User) -> None:
    sign_in_at(page, alice)
    page.get_by_label("Do not ask again in this browser").uncheck()
    give_code(page, mailed_code())
    assert_is(page, "home")
    page.get_by_role("button", name="Sign out").click()
    sign_in_at(page, alice)
    assert_is(page, "activate")
