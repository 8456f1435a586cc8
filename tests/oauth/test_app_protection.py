"""A change of an app that takes protection away asks for the reason and a tick; everything else does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from oauth.models import ConnectedApp
from oauth.protection import taken_away
from tests.accounts.people import give_authenticator, person, profile, sign_in
from tests.admin.words import errors_of, fill_in, newest_revision
from tests.oauth.world import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client


def page_of(which: ConnectedApp) -> str:
    return f"/admin/oauth/connectedapp/{which.pk}/change/"


LOOSER = [
    ({"session_policy": "raise"}, {"session_policy": "allow"}, "no longer needs a High Assurance session"),
    ({"session_policy": "block"}, {"session_policy": "raise"}, "is open again"),
    ({"scopes": ["api"]}, {"scopes": ["api", "full"]}, "may ask for more: full"),
    ({}, {"grant_types": ["authorization_code", "implicit"]}, "User-agent (implicit)"),
    ({}, {"grant_types": ["authorization_code", "password"]}, "Username and password"),
    ({"permitted_users": "admin_approved"}, {"permitted_users": "self_authorise"}, "Everybody may approve"),
    ({}, {"ip_relaxation": "relax"}, "outside the networks"),
    ({}, {"refresh_policy": "until_revoked"}, "no longer end by themselves"),
    ({"require_pkce": True}, {"require_pkce": None}, "no longer has to use PKCE"),
    ({"require_jti": True}, {"require_jti": None}, "may be used more than once"),
]


@pytest.mark.parametrize(("before", "change", "words"), LOOSER, ids=[each[2] for each in LOOSER])
def test_what_protects_less_is_confirmed(desk: Client, before: dict[str, Any], change: dict[str, Any], words: str) -> None:
    web = app(**before)
    page = fill_in(desk, page_of(web), **change)
    assert "Tick the box" in errors_of(page) and "Give a reason" in errors_of(page)
    assert any(words in each for each in page.context["adminform"].form.taken_away)
    assert fill_in(desk, page_of(web), **change, understood="on", reason="asked for by Sales").status_code == 302
    assert newest_revision().reason == "asked for by Sales"


@pytest.mark.parametrize(
    "change",
    [
        {"session_policy": "raise"},
        {"session_policy": "block"},
        {"scopes": ["api"]},
        {"permitted_users": "admin_approved"},
        {"refresh_policy": "none"},
        {"refresh_hours": 1},
        {"require_pkce": "on"},
        {"name": "renamed"},
    ],
)
def test_what_protects_more_is_saved_at_once(desk: Client, change: dict[str, Any]) -> None:
    assert fill_in(desk, page_of(app()), **change).status_code == 302


def test_more_people_without_an_approval_page_are_named(desk: Client) -> None:
    web, sales = app(permitted_users="admin_approved"), profile("Sales")
    page = fill_in(desk, page_of(web), approved_profiles=[sales.pk])
    assert "Sales" in page.context["adminform"].form.taken_away[0]
    saved = fill_in(desk, page_of(web), approved_profiles=[sales.pk], understood="on", reason="they need it")
    assert saved.status_code == 302 and newest_revision().after == {
        "approved_permission_sets": [],
        "approved_profiles": ["Sales"],
    }


def test_an_unknown_policy_counts_as_closed() -> None:
    before, after = {"name": "x", "session_policy": "mystery"}, {"name": "x", "session_policy": "allow"}
    assert list(taken_away(before, after)) == ["The app x is open again."]
    assert list(taken_away({"name": "x"}, {})) == []
