"""The pages of impact, grid, dashboard and reports: sound in both themes, and fit for a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from sessions_policy.models import Profile
from tests.admin.test_in_a_browser import assert_sound
from tests.authsite.demo_organisation import Demo
from tests.browser import PHONE, assert_fits
from tests.browser_pages.visits import assert_is

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> Demo:
    return Demo(settings, tmp_path)


def sign_in(page: Page, demo: Demo, username: str, target: str = "/") -> None:
    page.goto(f"/login/?next={target}")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(demo.users[username]["password"])
    page.get_by_role("button", name="Sign in").click()
    if page.locator("main").get_attribute("data-page") == "verify":
        page.get_by_label("6-digit code").fill(demo.code(username))
        page.get_by_role("button", name="Continue").click()


def require_high_assurance(page: Page) -> None:
    """Choose High Assurance for the Standard User, and try it."""
    profile = Profile.objects.get(name="Standard User")
    page.goto(f"/admin/sessions_policy/profile/{profile.pk}/change/")
    page.get_by_label("Session security level required at login").select_option("High Assurance")
    page.get_by_role("button", name="Preview impact").click()


def test_pages_of_the_impact_are_sound_and_fit_a_phone(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "admin", "/admin/")
    require_high_assurance(page)
    page.get_by_role("link", name="This result on a page of its own").click()
    assert_is(page, "impact")
    result = page.url
    for address, name in {
        result: "impact",
        result.replace("/change/", "/mail/"): "impact-mail",
        "/admin/oauth/connectedapp/grid/": "grant-grid",
        "/admin/": "admin",
        "/reports/": "reports",
    }.items():
        page.goto(address)
        assert_is(page, name)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert_sound(page)
        size: Any = page.viewport_size
        page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
        assert_fits(page)
        page.set_viewport_size(size)
