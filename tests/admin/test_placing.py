"""Giving somebody another profile is a change of policy: what it takes away is asked about, written down, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_authenticator, move, person, profile, rule, sign_in
from tests.admin.test_taken_away import assert_asks
from tests.admin.words import errors_of, fill_in, newest_revision, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(db: None) -> User:
    """Bob, of whom his profile asks all that it can."""
    strict = profile(
        "Strict",
        required_level="high_assurance",
        two_factor_ui=True,
        two_factor_api=True,
        ip_ranges="127.0.0.0/8",
        login_hours={"0": ["08:00", "18:00"]},
        enforce_every_request=True,
    )
    return person("bob", strict)


def page_of(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/change/"


@pytest.mark.parametrize(
    "sentence",
    [
        "Easy does not ask bob for High Assurance at login, as Strict does.",
        "Easy does not ask bob for a second factor with the password, as Strict does.",
        "Easy does not ask programs of bob for an authenticator code, as Strict does.",
        "Easy lets bob sign in from networks from which Strict does not.",
        "Easy lets bob sign in at hours at which Strict does not.",
        "Easy does not end sessions of bob outside its hours and networks, as Strict does.",
    ],
)
def test_a_laxer_profile_is_asked_about(desk: Client, bob: User, sentence: str) -> None:
    easy = profile("Easy")
    assert_asks(desk, page_of(bob), sentence, profile=easy.pk)
    bob.refresh_from_db()
    assert bob.profile == easy


def test_it_is_a_revision_with_all_that_belongs_to_one(desk: Client, ada: User, bob: User) -> None:
    easy = profile("Easy")
    fill_in(desk, page_of(bob), profile=easy.pk, understood="on", reason="He works nights now")
    revision = newest_revision()
    assert (revision.author, revision.author_level) == (ada, "high_assurance")
    assert (revision.policy, revision.object_key, revision.reason) == ("accounts.user", "bob", "He works nights now")
    assert (revision.before, revision.after) == (
        {"username": "bob", "profile": "Strict"},
        {"username": "bob", "profile": "Easy"},
    )
    shown = text_of(desk.get(f"/admin/sessions_policy/policyrevision/{revision.pk}/change/"))
    assert "Profile Strict Easy" in shown


def test_a_stricter_profile_needs_no_question_but_is_a_revision(desk: Client, bob: User) -> None:
    carol = person("carol", profile("Easy"))
    assert fill_in(desk, page_of(carol), profile=bob.profile_id).status_code == 302
    assert newest_revision().after == {"username": "carol", "profile": "Strict"}


def test_other_changes_of_a_person_are_no_revision(desk: Client, bob: User) -> None:
    before = PolicyRevision.objects.count()
    assert fill_in(desk, page_of(bob), first_name="Robert").status_code == 302
    assert PolicyRevision.objects.count() == before


def test_it_is_taken_back(desk: Client, bob: User) -> None:
    fill_in(desk, page_of(bob), profile=profile("Easy").pk, understood="on", reason="A mistake")
    revision = newest_revision()
    assert "Revert" in text_of(desk.get(f"/admin/sessions_policy/policyrevision/{revision.pk}/change/"))
    address = f"/admin/sessions_policy/policyrevision/{revision.pk}/revert/"
    assert "Strict" in text_of(desk.get(address))
    assert desk.post(address, {"reason": "It was one"}).status_code == 302
    bob.refresh_from_db()
    assert bob.profile.name == "Strict"
    assert newest_revision().reason == "It was one"
    assert "was changed again since" in text_of(desk.post(address, {"reason": "Once more"}))


def test_taking_back_asks_as_well(desk: Client, bob: User) -> None:
    carol = person("carol", profile("Easy"))
    fill_in(desk, page_of(carol), profile=bob.profile_id)
    address = f"/admin/sessions_policy/policyrevision/{newest_revision().pk}/revert/"
    assert "Easy does not ask carol for High Assurance" in text_of(desk.get(address))
    assert desk.post(address, {"reason": "Why"}).status_code == 400
    assert desk.post(address, {"reason": "Why", "understood": "on"}).status_code == 302


def test_a_profile_that_is_gone_does_not_come_back(desk: Client) -> None:
    carol = person("carol", profile("Easy"))
    fill_in(desk, page_of(carol), profile=profile("Other").pk)
    address = f"/admin/sessions_policy/policyrevision/{newest_revision().pk}/revert/"
    profile("Easy").delete()
    assert "does not exist any more" in text_of(desk.get(address))


def test_who_may_not_change_the_profile_may_not_take_it_back(desk: Client, client: Client, bob: User) -> None:
    clerk = person("clerk", profile("Office"), is_staff=True)
    rights = ("view_policyrevision", "view_user", "change_user")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=rights))
    fill_in(desk, page_of(clerk), profile=profile("Easy").pk)
    own = newest_revision()
    fill_in(desk, page_of(bob), profile=profile("Easy").pk, understood="on", reason="x")
    his = newest_revision()
    for area in ("admin", "histories", "users"):
        rule(area, "allow")
    sign_in(client, clerk)
    answers = [
        client.get(f"/admin/sessions_policy/policyrevision/{revision.pk}/revert/").status_code for revision in (own, his)
    ]
    assert answers == [403, 200]


def test_an_administrator_does_not_move_themselves_out(client: Client) -> None:
    move("authenticator_app", "standard")
    rule("admin", "allow")
    carol: Any = person("carol", profile("Operator"), is_staff=True, is_superuser=True)
    give_authenticator(carol)
    sign_in(client, carol)
    unreachable = profile("Unreachable", required_level="high_assurance")
    assert "This would shut you out" in errors_of(fill_in(client, page_of(carol), profile=unreachable.pk))
    carol.refresh_from_db()
    assert carol.profile.name == "Operator"
