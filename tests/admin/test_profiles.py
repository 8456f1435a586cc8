"""Profiles say in one sentence what they mean, and for how many people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.accounts.people import person, profile
from tests.admin.words import errors_of, fill_in, text_of

pytestmark = pytest.mark.django_db
PROFILES = "/admin/sessions_policy/profile/"


@pytest.mark.parametrize(
    ("people", "values", "sentence"),
    [
        (0, {}, "0 people have this profile; to sign in they need nothing beyond their first factor."),
        (
            1,
            {"required_level": "high_assurance"},
            "1 person has this profile; to sign in they need a High Assurance session.",
        ),
        (
            2,
            {"required_level": "high_assurance", "two_factor_ui": True, "ip_ranges": "192.0.2.0/24"},
            "2 people have this profile; to sign in they need a High Assurance session, a second factor with every password "
            "and to come from the profile's networks.",
        ),
        (
            1,
            {"required_level": "high_assurance", "grace_until": date(2030, 5, 1)},
            "1 person has this profile; to sign in they need a High Assurance session (who has no method yet may put it off "
            "until May 1, 2030).",
        ),
        (
            0,
            {"two_factor_ui": True, "two_factor_api": True, "login_hours": {"0": ["08:00", "18:00"]}},
            "to sign in they need a second factor with every password, an authenticator code for programs that sign in with "
            "their password and to come within the login hours.",
        ),
    ],
)
def test_the_sentence(desk: Client, people: int, values: dict[str, Any], sentence: str) -> None:
    sales = profile("Sales", **values)
    for number in range(people):
        person(f"seller{number}", sales)
    assert sentence in text_of(desk.get(f"{PROFILES}{sales.pk}/change/"))


def test_a_new_profile_says_that_nobody_has_it(desk: Client) -> None:
    assert "Nobody has it yet." in text_of(desk.get(f"{PROFILES}add/"))


def test_the_list_counts_people(desk: Client) -> None:
    person("bob", profile("Sales"))
    person("carol", profile("Sales"))
    assert "Sales None 2" in text_of(desk.get(f"{PROFILES}?q=Sales"))


def test_login_hours_are_lines(desk: Client) -> None:
    sales = profile("Sales")
    address = f"{PROFILES}{sales.pk}/change/"
    saved = fill_in(desk, address, login_hours="Mon-Fri 08:00-18:00\nSat 9:00-12:00")
    assert saved.status_code == 302
    sales.refresh_from_db()
    assert sales.login_hours == {**{day: ["08:00", "18:00"] for day in "01234"}, "5": ["09:00", "12:00"]}
    assert "Mon 08:00-18:00\nTue 08:00-18:00" in desk.get(address).content.decode()


def test_wrong_login_hours_are_named_and_kept(desk: Client) -> None:
    sales = profile("Sales")
    refused = fill_in(desk, f"{PROFILES}{sales.pk}/change/", login_hours="Mon 08:00-18:00\nTue eight to six")
    assert "Line 2: “Tue eight to six” is not understood." in errors_of(refused)
    assert "Tue eight to six</textarea>" in refused.content.decode()


def test_saving_says_what_the_profile_means_now(desk: Client) -> None:
    sales = profile("Sales")
    person("bob", sales)
    fill_in(desk, f"{PROFILES}{sales.pk}/change/", required_level="high_assurance")
    page = text_of(desk.get(PROFILES))
    assert "1 person has this profile; to sign in they need a High Assurance session." in page
