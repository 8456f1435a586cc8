"""What-If, report-only, turning on and replay in a real browser: with and without scripts, in both themes, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import LoginRecord, User
from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord
from tests.accounts.people import Authenticator, give_authenticator, person, profile
from tests.admin.test_in_a_browser import POLICY, assert_sound
from tests.browser import PHONE, assert_fits
from tests.browser_pages.visits import arrive, assert_is

pytestmark = pytest.mark.django_db(transaction=True)
WHAT_IF = f"{POLICY}savedquestion/what-if/"


@pytest.fixture
def ada(db: None) -> User:
    """The administrator, in the database that the running site sees."""
    cache.clear()
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


@pytest.fixture
def phone(db: None) -> Authenticator:
    """The phone of Sara, who has the profile Sales."""
    return give_authenticator(person("sara", profile("Sales")))


def look_at(page: Page, address: str, name: str) -> None:
    """Open a page and look at it in both themes and on a phone."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    assert_is(page, name)
    assert_sound(page)
    page.emulate_media(color_scheme="dark")
    assert_sound(page)
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.usefixtures("phone")
def test_a_question_is_asked_and_saved(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    look_at(page, WHAT_IF, "what-if")
    page.get_by_label("User:").fill("sara")
    page.get_by_label("Address:").fill("127.0.0.1")
    page.get_by_label("To what:").select_option("reports")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#verdict")).to_contain_text("Allowed after verification")
    expect(page.locator(".what-if-columns ol")).to_contain_text("Confirm it is you: Authenticator app")
    look_at(page, page.url, "what-if")
    page.get_by_label("Save as a test, named").fill("Reports ask")
    page.get_by_role("button", name="Save as test").click()
    expect(page.get_by_text("Saved as a test.")).to_be_visible()
    expect(page.get_by_role("cell", name="the same")).to_be_visible()


def test_a_level_is_watched_read_and_turned_on(
    page: Page, new_page: Callable[..., Page], ada: User, phone: Authenticator
) -> None:
    sales = profile("Sales")
    arrive(page, ada, give_authenticator(ada))
    page.goto(f"{POLICY}profile/{sales.pk}/change/")
    page.get_by_label("Session security level required at login:").select_option("high_assurance")
    page.get_by_role("radiogroup", name="the required level is").get_by_label("Report-only").check()
    page.get_by_role("button", name="Save", exact=True).click()
    policy_book.refresh()
    page.wait_for_timeout(1200)
    sara = new_page()
    arrive(sara, User.objects.get(username="sara"), phone)
    sara.goto("/")
    assert_is(sara, "home")
    assert DecisionRecord.objects.get(user__username="sara").mode == "report_only"
    page.goto(f"{POLICY}profile/{sales.pk}/change/")
    page.get_by_role("link", name="Turn on: session security level required at login").click()
    expect(page.get_by_text("1 person would have noticed it.")).to_be_visible()
    look_at(page, page.url, "turn-on")
    page.get_by_label("Reason").fill("A quiet week")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Turned on: session security level required at login.")).to_be_visible()
    row = LoginRecord.objects.get(user__username="sara")
    page.wait_for_timeout(1200)
    page.goto(f"/admin/accounts/loginrecord/{row.pk}/change/")
    page.get_by_role("link", name="Replay with today's policies").click()
    expect(page.get_by_role("heading", name="Today: Asked to verify")).to_be_visible()
    look_at(page, page.url, "replay")
