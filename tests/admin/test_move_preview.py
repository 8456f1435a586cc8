"""Before a method is moved, a page says what the move does; what removes protection needs a reason and a tick."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from sessions_policy import impact
from sessions_policy.models import MethodLevel
from tests.accounts.people import give_authenticator, person, profile, sign_in
from tests.admin.words import newest_revision, text_of

pytestmark = pytest.mark.django_db
LEVELS = "/admin/sessions_policy/methodlevel/"
TO_HIGH, TO_STANDARD = "password:high_assurance", "authenticator_app:standard"
PASSKEY_DOWN, CODE_UP = "passkey:standard", "email_code:high_assurance"


def preview(desk: Client, move: str) -> Any:
    response = desk.get(LEVELS, {"move": move})
    assert response.status_code == 200
    return response


@pytest.fixture
def bob(client: Client) -> User:
    """Bob of Sales, signed in with his password."""
    bob = person("bob", profile("Sales"))
    sign_in(client, bob)
    return bob


def test_it_counts_the_sessions_that_rise_by_profile(desk: Client, bob: User) -> None:
    sign_in(Client(), bob)
    page = preview(desk, TO_HIGH)
    assert [(row.profile, row.up, row.down) for row in page.context["sessions"]] == [("Sales", 2, 0)]
    assert "Nothing is saved yet." in text_of(page)
    assert "Sales 2 0" in text_of(page)
    assert not MethodLevel.objects.exists()


def test_it_counts_the_sessions_that_fall(desk: Client, ada: User) -> None:
    eve = person("eve", profile("Assured User", required_level="high_assurance"))
    sign_in(Client(), eve, give_authenticator(eve))
    page = desk.get(LEVELS, {"move": TO_STANDARD})
    shown = [(row.profile, row.up, row.down) for row in page.context["sessions"]]
    assert shown == [("Assured User", 0, 1), ("System Administrator", 0, 1)]


def test_it_says_who_needs_high_assurance_and_who_would_be_out(desk: Client, ada: User) -> None:
    eve = person("eve", profile("Assured User", required_level="high_assurance"))
    give_authenticator(eve)
    page = text_of(desk.get(LEVELS, {"move": TO_STANDARD}))
    assert "Profiles that require High Assurance Assured User System Administrator" in page
    assert "2 people could no longer satisfy their profile, among them: ada, eve" in page


def test_where_there_are_many_people_it_says_that_it_looked_at_some(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact, "MOST_PEOPLE", 0)
    assert "only the first 500 were looked at" in text_of(preview(desk, TO_HIGH))


def test_a_move_that_changes_nothing_says_so(desk: Client) -> None:
    page = text_of(preview(desk, PASSKEY_DOWN))
    assert "No running session changes its level." in page
    assert "Nobody who could satisfy their profile until now." in page


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        (TO_HIGH, "Password alone gives High Assurance, without a second factor."),
        ("activation:high_assurance", "Device activation alone gives High Assurance"),
        (CODE_UP, "E-mail code alone gives High Assurance"),
        (PASSKEY_DOWN, "Passkey no longer gives High Assurance, though it is a second factor."),
    ],
)
def test_what_removes_protection_needs_a_reason_and_a_tick(desk: Client, move: str, sentence: str) -> None:
    assert sentence in text_of(preview(desk, move))
    for sent in ({}, {"reason": "Because"}, {"understood": "on"}, {"understood": "on", "reason": "  "}):
        refused = desk.post(LEVELS, {"move": move, **sent})
        assert (refused.status_code, "Nothing was saved yet." in text_of(refused)) == (400, True)
        assert not MethodLevel.objects.exists()
    assert desk.post(LEVELS, {"move": move, "reason": "Because", "understood": "on"}).status_code == 302
    assert newest_revision().reason == "Because"


def test_what_adds_protection_needs_neither(desk: Client) -> None:
    MethodLevel.objects.create(method="password", level="high_assurance")
    page = preview(desk, "password:standard")
    assert "This takes protection away" not in text_of(page)
    assert "(optional)" in text_of(page)
    assert desk.post(LEVELS, {"move": "password:standard"}).status_code == 302
    assert MethodLevel.objects.get().level == "standard"


def test_what_would_shut_out_is_said_before_it_is_sent(desk: Client) -> None:
    page = preview(desk, TO_STANDARD)
    assert "This would shut you out, so nothing was saved." in text_of(page)
    assert 'value="Save"' not in page.content.decode()


def test_what_no_button_says_has_no_preview(desk: Client) -> None:
    assert desk.get(LEVELS, {"move": "login_flow:high_assurance"}).status_code == 400
