"""The administration in a real browser: by keyboard, without scripts, on a phone, in both themes, under its policy."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.people import give_authenticator, person, profile
from tests.browser import PHONE, assert_fits
from tests.browser_pages.visits import arrive, assert_is

pytestmark = pytest.mark.django_db(transaction=True)
POLICY = "/admin/sessions_policy/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AUDIT = {"preload": False, "runOnly": {"type": "tag", "values": RULES}}


@pytest.fixture
def ada(db: None) -> User:
    """The administrator, in the database that the running site sees."""
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


def assert_sound(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 AA, where scripts run.

    It is not to load the style sheets by itself: Django's import one another, and copying them breaks our policy.
    """
    if page.evaluate("matchMedia('(scripting: none)').matches"):
        return
    results = Axe().run(page, options=AUDIT)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"


def test_what_would_shut_out_is_said_as_an_alert(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    page.goto(f"{POLICY}methodlevel/")
    page.get_by_role("button", name="Move Authenticator app to Standard").click()
    expect(page.get_by_role("alert")).to_contain_text("This would shut you out, so nothing was saved.")
    assert_sound(page)


def test_pages_of_our_own_are_sound_in_both_themes(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    sales = profile("Sales")
    pages = {
        "/admin/": "admin",
        f"{POLICY}methodlevel/": "session-settings",
        f"{POLICY}resourcepolicy/": "resource-policies",
        f"{POLICY}profile/{sales.pk}/change/": "admin-profile",
        f"{POLICY}profile/{sales.pk}/delete/": "admin-profile",
        f"{POLICY}usersession/": "admin-usersession",
        f"{POLICY}policyrevision/": "admin-policyrevision",
        "/admin/accounts/loginrecord/": "admin-loginrecord",
        "/admin/accounts/verificationrecord/": "admin-verificationrecord",
    }
    for address, name in pages.items():
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address)
        assert_is(page, name)
        assert_sound(page)
        page.emulate_media(color_scheme="dark")
        assert_sound(page)
        page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
        assert_fits(page)


def test_stock_pages_work_under_the_policy(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    page.goto(f"/admin/accounts/user/{ada.pk}/change/")
    expect(page.get_by_text("Chosen groups")).to_be_visible()
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert_fits(page)
    page.goto(f"{POLICY}trustednetwork/")
    page.get_by_role("checkbox", name="Select this object for an action - This machine").check()
    page.get_by_label("Action:").select_option("delete_selected")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("Delete what was selected?")).to_be_visible()
    page.get_by_role("link", name="Keep them").click()
    expect(page).to_have_url(page.url.split("/admin/")[0] + f"{POLICY}trustednetwork/")
