"""The search box of the first page: a reference, a person or an app is found in one step, and only by who may see it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from authsite.admin.finding import BY_NAME, BY_REFERENCE
from sessions_policy.events import reference_in
from sessions_policy.models import DecisionRecord
from tests.accounts.people import give_authenticator, person, profile, rule, sign_in
from tests.admin.words import text_of
from tests.oauth import world

pytestmark = pytest.mark.django_db
FIND = "/admin/find/"


@pytest.fixture
def reference(db: None) -> str:
    """The reference that Bob was shown when he opened the reports."""
    bob, client = person("bob", profile("Sales")), Client()
    give_authenticator(bob)
    sign_in(client, bob)
    client.get("/reports/", follow=True)
    return DecisionRecord.objects.get(user=bob).reference


def test_the_first_page_has_the_box(desk: Client) -> None:
    assert 'action="/admin/find/"' in desk.get("/admin/").content.decode()
    assert "Nothing that you may see" not in text_of(desk.get(FIND))


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "plain"])
def test_a_reference_finds_its_row_however_it_is_typed(desk: Client, reference: str, typed: str) -> None:
    term = {"lower": reference.lower(), "plain": reference.replace("-", " ")}.get(typed, typed.format(reference))
    page = desk.get(FIND, {"q": term})
    record = DecisionRecord.objects.get(reference=reference)
    assert f'href="/admin/sessions_policy/decisionrecord/{record.pk}/change/"' in page.content.decode()


def test_people_apps_and_profiles_are_found(desk: Client) -> None:
    bob = person("bob", profile("Sales"))
    app = world.app("Vault of bob")
    page = desk.get(FIND, {"q": "bob"}).content.decode()
    assert f'href="/admin/accounts/user/{bob.pk}/change/"' in page
    assert f'href="/admin/oauth/connectedapp/{app.pk}/change/"' in page
    assert f"/admin/sessions_policy/profile/{bob.profile_id}/change/" in desk.get(FIND, {"q": "sale"}).content.decode()


def test_what_is_not_there_is_said(desk: Client) -> None:
    assert "Nothing that you may see is called “<nobody>”" in text_of(desk.get(FIND, {"q": "<nobody>"})).replace("&lt;", "<")


def test_who_may_not_see_finds_nothing(client: Client, reference: str) -> None:
    carol = person("carol", is_staff=True)
    carol.user_permissions.set(Permission.objects.filter(codename="view_profile"))
    rule("admin", "allow")
    sign_in(client, carol)
    page = client.get(FIND, {"q": reference})
    assert [group.title for group in page.context["groups"]] == []
    assert [group.title for group in client.get(FIND, {"q": "sales"}).context["groups"]] == ["Profiles"]
    assert client.get(FIND, {"q": "bob"}).context["groups"] == []


def test_an_area_that_asks_shows_nothing_before_it_has_asked(client: Client, reference: str) -> None:
    carol = person("carol", is_staff=True, is_superuser=True)
    rule("admin", "allow")
    rule("histories", "raise")
    sign_in(client, carol)
    group = client.get(FIND, {"q": reference}).context["groups"][0]
    assert (group.asks, group.rows) == (True, [])
    assert "Confirm it is you to search in Decisions" in text_of(client.get(FIND, {"q": reference}))


def test_it_is_a_page_of_the_administration(client: Client) -> None:
    sign_in(client, person("eve"))
    assert client.get(FIND, {"q": "bob"}).status_code == 403


def test_every_kind_is_registered(ada: User, desk: Client) -> None:
    names = {model.__name__ for model in admin.site._registry}
    assert {*BY_REFERENCE, *BY_NAME} <= names


@pytest.mark.parametrize(("term", "found"), [("7F3A-91C2", True), (" 7f3a 91c2 ", True), ("bob", False), ("7F3A-91C", False)])
def test_what_looks_like_a_reference(term: str, found: bool) -> None:
    assert bool(reference_in(term)) is found
