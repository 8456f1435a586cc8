"""Every page that a person can meet: one title, one heading, WCAG 2.2 AA in both themes, nothing too wide at 320 px."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from accounts import throttle
from accounts.devices import recovery_code
from oauth.models import Approval
from sessions_policy import policy_book
from sessions_policy.models import TrustedNetwork
from tests.accounts.people import assured_profile, give_authenticator, person, profile, rule, sign_in
from tests.browser_pages.visits import arrive, assert_sound, authenticator_on, give_code, give_password, sign_in_at, wrong
from tests.oauth import world

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_of_visitors(page: Page) -> None:
    for path, name in [
        ("/", "home"),
        ("/login/?next=/reports/", "login"),
        ("/docs/why/level.profile/", "why"),
        ("/no/such/page", "error-404"),
    ]:
        page.goto(path)
        assert_sound(page, name)


def test_pages_of_a_login(page: Page) -> None:
    alice = person("alice", assured_profile())
    phone = give_authenticator(alice)
    recovery_code.generate(alice)
    page.goto("/login/")
    give_password(page, alice, "not it")
    assert_sound(page, "login")
    give_password(page, alice)
    assert_sound(page, "verify")
    for _try in range(6):
        throttle.take(throttle.CODES, alice.pk)
    give_code(page, wrong(phone.code()))
    assert_sound(page, "verify")
    page.get_by_role("link", name="Use another way: Recovery code").click()
    assert_sound(page, "verify")
    for _try in range(3):
        throttle.take(throttle.CODES, alice.pk)
    page.get_by_label("Recovery code", exact=True).fill("0000-0000-0000-0000")
    page.get_by_role("button", name="Continue").click()
    assert_sound(page, "verify")


def test_pages_of_an_enrolment(page: Page) -> None:
    until = timezone.now().date() + dt.timedelta(days=9)
    nina = person("nina", profile("Assured User", required_level="high_assurance", grace_until=until))
    sign_in_at(page, nina)
    for summary in page.locator("summary").all():
        summary.click()
    assert_sound(page, "enrol")
    page.get_by_label("Enter the code it shows").fill("12")
    page.get_by_role("button", name="Confirm").click()
    assert_sound(page, "enrol")
    page.get_by_label("Enter the code it shows").fill(authenticator_on(page).code())
    page.get_by_role("button", name="Confirm").click()
    assert_sound(page, "recovery-codes")
    page.get_by_role("button", name="Finish").click()
    assert_sound(page, "recovery-codes")
    page.goto("/login/recovery-codes/")
    assert_sound(page, "recovery-codes")


def test_pages_of_an_unknown_browser(page: Page) -> None:
    alice = person("alice")
    TrustedNetwork.objects.all().delete()
    policy_book.refresh()
    sign_in_at(page, alice)
    assert_sound(page, "activate")
    give_code(page, "000000")
    assert_sound(page, "activate")


def test_pages_of_a_session(page: Page) -> None:
    alice = person("alice", assured_profile())
    phone = give_authenticator(alice)
    arrive(page, alice, phone)
    for path, name in [
        ("/", "home"),
        ("/login/", "signed-in"),
        ("/security/", "security"),
        ("/security/authenticator/add/", "enrol"),
        (f"/security/authenticator/{alice.authenticators.get().pk}/remove/", "remove-device"),
        ("/security/recovery-codes/", "recovery-codes"),
        ("/security/password/", "change-password"),
        ("/reports/", "reports"),
    ]:
        page.goto(path)
        assert_sound(page, name)
    page.goto("/security/password/")
    page.get_by_role("button", name="Change password").click()
    assert_sound(page, "change-password")


def test_pages_of_connected_apps(page: Page) -> None:
    alice = person("alice")
    arrive(page, alice)
    client_app = world.app()
    Approval.remember(alice, client_app, ["api", "refresh_token"])
    for path, name in [
        (world.authorize_url(client_app, scope="openid profile api refresh_token"), "consent"),
        ("/security/connected-apps/", "connected-apps"),
        (world.authorize_url(client_app, prompt="select_account"), "consent"),
        ("/oauth/authorize/?client_id=nobody", "oauth-error"),
        (f"/oauth/end-session/?client_id={client_app.client_id}", "end-session"),
        ("/docs/why/oauth/invalid_grant/", "why-oauth"),
        ("/secur/frontdoor.jsp?sid=x", "oauth-error"),
    ]:
        page.goto(path)
        assert_sound(page, name)


def test_pages_of_a_token_of_somebody_else(page: Page) -> None:
    first, client_app = Client(), world.app(skip_authorization=True)
    sign_in(first, person("bob"))
    token = world.tokens(first, client_app, scope="web")["access_token"]
    arrive(page, person("alice"))
    answer = Client().post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {token}"})
    page.goto(answer.json()["frontdoor_uri"])
    assert_sound(page, "other-account")


def test_pages_of_a_step_up(page: Page) -> None:
    alice = person("alice")
    arrive(page, alice)
    page.goto("/reports/")
    assert_sound(page, "step-up")
    phone = give_authenticator(alice)
    page.reload()
    page.get_by_label("6-digit code").fill(wrong(phone.code()))
    page.get_by_role("button", name="Confirm and continue").click()
    assert_sound(page, "step-up")
    for _try in range(9):
        throttle.take(throttle.CODES, alice.pk)
    page.get_by_label("6-digit code").fill(wrong(phone.code()))
    page.get_by_role("button", name="Confirm and continue").click()
    assert_sound(page, "step-up")


def test_pages_of_a_refusal(page: Page) -> None:
    rule("reports", "block")
    alice = person("alice")
    give_authenticator(alice)
    arrive(page, alice)
    page.goto("/reports/")
    assert_sound(page, "refused")


def test_pages_of_errors(page: Page, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.authsite.misbehaving_urls"
    for path, name in [("/forbid", "error-403"), ("/suspect", "error-400"), ("/fail", "error-500")]:
        page.goto(path)
        assert_sound(page, name)
    page.goto("/login/")
    page.context.clear_cookies()
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password", exact=True).fill("any")
    page.get_by_role("button", name="Sign in").click()
    assert_sound(page, "error-csrf")
