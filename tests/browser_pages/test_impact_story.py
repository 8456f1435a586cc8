"""Before an administrator asks more of everybody: who must enrol, what breaks, and what would have been, without a save."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord, Profile
from tests.authsite.demo_organisation import manage
from tests.browser import assert_fits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(settings: Any, tmp_path: Path) -> dict[str, Any]:
    settings.VAR_DIR, settings.DEMO = tmp_path, True
    return {user["username"]: user for user in json.loads(manage("demo", "--json"))["users"]}


def sign_in(page: Page, person: dict[str, Any]) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(person["username"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in").click()


def test_an_administrator_reads_what_a_level_would_do_and_watches_it_first(new_page: Any, people: dict[str, Any]) -> None:
    admin: Page = new_page()
    sign_in(admin, people["admin"])
    admin.locator("input[name=code]").fill(pyotp.TOTP(people["admin"]["totp_secret"]).now())
    admin.locator("input[name=code]").press("Enter")
    expect(admin.locator("main")).to_have_attribute("data-page", "home")
    profile = Profile.objects.get(name="Standard User")
    admin.goto(f"/admin/sessions_policy/profile/{profile.pk}/change/")
    admin.locator("select[name=required_level]").select_option("high_assurance")
    admin.get_by_role("button", name="Preview impact").click()

    impact = admin.locator("#impact")
    expect(impact).to_contain_text("1 person must set up a method")
    expect(impact.locator(".impact-people").first).to_contain_text("plain")
    broken = impact.locator("tr.breaks").filter(has_text="script: Username and password")
    expect(broken).to_contain_text("Refused")
    expect(broken).to_contain_text("standard")
    assert_fits(admin)
    profile.refresh_from_db()
    assert profile.required_level == "none"

    admin.get_by_label("Reason for this change").fill("Watch before it is asked")
    admin.get_by_role("button", name="Save as report-only").click()
    if admin.locator("input[name=impact_seen]").count():
        # It asks once more where tokens are in use.
        admin.get_by_role("button", name="Save as report-only").click()
    expect(admin.locator(".messagelist")).to_contain_text("Standard User")
    profile.refresh_from_db()
    assert (profile.required_level, profile.required_level_mode) == ("high_assurance", "report_only")
    policy_book.refresh()

    visitor: Page = new_page()
    sign_in(visitor, people["standard"])
    expect(visitor.locator("main")).to_have_attribute("data-page", "home")
    record = DecisionRecord.objects.filter(mode="report_only", user__username="standard").latest("pk")
    assert (record.outcome, record.reason) == ("verify", "level.profile")

    admin.goto(f"/admin/sessions_policy/decisionrecord/?mode__exact=report_only&q={record.reference}")
    row = admin.locator("#result_list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("standard")
    expect(row).to_contain_text("Asked to verify")
    expect(row).to_contain_text("it would have been")
