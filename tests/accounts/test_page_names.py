"""Prompts and refusals name the page or the app that asks, where it has a name."""

from __future__ import annotations

import pytest
from django.test import Client

from sessions_policy import page_names
from tests.accounts.people import give_authenticator, person, rule, sign_in
from tests.oauth import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/reports/", "Reports"),
        ("/reports/?page=2", "Reports"),
        ("/security/password/", "Change your password"),
        ("/admin/", "Administration"),
        ("/admin/accounts/user/", "Users"),
        ("/admin/sessions_policy/methodlevel/", "Session settings"),
        ("/", ""),
        ("/no/such/page", ""),
        ("/oauth/authorize/?client_id=nobody", ""),
        ("/oauth/authorize/", ""),
        ("//evil.example/reports/", "Reports"),
    ],
)
def test_what_a_page_is_called(path: str, name: str) -> None:
    assert page_names.name_of(path) == name


def test_a_change_of_methods_says_what_asks(client: Client) -> None:
    bob = person("bob")
    give_authenticator(bob)
    sign_in(client, bob)
    page = client.get("/security/password/", follow=True)
    assert page.context["why"] == "Change your password needs a High Assurance session."
    assert page.context["label"] == "Change your password"


def test_an_app_that_asks_is_named(client: Client) -> None:
    bob = person("bob")
    give_authenticator(bob)
    sign_in(client, bob)
    app = world.app()
    query = {"acr_values": "urn:authsite:high-assurance"}
    page = client.get(world.authorize_url(app, **query), follow=True)
    assert page.context["why"] == f"The app {app.name} asks for a stronger session."


def test_one_minute_is_one(client: Client) -> None:
    rule("reports", "raise", 1)
    bob = person("bob")
    give_authenticator(bob)
    sign_in(client, bob)
    assert client.get("/reports/", follow=True).context["lasts"] == "for 1 minute on this page"
