"""The end of a session for lack of activity: the warning before it, and the login page after it."""

from __future__ import annotations

import time

import pytest
import time_machine
from playwright.sync_api import Page, expect

from sessions_policy import ending
from sessions_policy.farewell import Why
from sessions_policy.models import UserSession
from tests.accounts.people import person, profile
from tests.browser import WITHOUT_JAVASCRIPT, Browsing
from tests.browser_pages.visits import arrive, assert_is, assert_sound, give_password

pytestmark = pytest.mark.django_db(transaction=True)

SOON = "You will be signed out in less than two minutes."
OVER = "This session has ended. Copy what you typed, then sign in again."


@pytest.fixture
def watched(page: Page) -> Page:
    """A page of alice, whose session lasts a quarter of an hour without activity, under a clock that the test moves."""
    arrive(page, person("alice", profile("Short", idle_timeout=15)))
    page.clock.install()
    page.goto("/security/password/")
    return page


def test_two_minutes_before_the_end_alice_is_warned_and_stays(watched: Page) -> None:
    page = watched
    stay = page.get_by_role("button", name="Stay signed in")
    page.clock.fast_forward("12:30")
    expect(page.get_by_text(SOON)).to_have_count(0)
    expect(stay).to_be_hidden()
    page.get_by_label("Old password", exact=True).fill("what alice typed")
    page.clock.fast_forward("00:45")
    expect(page.get_by_role("status").filter(has_text=SOON)).to_be_visible()
    assert_sound(page, "change-password")
    with page.expect_response("**/security/stay/") as answer:
        stay.click()
    assert answer.value.ok
    page.clock.run_for(2000)
    expect(page.get_by_text(SOON)).to_have_count(0)
    expect(stay).to_be_hidden()
    expect(page.get_by_label("Old password", exact=True)).to_have_value("what alice typed")
    page.clock.fast_forward("13:30")
    expect(page.get_by_text(SOON)).to_be_visible()


def test_work_on_one_page_keeps_the_other_quiet(watched: Page) -> None:
    watched.clock.fast_forward("13:30")
    expect(watched.get_by_text(SOON)).to_be_visible()
    other = watched.context.new_page()
    other.goto("/security/")
    expect(watched.get_by_text(SOON)).to_have_count(0)
    expect(watched.get_by_role("button", name="Stay signed in")).to_be_hidden()


def test_after_the_end_the_page_says_so_and_keeps_what_was_typed(watched: Page) -> None:
    page = watched
    page.get_by_label("Old password", exact=True).fill("what alice typed")
    page.clock.fast_forward("15:05")
    expect(page.get_by_role("status").filter(has_text=OVER)).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    expect(page.get_by_label("Old password", exact=True)).to_have_value("what alice typed")


def test_a_session_that_was_ended_cannot_be_kept(watched: Page) -> None:
    page = watched
    page.clock.fast_forward("13:30")
    ending.end(UserSession.objects.all(), Why.ADMINISTRATOR)
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("status").filter(has_text=OVER)).to_be_visible()


@pytest.mark.parametrize("browsing", [WITHOUT_JAVASCRIPT], ids=str)
def test_without_javascript_there_is_no_empty_warning(page: Page, browsing: Browsing) -> None:
    arrive(page, person("alice", profile("Short", idle_timeout=15)))
    page.goto("/security/")
    assert_is(page, "security")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()


@pytest.mark.parametrize(
    ("idle_timeout", "hours", "said"),
    [
        (None, 2.1, "You were signed out after 120 minutes without activity. We will take you back to Security."),
        (1440, 12.1, "You were signed out because your session reached its longest age."),
    ],
    ids=["idle", "age"],
)
def test_the_login_page_tells_why_and_leads_back(page: Page, idle_timeout: int | None, hours: float, said: str) -> None:
    alice = person("alice", profile("Office", idle_timeout=idle_timeout))
    arrive(page, alice)
    page.goto("/")
    assert_is(page, "home")
    with time_machine.travel(time.time() + hours * 3600):
        page.goto("/security/?from=mail")
        assert_is(page, "login")
        expect(page.get_by_role("status")).to_contain_text(said)
        give_password(page, alice)
        assert_is(page, "security")
        assert page.url.endswith("/security/?from=mail")
