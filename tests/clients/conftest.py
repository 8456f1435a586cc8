"""What the tests of real clients share: the served demo organisation, and a person with a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser_pages.visits import assert_is
from tests.clients.demo_site import CALLBACK, DemoSite, DemoUser, served


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo organisation, served once for all clients."""
    with served(tmp_path_factory.mktemp("demo")) as site:
        yield site


class Person:
    """Somebody with a browser of their own, who follows the addresses that a client sends them to."""

    def __init__(self, page: Page, user: DemoUser) -> None:
        self.page, self.user = page, user

    def goes_to(self, address: str) -> None:
        """Open ``address`` and give the password."""
        self.page.goto(address)
        self.signs_in()

    def signs_in(self) -> None:
        """Give name and password on the login page."""
        assert_is(self.page, "login")
        self.page.get_by_label("Username").fill(self.user.username)
        self.page.get_by_label("Password", exact=True).fill(self.user.password)
        self.page.get_by_role("button", name="Sign in").click()

    def confirms(self) -> None:
        """Give a code where more than a password is asked for."""
        self.page.get_by_label("6-digit code").fill(self.user.code())
        self.page.get_by_role("button", name="Confirm and continue").or_(
            self.page.get_by_role("button", name="Continue")
        ).first.click()

    def presses(self, button: str) -> None:
        """Answer the consent page."""
        assert_is(self.page, "consent")
        self.page.get_by_role("button", name=button, exact=True).click()

    def comes_back(self) -> str:
        """Return the address at which the browser arrived at the client."""
        self.page.wait_for_url(CALLBACK + "**")
        return self.page.url


@pytest.fixture
def person(browser: Browser, demo: DemoSite) -> Iterator[Callable[[str], Person]]:
    """Return a function that gives somebody of the demo organisation a new browser."""
    contexts: list[Any] = []

    def answer(route: Route) -> None:
        route.fulfill(body="<!doctype html><html lang=en><title>Client</title><h1>Client</h1>", content_type="text/html")

    def with_a_browser(username: str) -> Person:
        context = browser.new_context(base_url=demo.url)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.route(CALLBACK + "**", answer)
        return Person(page, demo.users[username])

    yield with_a_browser
    for context in contexts:
        context.close()


def code_in(address: str) -> str:
    """Return the code that ``address`` carries."""
    return parse_qs(urlsplit(address).query)["code"][0]
