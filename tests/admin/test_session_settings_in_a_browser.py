"""The two columns by keyboard: a method is proposed with Alt and an arrow, its effect is said, and a page saves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from sessions_policy import policy_book
from sessions_policy.models import MethodLevel
from tests.accounts.people import give_authenticator, person, profile
from tests.admin.test_in_a_browser import assert_sound
from tests.browser import PHONE, WITHOUT_JAVASCRIPT, assert_fits
from tests.browser_pages.visits import arrive, assert_is

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = "/admin/sessions_policy/methodlevel/"


@pytest.fixture
def ada(db: None) -> User:
    policy_book.refresh()
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


@pytest.fixture
def columns(page: Page, ada: User) -> Page:
    """The page of the columns, open in Ada's browser."""
    arrive(page, ada, give_authenticator(ada))
    page.goto(SETTINGS)
    return page


def test_a_method_is_moved_by_keyboard_alone(columns: Page) -> None:
    page, standard, high = columns, *(columns.get_by_role("listbox", name=name) for name in ("Standard", "High Assurance"))
    expect(standard.get_by_role("option", name="Password")).to_have_attribute("aria-selected", "true")
    standard.focus()
    page.keyboard.press("e")
    page.keyboard.press("Alt+ArrowRight")
    moved = high.get_by_role("option", name="E-mail code")
    expect(moved).to_have_attribute("aria-selected", "true")
    expect(high).to_be_focused()
    status = page.get_by_role("status").filter(has_text="Moved E-mail code to High Assurance.")
    expect(status).to_contain_text("Not saved yet. No running session changes its level.")
    assert not MethodLevel.objects.exists()
    assert_sound(page)
    page.keyboard.press("Enter")
    assert_is(page, "session-settings-preview")
    page.get_by_label("Reason").fill("We agreed on it")
    page.get_by_role("checkbox", name="I understand").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Moved E-mail code to High Assurance.")).to_be_visible()
    expect(page.get_by_text("Last change: E-mail code to High Assurance, by ada")).to_be_visible()
    assert MethodLevel.objects.get().method == "email_code"


def test_it_says_how_many_sessions_change_and_what_goes(columns: Page) -> None:
    columns.get_by_role("listbox", name="Standard").focus()
    columns.keyboard.press("Home")
    columns.keyboard.press("Alt+ArrowRight")
    status = columns.get_by_role("status").filter(has_text="Moved Password")
    expect(status).to_contain_text("Password alone gives High Assurance, without a second factor.")


@pytest.mark.parametrize("key", ["Escape", "Alt+ArrowLeft"])
def test_it_is_taken_back(columns: Page, key: str) -> None:
    standard = columns.get_by_role("listbox", name="Standard")
    standard.focus()
    columns.keyboard.press("Alt+ArrowRight")
    expect(columns.get_by_role("link", name="Review and save")).to_be_visible()
    columns.keyboard.press(key)
    expect(standard.get_by_role("option", name="Password")).to_have_attribute("aria-selected", "true")
    expect(standard).to_be_focused()
    expect(columns.get_by_role("link", name="Review and save")).to_be_hidden()
    expect(columns.get_by_text("Taken back. Nothing was changed.")).to_be_visible()
    expect(columns.get_by_role("button", name="Move Password to High Assurance")).to_be_visible()


def test_what_would_shut_out_goes_back_by_itself(columns: Page) -> None:
    high = columns.get_by_role("listbox", name="High Assurance")
    high.focus()
    columns.keyboard.press("ArrowDown")
    columns.keyboard.press("Home")
    expect(high.get_by_role("option", name="Authenticator app")).to_have_attribute("aria-selected", "true")
    columns.keyboard.press("Alt+ArrowLeft")
    expect(columns.get_by_text("This would shut you out, so nothing was saved.")).to_be_visible()
    expect(high.get_by_role("option", name="Authenticator app")).to_be_visible()
    assert not MethodLevel.objects.exists()


def test_a_second_proposal_takes_the_first_back(columns: Page) -> None:
    standard, high = (columns.get_by_role("listbox", name=name) for name in ("Standard", "High Assurance"))
    for name in ("Password", "Delegated authentication"):
        standard.focus()
        columns.keyboard.press("Home")
        columns.keyboard.press("Alt+ArrowRight")
        expect(high.get_by_role("option", name=name, exact=False).first).to_be_visible()
    expect(standard.get_by_role("option").first).to_contain_text("Password")
    expect(columns.get_by_role("link", name="Review and save")).to_have_count(1)


def test_the_columns_fit_a_phone_and_both_themes(columns: Page) -> None:
    for scheme in ("light", "dark"):
        columns.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        columns.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
        assert_fits(columns)
        assert_sound(columns)
    expect(columns.get_by_role("button", name="Move Password to High Assurance")).to_be_visible()


@pytest.mark.parametrize("browsing", [WITHOUT_JAVASCRIPT], ids=str)
def test_without_script_the_buttons_are_all_there_is(columns: Page) -> None:
    assert columns.get_by_role("listbox").count() == 0
    assert columns.get_by_text("By keyboard:").is_hidden()
    columns.get_by_role("button", name="Move Password to High Assurance").click()
    assert_is(columns, "session-settings-preview")
