"""What the tests rely on, tested: the network is off, and the browser's watch sees what is wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import DESKTOP, PHONE, WITHOUT_JAVASCRIPT, Browsing, Watch, assert_accessible, assert_fits, in_every_way
from tests.network import NetworkIsOff


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_other_machines_are_out_of_reach(address: tuple[str, int]) -> None:
    with socket.socket() as outward, pytest.raises(NetworkIsOff):
        outward.connect(address)


@pytest.fixture
def watched(browser: Browser, site: str, settings: Any, browsing: Browsing) -> Iterator[tuple[Page, Watch]]:
    settings.ROOT_URLCONF = "tests.authsite.misbehaving_urls"
    watch = Watch()
    context = browser.new_context(base_url=site, java_script_enabled=browsing.javascript)
    yield watch.over(context.new_page()), watch
    context.close()


@pytest.mark.parametrize("browsing", [DESKTOP, WITHOUT_JAVASCRIPT], ids=str)
def test_the_watch_sees_a_violation_of_the_policy(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.goto("/inline")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in problem for problem in watch.problems), watch.problems


def test_the_watch_sees_an_error_in_a_script(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.goto("/healthz")
    page.evaluate("setTimeout(() => { throw new Error('boom') })")
    page.wait_for_timeout(100)
    assert any("boom" in problem for problem in watch.problems)


def test_the_watch_takes_a_refusal_for_an_answer(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    response = page.goto("/forbid")
    assert response is not None
    assert response.status == 403
    assert not watch.problems


@in_every_way
def test_the_login_page_opens_in_every_way(page: Page, browsing: Browsing) -> None:
    page.goto("/login/")
    assert page.locator("main").get_attribute("data-page") == "login"
    assert page.viewport_size == {"width": browsing.width, "height": browsing.height}
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("browsing", [DESKTOP, WITHOUT_JAVASCRIPT], ids=str)
def test_a_page_that_is_not_accessible_is_noticed(watched: tuple[Page, Watch]) -> None:
    page, _watch = watched
    page.goto("/inline")
    with pytest.raises(AssertionError, match="html-has-lang"):
        assert_accessible(page)


def test_a_page_that_is_too_wide_is_noticed(watched: tuple[Page, Watch]) -> None:
    page, _watch = watched
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    page.set_content("<p>" + "x" * 500)
    with pytest.raises(AssertionError, match="pixels wide"):
        assert_fits(page)
