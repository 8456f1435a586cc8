"""An app's life in a real browser: made, its secret seen once and rotated, its key uploaded, its policy raised."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from oauth.models import ConnectedApp
from tests.accounts.people import give_authenticator, person, profile, robot, sign_in
from tests.admin.test_in_a_browser import assert_sound
from tests.browser import PHONE, assert_fits, in_every_way
from tests.browser_pages.visits import arrive, assert_is
from tests.oauth.test_app_keys import certificate
from tests.oauth.world import app, call, token_request, tokens

pytestmark = pytest.mark.django_db(transaction=True)
APPS = "/admin/oauth/connectedapp/"


@pytest.fixture
def ada(db: None) -> User:
    """The administrator, in the database that the running site sees."""
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


def assert_sound_everywhere(page: Page) -> None:
    """Assert that the page is accessible in both themes, and fits a phone."""
    size: Any = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert_sound(page)
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert_fits(page)
    page.set_viewport_size(size)


@in_every_way
def test_an_app_is_made_its_secret_seen_once_and_rotated(page: Page, ada: User) -> None:
    runner = robot("runner")
    arrive(page, ada, give_authenticator(ada))
    page.goto(f"{APPS}add/")
    page.get_by_role("textbox", name="Name:").fill("Invoices")
    page.get_by_label("Client type").select_option("confidential")
    page.get_by_role("textbox", name="Redirect URIs:", exact=True).fill("https://client.example/cb")
    page.get_by_role("checkbox", name="Client credentials").check()
    page.get_by_label("Run as").fill(str(runner.pk))
    page.get_by_role("button", name="Save", exact=True).click()
    assert_is(page, "admin-connectedapp")
    first = page.locator("#client-secret").inner_text()
    page.get_by_role("link", name="I have it, go on").click()
    expect(page.get_by_text("Nobody can read it again")).to_be_visible()
    assert first not in page.content()
    page.get_by_role("link", name="Rotate it").click()
    assert_is(page, "rotate-secret")
    page.get_by_label("The old secret works for another").select_option("24")
    page.get_by_role("button", name="Rotate and show the new secret").click()
    second = page.locator("#client-secret").inner_text()
    expect(page.get_by_text("The old one works until")).to_be_visible()
    made = ConnectedApp.objects.get(name="Invoices")
    made.shown_secret = first
    for secret in (first, second):
        assert token_request(made, "client_credentials", client_secret=secret).status_code == 200
    page.get_by_role("link", name="I have it, go on").click()
    page.get_by_role("link", name="Rotate it").click()
    page.get_by_role("button", name="End the old secret now").click()
    expect(page.get_by_text("The old secret does not work any more.")).to_be_visible()
    assert token_request(made, "client_credentials", client_secret=first).status_code == 401
    assert token_request(made, "client_credentials", client_secret=second).status_code == 200


def test_raising_an_app_shows_its_tokens_first_and_revokes_them(page: Page, ada: User) -> None:
    web, browser = app(), Client()
    sign_in(browser, person("alice"))
    token = tokens(browser, web)["access_token"]
    arrive(page, ada, give_authenticator(ada))
    page.goto(f"{APPS}{web.pk}/change/")
    page.get_by_role("combobox", name="Session policy").select_option("raise")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="What happens to tokens that are in use")).to_be_visible()
    expect(page.get_by_text("2 tokens go on working")).to_be_visible()
    assert_sound_everywhere(page)
    page.get_by_role("checkbox", name="Revoke all of these tokens now").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The tokens were revoked")).to_be_visible()
    assert call("/api/v1/me/", token).status_code == 401


def test_the_pages_of_apps_and_keys_are_sound(page: Page, ada: User) -> None:
    web, browser = app(), Client()
    sign_in(browser, person("alice"))
    tokens(browser, web)
    arrive(page, ada, give_authenticator(ada))
    page.goto(f"/admin/oauth/appkey/add/?application={web.pk}")
    page.get_by_label("Label").fill("CI runner, 2026")
    pem = {"name": "ci.crt", "mimeType": "application/x-pem-file", "buffer": certificate("one").encode()}
    page.get_by_label("File").set_input_files(pem)  # type: ignore[arg-type]
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.goto("/admin/oauth/signingkey/rotate/")
    assert_is(page, "rotate-key")
    assert_sound_everywhere(page)
    page.get_by_role("button", name="Rotate now").click()
    expect(page.get_by_text("signs from now on")).to_be_visible()
    addresses = (
        f"{APPS}{web.pk}/change/",
        f"{APPS}{web.pk}/secret/",
        f"{APPS}end-tokens/?app={web.pk}",
        "/admin/oauth/signingkey/",
        "/admin/oauth/appkey/",
        "/admin/oauth/appkey/add/",
    )
    for address in addresses:
        page.goto(address)
        assert_sound_everywhere(page)
