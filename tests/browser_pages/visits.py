"""What a person does on the site: give a name and a password, read a key off a page, type a code, press Tab."""

from __future__ import annotations

from typing import Any

import pyotp
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tests.accounts.people import PASSWORD, Authenticator, sign_in
from tests.browser import PHONE, assert_fits

SITE = " · authsite"
# Off unless it is asked for, though WCAG 2.2 AA has it (2.5.8).
AUDIT = {"rules": {"target-size": {"enabled": True}}}
# What depends on the theme.
AUDIT_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
MOST_TABS = 40


def assert_is(page: Page, name: str) -> None:
    """Assert that ``page`` shows the page of that name."""
    expect(page.locator("main")).to_have_attribute("data-page", name)


def assert_sound(page: Page, name: str) -> None:
    """Assert what holds for every page: a title, one heading, WCAG 2.2 AA in both themes, no sideways scrolling at 320 px."""
    assert_is(page, name)
    title = page.title().removesuffix(SITE)
    assert len(title) > 3, page.title()
    assert title != page.title()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.emulate_media(color_scheme="light")
    _audit(page, AUDIT)
    page.emulate_media(color_scheme="dark")
    _audit(page, AUDIT_OF_COLOURS)
    size: Any = page.viewport_size
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert_fits(page)
    page.set_viewport_size(size)


def _audit(page: Page, options: dict[str, Any]) -> None:
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"


def give_password(page: Page, user: User, password: str = PASSWORD) -> None:
    """Send the login form, which ``page`` shows."""
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in_at(page: Page, user: User, path: str = "/login/") -> None:
    """Open ``path`` as a visitor and give name and password."""
    page.goto(path)
    assert_is(page, "login")
    give_password(page, user)


def give_code(page: Page, code: str) -> None:
    """Type ``code`` into the form of a challenge and send it."""
    page.get_by_label("6-digit code").fill(code)
    page.get_by_role("button", name="Continue").click()


def authenticator_on(page: Page) -> Authenticator:
    """Open the link of an enrolment page in an authenticator app."""
    uri = page.get_by_role("link", name="Open in your app").get_attribute("href")
    read = pyotp.parse_uri(uri or "")
    assert isinstance(read, pyotp.TOTP)
    return Authenticator(read.secret)


def wrong(code: str) -> str:
    """Return six digits that are not ``code``."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def arrive(page: Page, user: User, authenticator: Authenticator | None = None) -> None:
    """Let the browser of ``page`` have a session of ``user``, for tests in which the login is not the subject."""
    client = Client()
    sign_in(client, user, authenticator)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}])


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus, and assert that one sees it."""
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            outline = target.evaluate("element => getComputedStyle(element).outline")
            assert "3px" in outline, outline
            return
    raise AssertionError(f"{MOST_TABS} times Tab did not lead to {target}")
