"""Signing in with a password and a code, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts import throttle
from accounts.models import User
from tests.accounts.people import PASSWORD, Authenticator, assured_profile, give_authenticator, person
from tests.browser import assert_fits, in_every_way
from tests.browser_pages.visits import arrive, assert_is, give_code, give_password, sign_in_at, tab_to, wrong

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    return person("alice", assured_profile())


@pytest.fixture
def phone(alice: User) -> Authenticator:
    return give_authenticator(alice)


@in_every_way
def test_alice_gives_her_password_and_her_code(page: Page, alice: User, phone: Authenticator) -> None:
    page.goto("/security/")
    assert_is(page, "login")
    assert_fits(page)
    give_password(page, alice)
    assert_is(page, "verify")
    assert_fits(page)
    expect(page.locator("main")).to_contain_text("Your profile Assured User needs a High Assurance session.")
    expect(page.locator("main")).to_contain_text("Reference")
    give_code(page, phone.code())
    assert_is(page, "security")
    assert_fits(page)
    expect(page.locator(".site-session")).to_contain_text("High Assurance")


def test_by_keyboard_alone(page: Page, alice: User, phone: Authenticator) -> None:
    page.goto("/login/")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type(alice.username)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    tab_to(page, page.get_by_role("button", name="Sign in"))
    page.keyboard.press("Enter")
    assert_is(page, "verify")
    expect(page.get_by_label("6-digit code")).to_be_focused()
    page.keyboard.type(phone.code())
    tab_to(page, page.get_by_role("button", name="Continue"))
    page.keyboard.press("Enter")
    assert_is(page, "home")


def test_the_first_tab_skips_to_the_main_content(page: Page) -> None:
    page.goto("/login/")
    tab_to(page, page.get_by_role("link", name="Skip to the main content"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_wrong_password_keeps_the_name_and_says_nothing_more(page: Page, alice: User) -> None:
    page.goto("/login/")
    for tried in range(3):
        give_password(page, alice, f"guess {tried}")
        expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Your username or password is not correct.")
    expect(page).to_have_title("Error: Sign in · authsite")
    expect(page.get_by_label("Username")).to_have_value(alice.username)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    expect(page.locator("form")).to_contain_text("Forgot your password?")


def test_a_password_can_be_shown_while_it_is_typed(page: Page) -> None:
    page.goto("/login/")
    password = page.get_by_label("Password", exact=True)
    show = page.get_by_role("button", name="Show Password")
    expect(password).to_have_attribute("type", "password")
    show.click()
    expect(password).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(password).to_have_attribute("type", "password")


@pytest.mark.usefixtures("phone")
def test_what_is_no_code_is_refused_in_words(page: Page, alice: User) -> None:
    sign_in_at(page, alice)
    for sent, said in [
        ("", "Enter the 6-digit code."),
        ("12345", "Your code has 5 digits. It must be 6."),
        ("12345a", "Use digits only."),
    ]:
        give_code(page, sent)
        expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Error: Confirm it is you · authsite")
    page.get_by_role("alert").get_by_role("link").click()
    field = page.get_by_label("6-digit code")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Use digits only.")


def test_a_wrong_code_can_be_tried_again(page: Page, alice: User, phone: Authenticator) -> None:
    sign_in_at(page, alice)
    for _try in range(2):
        give_code(page, wrong(phone.code()))
        expect(page.get_by_role("alert")).to_contain_text("That code is not right. Wait for the next code and try again.")
    expect(page.locator("main")).to_contain_text("Codes depend on the clock. Our clock says")
    code = phone.code()
    give_code(page, f"{code[:3]} {code[3:]}")
    assert_is(page, "home")


def test_a_code_that_was_used_is_said_to_be(page: Page, alice: User, phone: Authenticator) -> None:
    code = phone.code()
    sign_in_at(page, alice)
    give_code(page, code)
    assert_is(page, "home")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").click()
    give_password(page, alice)
    give_code(page, code)
    expect(page.get_by_role("alert")).to_contain_text("That code was already used. Wait for the next one")
    give_code(page, phone.code(step=1))
    assert_is(page, "home")


def test_the_last_tries_are_counted_then_comes_a_pause(page: Page, alice: User, phone: Authenticator) -> None:
    for _try in range(6):
        throttle.take(throttle.CODES, alice.pk)
    sign_in_at(page, alice)
    for left in ("3 tries left, then a pause.", "2 tries left, then a pause.", "1 try left, then a pause."):
        give_code(page, wrong(phone.code()))
        expect(page.locator("main")).to_contain_text(left)
    with page.expect_response("**/login/verify/") as answer:
        give_code(page, wrong(phone.code()))
    assert (answer.value.status, answer.value.headers["retry-after"]) == (429, "3600")
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many tries")
    expect(page.locator("main")).to_contain_text("Try again at")
    expect(page.locator("main")).to_contain_text("in 60 minutes")


def test_the_right_code_does_not_end_the_pause(page: Page, alice: User, phone: Authenticator) -> None:
    sign_in_at(page, alice)
    for _try in range(10):
        throttle.take(throttle.CODES, alice.pk)
    give_code(page, phone.code())
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many tries")
    page.get_by_role("link", name="Try again").click()
    assert_is(page, "verify")


@pytest.mark.usefixtures("phone")
def test_somebody_else_can_start_again(page: Page, alice: User) -> None:
    bob = person("bob")
    sign_in_at(page, alice)
    expect(page.locator("main")).to_contain_text("Signing in as alice.")
    page.get_by_role("button", name="Not you? Start again").click()
    assert_is(page, "home")
    sign_in_at(page, bob)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, bob")


@pytest.mark.usefixtures("phone")
def test_the_middle_of_a_login_opens_nothing_else(page: Page, alice: User) -> None:
    sign_in_at(page, alice)
    for path in ("/", "/security/", "/login/", "/login/enrol/"):
        page.goto(path)
        assert_is(page, "verify")


def test_the_back_button_after_a_login_says_so(page: Page, alice: User, phone: Authenticator) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in").click()
    give_password(page, alice)
    give_code(page, phone.code())
    assert_is(page, "home")
    page.go_back()
    assert_is(page, "signed-in")
    expect(page.locator("main")).to_contain_text("You are signed in as alice.")
    page.get_by_role("link", name="Continue").click()
    assert_is(page, "home")


@in_every_way
def test_a_reload_shows_the_challenge_again(page: Page, alice: User, phone: Authenticator) -> None:
    sign_in_at(page, alice)
    assert_is(page, "verify")
    page.reload()
    assert_is(page, "verify")
    give_code(page, phone.code())
    assert_is(page, "home")


def test_a_reload_does_not_send_the_password_again(page: Page, alice: User, phone: Authenticator) -> None:
    sign_in_at(page, alice)
    page.wait_for_url("**/login/verify/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.reload()
    assert_is(page, "verify")
    page.go_back()
    assert_is(page, "verify")
    give_code(page, phone.code())
    assert_is(page, "home")
    page.go_back()
    assert_is(page, "signed-in")
    assert sent.count("POST") == 1


def test_two_tabs_go_on_from_one_password(page: Page, alice: User, phone: Authenticator) -> None:
    sign_in_at(page, alice)
    page.wait_for_url("**/login/verify/")
    other = page.context.new_page()
    other.goto(page.url.replace("/login/verify/", "/security/"))
    assert_is(other, "verify")
    give_code(other, phone.code())
    assert_is(other, "home")
    page.reload()
    assert_is(page, "signed-in")


def test_signing_out_ends_the_session(page: Page, alice: User, phone: Authenticator) -> None:
    arrive(page, alice, phone)
    page.goto("/security/")
    page.get_by_role("button", name="Sign out").click()
    assert_is(page, "home")
    page.go_back()
    assert_is(page, "login")
