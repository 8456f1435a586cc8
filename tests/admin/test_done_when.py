"""What an administrator does in a browser, from the rule to the person who meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from playwright.sync_api import Page, expect

from accounts.models import RememberedBrowser, User
from sessions_policy.models import TrustedNetwork
from tests.accounts.people import give_authenticator, move, permission_set, person, profile, rule
from tests.admin.test_in_a_browser import assert_sound
from tests.browser import DESKTOP, PHONE, WITHOUT_JAVASCRIPT, Browsing, assert_fits, in_every_way
from tests.browser_pages.visits import arrive, assert_is, give_code, sign_in_at, tab_to

pytestmark = pytest.mark.django_db(transaction=True)
POLICY = "/admin/sessions_policy/"
NewPage = Callable[..., Page]
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
# Milliseconds: every worker looks for a new revision once a second.
IN_FORCE = 1100


@pytest.fixture
def ada(db: None) -> User:
    """The administrator."""
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


@pytest.fixture
def bob(db: None) -> User:
    """Somebody of Sales."""
    return person("bob", profile("Sales"))


@pytest.fixture
def desk(page: Page, ada: User) -> Page:
    """Ada's browser."""
    arrive(page, ada, give_authenticator(ada))
    return page


def skip_to_content(desk: Page) -> None:
    """Leave the navigation out, by keyboard."""
    tab_to(desk, desk.get_by_role("link", name="Skip to the main content"))
    desk.keyboard.press("Enter")


def save(desk: Page, *, reason: str = "", confirmed: bool = False) -> None:
    """Save the form on the page, as one that takes protection away when ``confirmed``."""
    if reason:
        desk.get_by_label("Reason").fill(reason)
    if confirmed:
        desk.get_by_role("checkbox", name="I understand").check()
    desk.get_by_role("button", name="Save", exact=True).click()


@pytest.mark.parametrize("browsing", [WITHOUT_JAVASCRIPT], ids=str)
def test_a_permission_set_asks_for_two_factors_and_the_users_page_says_so(
    desk: Page, bob: User, new_page: NewPage, browsing: Browsing
) -> None:
    phone = give_authenticator(bob)
    desk.goto(f"{POLICY}permissionset/add/")
    desk.get_by_label("Name").fill("Two-factor logins")
    desk.get_by_role("checkbox", name="Two-factor authentication for user interface logins").check()
    desk.get_by_role("listbox", name="Users").select_option(label="bob")
    save(desk, reason="The auditors asked for it")
    desk.goto(f"/admin/accounts/user/{bob.pk}/change/")
    expect(desk.get_by_text("Two-factor for user interface logins [Two-factor logins]")).to_be_visible()
    visitor = new_page()
    sign_in_at(visitor, bob)
    assert_is(visitor, "verify")
    give_code(visitor, phone.code())
    assert_is(visitor, "home")


def test_a_change_that_shuts_out_the_administrators_is_refused_with_its_rules(desk: Page, ada: User) -> None:
    desk.goto(f"{POLICY}profile/{ada.profile.pk}/change/")
    desk.get_by_label("Login IP ranges").fill("192.0.2.0/24")
    save(desk)
    refused = desk.locator(".errorlist.nonfield")
    expect(refused).to_contain_text("This would shut you out, so nothing was saved.")
    expect(refused.locator(".trace-rules")).to_contain_text("The address lies in the profile's IP ranges")
    expect(desk.get_by_label("Login IP ranges")).to_have_value("192.0.2.0/24")
    assert_sound(desk)


@in_every_way
def test_a_moved_method_challenges_a_running_session(desk: Page, bob: User, new_page: NewPage, browsing: Browsing) -> None:
    move("password", "high_assurance")
    visitor = new_page()
    arrive(visitor, bob)
    visitor.goto("/reports/")
    assert_is(visitor, "reports")
    desk.goto(f"{POLICY}methodlevel/")
    skip_to_content(desk)
    tab_to(desk, desk.get_by_role("button", name="Move Password to Standard"))
    desk.keyboard.press("Enter")
    assert_is(desk, "session-settings-preview")
    expect(desk.get_by_role("row", name="Sales 0 1")).to_be_visible()
    assert_sound(desk)
    assert_fits(desk)
    skip_to_content(desk)
    tab_to(desk, desk.get_by_role("button", name="Save"))
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("Moved Password to Standard.")
    visitor.wait_for_timeout(IN_FORCE)
    visitor.goto("/reports/")
    assert_is(visitor, "step-up")


def test_somebodys_session_ends_at_once(desk: Page, bob: User, new_page: NewPage) -> None:
    visitor = new_page()
    arrive(visitor, bob)
    visitor.goto("/security/")
    assert_is(visitor, "security")
    desk.goto(f"{POLICY}usersession/")
    desk.get_by_role("checkbox", name="Select the session of bob").check()
    desk.get_by_label("Action:").select_option(label="End the selected sessions")
    desk.get_by_role("button", name="Go").click()
    expect(desk.get_by_role("status")).to_contain_text("1 session was ended.")
    visitor.reload()
    assert_is(visitor, "login")


def test_hours_ranges_and_networks_refuse_with_their_words(desk: Page, bob: User, new_page: NewPage) -> None:
    visitor, sales = new_page(), f"{POLICY}profile/{bob.profile.pk}/change/"
    tomorrow = WEEKDAYS_ABBR[(timezone.now() + timedelta(days=2)).weekday()]
    desk.goto(sales)
    desk.get_by_role("textbox", name="Login hours").fill(f"{tomorrow} 08:00-18:00")
    save(desk)
    expect(desk.get_by_role("status")).to_contain_text("to sign in they need to come within the login hours")
    visitor.wait_for_timeout(IN_FORCE)
    sign_in_at(visitor, bob)
    expect(visitor.get_by_text("People with the profile Sales cannot sign in at this hour.")).to_be_visible()

    desk.goto(sales)
    desk.get_by_role("textbox", name="Login hours").fill("")
    desk.get_by_label("Login IP ranges").fill("192.0.2.0/24")
    save(desk)
    expect(desk.get_by_text("People with the profile Sales may sign in at any hour.")).to_be_visible()
    save(desk, reason="They travel", confirmed=True)
    expect(desk.get_by_role("status")).to_contain_text("from the profile's networks")
    visitor.wait_for_timeout(IN_FORCE)
    sign_in_at(visitor, bob)
    expect(visitor.get_by_text("People with the profile Sales cannot sign in from this network.")).to_be_visible()

    carol = person("carol")
    desk.goto(f"{POLICY}trustednetwork/{TrustedNetwork.objects.get().pk}/delete/")
    desk.get_by_role("button", name="Delete").click()
    visitor.wait_for_timeout(IN_FORCE)
    sign_in_at(visitor, carol)
    assert_is(visitor, "activate")
    expect(visitor.get_by_text("We do not know this browser yet.")).to_be_visible()


def test_a_change_is_taken_back(desk: Page, bob: User) -> None:
    desk.goto(f"{POLICY}profile/{bob.profile.pk}/change/")
    desk.get_by_label("Session security level required at login").select_option(label="High Assurance")
    save(desk)
    desk.goto(f"{POLICY}policyrevision/")
    desk.locator("#result_list tbody th a").first.click()
    desk.get_by_role("link", name="Revert").click()
    assert_is(desk, "revert-revision")
    expect(desk.get_by_role("row", name="Session security level required at login High Assurance None")).to_be_visible()
    desk.get_by_label("Reason").fill("Too early")
    desk.get_by_role("checkbox", name="I understand").check()
    desk.get_by_role("button", name="Revert").click()
    expect(desk.get_by_role("status")).to_contain_text("was taken back")
    bob.profile.refresh_from_db()
    assert bob.profile.required_level == "none"


def sound_in_both_themes(page: Page, name: str) -> None:
    """Assert that the page is sound in both themes and fits a phone."""
    assert_is(page, name)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert_sound(page)
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_the_pages_of_policies_are_sound(desk: Page, bob: User) -> None:
    rule("networks", "block")
    permission_set(bob, two_factor_ui=True)
    desk.goto(f"{POLICY}policyrevision/")
    desk.locator("#result_list tbody th a").first.click()
    sound_in_both_themes(desk, "admin-policyrevision")
    desk.get_by_role("link", name="Revert").click()
    sound_in_both_themes(desk, "revert-revision")
    desk.goto(f"{POLICY}methodlevel/?move=password:high_assurance")
    save(desk)
    expect(desk.get_by_text("Tick the box to confirm")).to_be_visible()
    sound_in_both_themes(desk, "session-settings-preview")
    desk.goto(f"{POLICY}methodlevel/?move=authenticator_app:standard")
    sound_in_both_themes(desk, "session-settings-preview")
    desk.goto(f"{POLICY}resourcepolicy/add/?key=reports")
    desk.get_by_label("Action").select_option(label="Allow")
    save(desk)
    expect(desk.get_by_text("opens without a High Assurance session")).to_be_visible()
    sound_in_both_themes(desk, "admin-resourcepolicy")
    RememberedBrowser.objects.create(
        user=bob, digest="d" * 64, expires=timezone.now() + timedelta(days=1), user_agent="Firefox"
    )
    desk.goto("/admin/accounts/rememberedbrowser/")
    sound_in_both_themes(desk, "admin-rememberedbrowser")


@in_every_way
def test_the_help_desk_gives_a_code(desk: Page, bob: User, browsing: Browsing) -> None:
    desk.goto("/admin/accounts/temporarycode/")
    desk.get_by_label("Username, name or e-mail address").fill("bob")
    desk.keyboard.press("Enter")
    if browsing is DESKTOP:
        sound_in_both_themes(desk, "help-desk")
    desk.get_by_role("link", name="bob").click()
    assert_is(desk, "help-person")
    desk.get_by_role("button", name="Issue a code").click()
    expect(desk.get_by_role("region", name="Temporary code")).to_contain_text("This field is required.")
    if browsing is DESKTOP:
        sound_in_both_themes(desk, "help-person")
    desk.get_by_role("region", name="Temporary code").get_by_label("Reason").fill("Lost his phone")
    desk.keyboard.press("Enter")
    assert_is(desk, "temporary-code")
    if browsing is DESKTOP:
        sound_in_both_themes(desk, "temporary-code")
    expect(desk.locator("output")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    assert_fits(desk)
    desk.get_by_role("link", name="Back to the person").click()
    expect(desk.get_by_text("A code works until")).to_be_visible()
