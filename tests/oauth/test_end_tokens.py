"""All tokens of an app, a person or a profile end with one press, after a page that says how many there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from oauth.models import Approval, ConnectedApp
from tests.accounts.people import give_authenticator, person, profile, sign_in
from tests.admin.words import text_of
from tests.oauth.world import app, call, refresh, text, tokens

pytestmark = pytest.mark.django_db

PAGE = "/admin/oauth/connectedapp/end-tokens/"


@pytest.fixture
def desk(db: None) -> Client:
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client


@pytest.fixture
def web(db: None) -> ConnectedApp:
    return app()


def hold(user: User, *apps: ConnectedApp) -> list[dict[str, Any]]:
    browser = Client()
    sign_in(browser, user)
    return [tokens(browser, each) for each in apps]


def alive(body: dict[str, Any]) -> bool:
    return bool(call("/api/v1/me/", body["access_token"]).status_code == 200)


def test_of_an_app(desk: Client, web: ConnectedApp) -> None:
    other = app("other")
    mine, kept = hold(person("alice"), web, other)
    page = desk.get(f"{PAGE}?app={web.pk}")
    assert "1 person holds tokens" in text(page) and "Web server (authorization code): 2" in text(page)
    assert alive(mine)
    answer = desk.post(f"{PAGE}?app={web.pk}")
    assert answer.headers["Location"] == f"/admin/oauth/connectedapp/{web.pk}/change/"
    assert not alive(mine) and alive(kept) and refresh(web, mine["refresh_token"]).status_code == 400
    assert [each.application for each in Approval.objects.all()] == [other]
    assert "There is no live token" in text(desk.get(f"{PAGE}?app={web.pk}"))


def test_of_a_person(desk: Client, web: ConnectedApp) -> None:
    alice, bob = person("alice"), person("bob")
    (mine,), (kept,) = hold(alice, web), hold(bob, web)
    assert f"{PAGE}?user={alice.pk}" in desk.get(f"/admin/accounts/user/{alice.pk}/change/").content.decode()
    assert desk.post(f"{PAGE}?user={alice.pk}").headers["Location"] == f"/admin/accounts/user/{alice.pk}/change/"
    assert not alive(mine) and alive(kept)


def test_of_a_profile(desk: Client, web: ConnectedApp) -> None:
    sales = profile("Sales")
    (mine,), (kept,) = hold(person("alice", sales), web), hold(person("bob"), web)
    assert f"{PAGE}?profile={sales.pk}" in desk.get(f"/admin/sessions_policy/profile/{sales.pk}/change/").content.decode()
    assert desk.post(f"{PAGE}?profile={sales.pk}").status_code == 302
    assert not alive(mine) and alive(kept)


def test_what_names_nobody_is_not_found(desk: Client, web: ConnectedApp) -> None:
    for query in ("", "?app=x", "?app=999999", "?everything=1", "?user=-1", "?profile=" + "9" * 40):
        assert desk.get(PAGE + query).status_code == 404, query


def test_who_may_not_change_apps_ends_nothing(web: ConnectedApp) -> None:
    (mine,) = hold(person("alice"), web)
    clerk, browser = person("clerk", is_staff=True), Client()
    sign_in(browser, clerk, give_authenticator(clerk))
    assert browser.post(f"{PAGE}?app={web.pk}").status_code in (302, 303, 403)
    assert alive(mine)


def test_the_page_of_the_app_says_who_uses_it_and_what_it_asks(desk: Client, web: ConnectedApp) -> None:
    hold(person("alice"), web)
    page = desk.get(f"/admin/oauth/connectedapp/{web.pk}/change/")
    said = text_of(page)
    for words in (
        "Who may use it: Everybody who approves it for themselves.",
        "1 person holds a live token",
        "Live tokens: 2 Web server (authorization code)",
        "Refresh tokens: 90 days after the approval.",
        "Access tokens: 1 hour.",
        "No more than the person's profile asks.",
    ):
        assert words in said, words
    assert f"/admin/oauth/approval/?application__id__exact={web.pk}" in page.content.decode()
    for model in ("approval", "accesstoken", "refreshtoken"):
        listed = desk.get(f"/admin/oauth/{model}/?application__id__exact={web.pk}")
        assert listed.status_code == 200 and "alice" in text(listed), model
