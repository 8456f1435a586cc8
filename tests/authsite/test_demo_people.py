"""The demo's people: each signs in with the outcome that the README promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from sessions_policy import policy_book
from tests.accounts.people import is_asked_for_a_code
from tests.authsite.demo_organisation import Demo

pytestmark = pytest.mark.django_db

# Who, and where the password leads.
OUTCOMES = {
    "admin": "the code",
    "standard": "/",
    "plain": "/",
    "assured": "the code",
    "newcomer": "/login/enrol/",
    "strict": "the code",
    "loader": "the code",
    "helpdesk": "the code",
    "integration": "no page",
    "contractor": "/login/flow/",
}
CODE = {name for name, where in OUTCOMES.items() if where == "the code"}


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Demo:
    return Demo(settings, tmp_path)


def test_the_people_and_their_profiles(demo: Demo) -> None:
    assert {name: (user["profile"], user["required_level"]) for name, user in demo.users.items()} == {
        "admin": ("System Administrator", "high_assurance"),
        "standard": ("Standard User", "none"),
        "plain": ("Standard User", "none"),
        "assured": ("Assured User", "high_assurance"),
        "newcomer": ("Assured User", "high_assurance"),
        "strict": ("Standard User", "none"),
        "loader": ("Standard User", "none"),
        "helpdesk": ("Help Desk", "high_assurance"),
        "integration": ("Integration", "none"),
        "contractor": ("Contractor", "none"),
    }


def test_everybody_signs_in_as_promised(demo: Demo) -> None:
    answers = {name: demo.give_password(name) for name in demo.users}
    shown = {200: "the code", 403: "no page"}
    found = {name: answer.headers.get("Location") or shown[answer.status_code] for name, answer in answers.items()}
    assert found == OUTCOMES
    assert {name for name, answer in answers.items() if is_asked_for_a_code(answer)} == CODE


def test_who_has_an_authenticator(demo: Demo) -> None:
    without = {name for name, user in demo.users.items() if user["totp_secret"] is None}
    assert without == {"plain", "newcomer", "integration"}


def test_the_code_signs_the_administrator_in_and_opens_the_administration(demo: Demo) -> None:
    client = demo.sign_in("admin")
    assert client.get("/api/v1/session/").json()["level"] == "high_assurance"
    assert client.get("/admin/").status_code == 200
    assert User.objects.get(username="admin").is_superuser


def test_standard_is_asked_why_at_the_reports_and_let_in(demo: Demo) -> None:
    client = demo.sign_in("standard")
    asked = client.get("/reports/")
    page = client.get(asked.headers["Location"])
    assert "Reports needs a High Assurance session." in page.content.decode()
    passed = client.post(asked.headers["Location"], {"code": demo.code("standard")})
    assert passed.headers["Location"] == "/reports/"
    assert client.get("/reports/").status_code == 200


def test_plain_is_led_to_set_up_an_authenticator_at_the_reports(demo: Demo) -> None:
    client = demo.sign_in("plain")
    page = client.get(client.get("/reports/").headers["Location"])
    assert "/security/authenticator/add/" in page.content.decode()


def test_the_permissions_of_strict_and_loader_come_from_their_permission_sets(demo: Demo) -> None:
    book = policy_book.current()
    strict = book.two_factor_demand(User.objects.get(username="strict"))
    loader = book.two_factor_demand(User.objects.get(username="loader"))
    assert strict.ui and not strict.api
    assert loader.ui and loader.api


def test_the_help_desk_manages_two_factor_of_others_and_nothing_else(demo: Demo) -> None:
    helpdesk = User.objects.get(username="helpdesk")
    assert helpdesk.get_all_permissions() == {"accounts.manage_two_factor"}
    assert not helpdesk.is_superuser


def test_the_contractor_reads_terms_and_is_in_after_accepting(demo: Demo) -> None:
    client = Client()
    demo.give_password("contractor", client)
    page = client.get("/login/flow/")
    form = page.context["form"]
    fields = {name: form[name].value() for name in ("run", "element")}
    assert client.post("/login/flow/", {**fields, "accept": "on"}).headers["Location"] == "/"
    assert client.get("/api/v1/me/").json()["username"] == "contractor"
