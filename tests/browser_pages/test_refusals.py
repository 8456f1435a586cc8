"""Refusals: each says why, what now, and a reference that finds its row."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sessions_policy.models import DecisionRecord
from tests.accounts.people import give_authenticator, person, profile, rule
from tests.browser_pages.visits import arrive, assert_is, sign_in_at

pytestmark = pytest.mark.django_db(transaction=True)


def assert_refused(page: Page, why: str, what_now: str, reason: str) -> None:
    assert_is(page, "refused")
    expect(page.locator("main")).to_contain_text(why)
    expect(page.locator("main")).to_contain_text(what_now)
    reference = page.locator("main .reference").first.inner_text()
    assert DecisionRecord.objects.get(reference=reference).reason == reason


def test_outside_the_login_hours(page: Page) -> None:
    another_day = str((timezone.now().weekday() + 3) % 7)
    alice = person("alice", profile("Day", login_hours={another_day: ["08:00", "11:00"]}))
    sign_in_at(page, alice)
    assert_refused(
        page,
        "People with the profile Day cannot sign in at this hour.",
        "Come back during your login hours, or ask your administrator.",
        "hours.outside",
    )
    # Beside it: the way back to the answer of a form would ask to send the form again.
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Why?").click()
    assert_is(opening.value, "why")
    expect(opening.value.locator("main")).to_contain_text("hours.outside")
    page.goto("/security/")
    assert_is(page, "login")


def test_outside_the_ip_ranges(page: Page) -> None:
    alice = person("alice", profile("Office", ip_ranges="192.0.2.0/24"))
    sign_in_at(page, alice)
    assert_refused(
        page,
        "People with the profile Office cannot sign in from this network.",
        "Connect from a network of your organisation, or ask your administrator.",
        "network.outside_ranges",
    )
    page.goto("/security/")
    assert_is(page, "login")


def test_a_blocked_resource(page: Page) -> None:
    alice = person("alice")
    give_authenticator(alice)
    rule("reports", "block")
    arrive(page, alice)
    page.goto("/reports/")
    assert_refused(
        page,
        "Reports is open to High Assurance sessions only, and this cannot be unlocked from here.",
        "Sign out and sign in again with your second factor, or ask your administrator.",
        "resource.blocked",
    )
    expect(page.locator("main .levels")).to_have_text(re.compile(r"You have\s*Standard"))
    page.get_by_role("link", name="Why?").click()
    assert_is(page, "why")
    page.go_back()
    page.get_by_role("link", name="Go to the home page").click()
    assert_is(page, "home")
    expect(page.locator("main")).to_contain_text("Needs more than this session has proven so far.")


def test_a_frozen_account(page: Page) -> None:
    alice = person("alice", is_frozen=True)
    sign_in_at(page, alice)
    assert_refused(
        page,
        "This account is frozen.",
        "Ask your administrator and give them the reference on this page.",
        "account.frozen",
    )
