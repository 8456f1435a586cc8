"""Passwords: long where they stand alone, shorter beside a second factor, any character, none that everybody uses."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from sessions_policy import policy_book
from sessions_policy.models import OrganisationSettings
from tests.accounts.people import PASSWORD, assured_profile, give_authenticator, permission_set, person, profile, sign_in

pytestmark = pytest.mark.django_db


def shortest_of(user: User | None) -> int:
    """Return the length from which on a password is taken."""
    for length in range(1, 40):
        try:
            validate_password("kqzvwxjyhbgf mndtrplsoea uicKQZVWXJYHBGF"[:length], user)
        except ValidationError:
            continue
        return length
    return 0


def test_it_is_long_where_it_stands_alone() -> None:
    assert shortest_of(person("bob")) == 15
    assert shortest_of(None) == 15
    assert shortest_of(User(username="new")) == 15


def test_beside_a_second_factor_eight_will_do() -> None:
    assert shortest_of(person("carol", assured_profile())) == 8
    assert shortest_of(person("dave", profile("Strict", two_factor_ui=True))) == 8
    strict = person("erin", profile("Sales"))
    permission_set(strict, two_factor_ui=True)
    assert shortest_of(strict) == 8


def test_the_organisations_switch_counts_and_a_waiver_takes_it_back() -> None:
    bob = person("bob")
    OrganisationSettings(two_factor_for_everyone=True).save()
    policy_book.refresh()
    assert shortest_of(bob) == 8
    permission_set(bob, name="Exempt", waive_two_factor=True)
    assert shortest_of(bob) == 15


@pytest.mark.parametrize(
    "password", ["x" * 64 + "yz" * 30, "žluťoučký kůň úpěl ódy", "    spaces count    too   ", "🦊 jumps 🐶 over lazy"]
)
def test_whatever_can_be_typed_is_taken_whole(client: Client, password: str) -> None:
    bob = person("bob")
    sign_in(client, bob)
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/security/password/", form).status_code == 302
    other = Client()
    assert other.post("/login/", {"username": "bob", "password": password}).status_code == 302
    assert Client().post("/login/", {"username": "bob", "password": password[:-1]}).status_code == 403
    if password != password.strip():
        assert Client().post("/login/", {"username": "bob", "password": password.strip()}).status_code == 403


@pytest.mark.parametrize("password", ["1q2w3e4r5t6y7u8i9o0p", "bob bob bob@example.org", "123456789012345678"])
def test_what_is_easily_guessed_is_refused(password: str) -> None:
    user = person("bob bob bob")
    give_authenticator(user)
    with pytest.raises(ValidationError):
        validate_password(password, user)
