"""The pages of developers in a browser: the step-up lesson by clicks, and the reference on a small screen."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from tests.accounts.people import give_authenticator, person
from tests.browser import assert_accessible, assert_fits
from tests.browser_pages.visits import arrive
from tests.oauth.world import app

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_step_up_lesson_by_clicks(page: Page) -> None:
    alice = person("alice")
    phone = give_authenticator(alice)
    arrive(page, alice)
    page.goto("/developers/playground/")
    page.get_by_role("button", name="Make the request").click()
    page.get_by_role("link", name="Go").click()
    page.locator("button[name=allow]").click()
    page.get_by_role("button", name="Exchange").click()
    assert "HTTP/1.1 200" in page.locator(".play-raw").inner_text()
    page.get_by_role("button", name="Read the reports").click()
    assert "insufficient_user_authentication" in page.locator(".play-raw").inner_text()
    page.get_by_role("button", name="Ask with this level").click()
    page.get_by_role("link", name="Go").click()
    page.fill("[name=code]", phone.code())
    page.press("[name=code]", "Enter")
    if page.locator("button[name=allow]").count():
        page.locator("button[name=allow]").click()
    page.get_by_role("button", name="Exchange").click()
    page.get_by_role("button", name="Read the reports").click()
    assert "HTTP/1.1 200" in page.locator(".play-raw").inner_text()
    shot(page, "playground")


def test_the_reference_and_an_app_fit_a_small_screen(page: Page) -> None:
    alice, made = person("alice"), app(session_policy="raise")
    made.approvals.create(user=alice, scope="api", last_at="2026-01-01T00:00:00Z")
    arrive(page, alice)
    for path in ("", "api/", f"apps/{made.pk}/", "playground/"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/developers/{path}")
            assert_fits(page)
            shot(page, f"{path.replace('/', '-')}{width}")
        assert_accessible(page)


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=False)
