"""Every kind of screen in a real browser: one flow shows them all, and Carl passes them by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from loginflows.elements import KINDS
from loginflows.models import UserAttribute
from tests.accounts.people import PASSWORD, Authenticator, give_authenticator, person, profile
from tests.browser import DARK, DESKTOP, PHONE, WITHOUT_JAVASCRIPT, Browsing, assert_accessible, assert_fits
from tests.loginflows.flows import END, TERMS, WELCOME, active, assign

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {
    "id": "form",
    "kind": "form",
    "title": "How do you come to work?",
    "text": "We plan the car park, {user.first_name}.",
    "fields": [
        {"name": "phone", "label": "Phone in the car", "keep": "attribute", "attribute": "phone"},
        {"name": "how", "label": "Most days you come", "type": "choice", "choices": ["by bike", "by train", "by car"]},
        {"name": "since", "label": "Since", "type": "date", "required": False},
        {"name": "more", "label": "Anything else?", "type": "long_text", "required": False},
        {"name": "sure", "label": "You may ask me again", "type": "tick"},
    ],
}
EVERYTHING: list[dict[str, Any]] = [
    WELCOME,
    TERMS,
    FORM,
    {
        "id": "gate",
        "kind": "passcode",
        "title": "Closed for maintenance",
        "text": "Enter the passcode.",
        "passcode": "open sesame",
    },
    {"id": "enrol", "kind": "enrol", "title": "Set up your authenticator app"},
    {"id": "codes", "kind": "recovery_codes", "title": "Your recovery codes"},
    {"id": "choose", "kind": "choose_method", "title": "Confirm it is you", "methods": ["authenticator_app", "recovery_code"]},
    {"id": "vault", "kind": "totp_check", "title": "The vault's own code", "text": "Scan this once.", "keep_as": "vault"},
    {"id": "mail", "kind": "email_code", "title": "Look into your mail"},
    {"id": "verify", "kind": "verify", "title": "Confirm it is you", "methods": ["authenticator_app", "recovery_code"]},
    {"id": "confirm", "kind": "confirm_details", "title": "Is this still right?", "attributes": ["first_name", "last_name"]},
    END,
]


@pytest.fixture
def carl() -> User:
    return person("carl", profile("Contractor"), first_name="Carl", last_name="Carlson")


@pytest.fixture
def flow(carl: User) -> None:
    UserAttribute.objects.create(name="phone", label="Phone")
    assign(active(*EVERYTHING), carl.profile)


def test_the_flow_has_every_kind_with_a_screen() -> None:
    assert {row["kind"] for row in EVERYTHING} >= {name for name, kind in KINDS.items() if kind.screen is not None}


class Walk:
    """Carl, who looks at each screen before he answers it."""

    def __init__(self, page: Page, browsing: Browsing) -> None:
        self.page, self.browsing = page, browsing

    def at(self, kind: str) -> None:
        expect(self.page.locator("[data-element]")).to_have_attribute("data-element", kind)
        assert_fits(self.page)
        if self.browsing in (DESKTOP, DARK):
            assert_accessible(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def secret(self) -> str:
        return self.page.locator("#key").input_value().replace(" ", "") or ""


def read_and_fill_in(walk: Walk, page: Page) -> None:
    walk.at("message")
    expect(page.locator("main")).to_contain_text("Signing in as carl")
    walk.press("Continue")

    walk.at("terms")
    page.get_by_label("I have read and accept these terms").check()
    walk.press("Continue")

    walk.at("form")
    expect(page.locator("main")).to_contain_text("We plan the car park, Carl.")
    page.get_by_label("Phone in the car").fill("0123")
    walk.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("Most days you come: Fill this in.")
    walk.at("form")
    expect(page.get_by_label("Phone in the car")).to_have_value("0123")
    page.get_by_label("by train").check()
    page.get_by_label("You may ask me again").check()
    walk.press("Continue")

    walk.at("passcode")
    page.get_by_label("Passcode", exact=True).fill("open says me")
    walk.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("That passcode is not right.")
    walk.at("passcode")
    page.get_by_label("Passcode", exact=True).fill("open sesame")
    walk.press("Continue")


def set_up_and_confirm(walk: Walk, page: Page) -> None:
    walk.at("enrol")
    page.get_by_text("I cannot scan the code").click()
    phone = Authenticator(walk.secret())
    page.get_by_label("Name this device").fill("Phone")
    page.get_by_label("Code", exact=True).fill(phone.code())
    walk.press("Continue")

    walk.at("recovery_codes")
    walk.press("Make recovery codes")
    expect(page.locator("#codes li")).to_have_count(10)
    walk.at("recovery_codes")
    page.get_by_label("I saved these codes").check()
    walk.press("Continue")

    walk.at("choose_method")
    page.get_by_label("Authenticator app").check()
    walk.press("Continue")

    walk.at("totp_check")
    page.get_by_text("I cannot scan the code").click()
    page.get_by_label("Code", exact=True).fill(Authenticator(walk.secret()).code())
    walk.press("Continue")

    walk.at("email_code")
    expect(page.get_by_role("status").first).to_contain_text("c***@example.org")
    sent = next(each for each in mail.outbox if "sign-in code" in each.subject)
    page.get_by_label("Code", exact=True).fill(re.findall(r"\b\d{6}\b", sent.body)[0])
    walk.press("Continue")

    # Who set an app up in this run has verified by it.
    walk.at("confirm_details")
    page.get_by_label("Last name").fill("Charleson")
    walk.press("Continue")
    expect(page.locator("main")).to_have_attribute("data-page", "home")


@pytest.mark.parametrize("browsing", [DESKTOP, DARK, PHONE, WITHOUT_JAVASCRIPT], ids=str)
def test_carl_passes_every_screen(page: Page, browsing: Browsing, flow: None, carl: User) -> None:
    walk = Walk(page, browsing)
    page.goto("/login/")
    page.get_by_label("Username").fill("carl")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    read_and_fill_in(walk, page)
    set_up_and_confirm(walk, page)
    carl.refresh_from_db()
    assert carl.last_name == "Charleson"


def test_the_screen_that_verifies(page: Page, carl: User) -> None:
    authenticator = give_authenticator(carl)
    assign(active(EVERYTHING[9], END), carl.profile)
    page.goto("/login/")
    page.get_by_label("Username").fill("carl")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    walk = Walk(page, DESKTOP)
    walk.at("verify")
    page.get_by_label("Code", exact=True).fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("2 tries left")
    walk.at("verify")
    page.get_by_label("Code", exact=True).fill(authenticator.code())
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-page", "home")
