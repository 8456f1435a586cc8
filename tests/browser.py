"""A real browser for the tests: Debian's Chromium, driven by Playwright, watched for errors and policy violations."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, because root has none in a container; without whatever would talk to the world by itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
TIMEOUT_IN_MS = 10_000


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def is_required() -> bool:
    """Whether a missing browser is a failure (``REQUIRE_BROWSER=1``, as in CI)."""
    return os.environ.get("REQUIRE_BROWSER") == "1"


@dataclass(frozen=True, slots=True)
class Browsing:
    """How a person looks at the site."""

    name: str
    width: int = 1280
    height: int = 800
    javascript: bool = True
    dark: bool = False

    def __str__(self) -> str:
        return self.name


DESKTOP = Browsing("desktop")
PHONE = Browsing("phone", width=320, height=640)
DARK = Browsing("dark", dark=True)
WITHOUT_JAVASCRIPT = Browsing("without-javascript", javascript=False)

# Mark a test with it to have it run in each way; ``page`` is then opened so.
in_every_way = pytest.mark.parametrize("browsing", [DESKTOP, PHONE, WITHOUT_JAVASCRIPT], ids=str)


@dataclass
class Watch:
    """What went wrong on a page: errors on its console (policy violations are among them), errors in scripts, strangers."""

    problems: list[str] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)

    def over(self, page: Page) -> Page:
        """Watch ``page`` from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 403 or 429 is logged like a file that could not be loaded, and is no problem.
        is_answer = "Failed to load resource" in message.text and message.location["url"] in self.documents
        if message.type == "error" and not is_answer:
            self.problems.append(f"console: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname not in ("localhost", "127.0.0.1"):
            self.problems.append(f"request to another machine: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.documents.add(response.url)


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    path = find_chromium()
    if path is None:
        pytest.fail("There is no Chromium on this machine. On Debian: apt-get install chromium")
    # Playwright keeps an event loop in this thread. Django would then refuse its ORM for the rest of the process, and it
    # counts as another context, with connections of its own: those of before and after are closed, not left behind.
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
        connections.close_all()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running site, which it also takes for its own."""
    settings.BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ISS_ENDPOINT": live_server.url}
    return str(live_server.url)


@pytest.fixture
def browsing() -> Browsing:
    """How ``page`` is looked at; parametrise a test with ``browsing`` to change it."""
    return DESKTOP


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of a new browser profile; the test fails in the end if one had a problem."""
    contexts, watch = [], Watch()

    def open_page(way: Browsing = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": way.width, "height": way.height},
            java_script_enabled=way.javascript,
            color_scheme="dark" if way.dark else "light",
            **options,
        )
        context.set_default_timeout(TIMEOUT_IN_MS)
        contexts.append(context)
        return watch.over(context.new_page())

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def page(new_page: Callable[..., Page], browsing: Browsing) -> Page:
    """Return a page of a new browser profile."""
    return new_page(browsing)


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing to complain about on ``page``."""
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        return _audit(page)
    # Without JavaScript timers stand still, and axe with them: it is shown a copy of the page, in a profile that has it.
    assert page.context.browser is not None
    context = page.context.browser.new_context(viewport=page.viewport_size)
    copy, content = context.new_page(), page.content()
    copy.route(page.url, lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8"))
    copy.goto(page.url)
    try:
        return _audit(copy)
    finally:
        context.close()


def _audit(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def assert_fits(page: Page) -> None:
    """Assert that ``page`` does not scroll sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"], f"{page.url} is {width} pixels wide"
