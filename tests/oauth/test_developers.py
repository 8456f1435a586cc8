"""``/developers/``: who sees which app, what its page says, and that no page shows a secret."""

from __future__ import annotations

import ast
import subprocess
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from oauth.developers import snippets, verdicts
from oauth.error_meanings import MEANINGS
from oauth.models import ConnectedApp
from sessions_policy.levels import APPROVAL_GRANTS
from tests.accounts.people import (
    PASSWORD,
    assured_profile,
    give_authenticator,
    permission_set,
    person,
    profile,
    robot,
    rule,
    sign_in,
)
from tests.oauth.world import JWT_BEARER, app, approve, public_app, text

pytestmark = pytest.mark.django_db
EVERY_GRANT = ("authorization_code", "refresh_token", "implicit", JWT_BEARER, "password", "client_credentials")


@pytest.fixture
def ada(client: Client) -> User:
    """Ada administers; she is signed in with her second factor."""
    ada = User.objects.create_superuser("ada", "ada@example.org", PASSWORD, profile=assured_profile())
    sign_in(client, ada, give_authenticator(ada))
    return ada


def page_of(client: Client, of: ConnectedApp) -> Any:
    return client.get(f"/developers/apps/{of.pk}/")


def test_people_see_the_apps_that_they_approved_and_no_others(client: Client) -> None:
    assert client.get("/developers/").status_code == 302
    mine, other = app("mine"), app("warehouse")
    sign_in(client, person("alice"))
    approve(client, mine)
    page = text(client.get("/developers/"))
    assert "mine" in page
    assert "warehouse" not in page
    assert page_of(client, mine).status_code == 200
    assert page_of(client, other).status_code == 404


def test_administrators_of_apps_see_all(client: Client, ada: User) -> None:
    other = app("warehouse")
    assert "warehouse" in text(client.get("/developers/"))
    assert page_of(client, other).status_code == 200


def test_the_area_can_ask_for_more_before_it_shows_all(client: Client) -> None:
    other = app("warehouse")
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD, profile=profile())
    give_authenticator(root)
    rule("connected_apps", "raise")
    sign_in(client, root)
    page = text(client.get("/developers/"))
    assert "warehouse" not in page
    assert "has not proven enough" in page
    assert page_of(client, other).status_code == 404


def test_the_page_has_the_identifiers_and_never_the_secret(client: Client, ada: User) -> None:
    made = app("web-app", allowed_origins="https://client.example")
    page = page_of(client, made).content.decode()
    assert made.client_id in page
    assert "https://client.example/cb" in page
    assert made.shown_secret not in page
    assert made.client_secret not in page
    for code in MEANINGS:
        assert f"/docs/why/oauth/{code}/" in client.get("/developers/").content.decode()


def test_the_verdicts_are_those_of_the_table_of_grants(ada: User) -> None:
    profile()
    for grant, answers in {
        "authorization_code": ("token", "second factor, then token"),
        "implicit": ("token", "second factor, then token"),
        JWT_BEARER: ("token", "refused"),
        "password": ("token", "refused"),
    }.items():
        found = {row.profile: row.verdicts[0] for row in verdicts.rows(app(f"for {grant}", grant))}
        assert (found["Standard User"].answer, found["Assured User"].answer) == answers, grant
        assert found["Assured User"].works == (grant in APPROVAL_GRANTS)
    raised = app("raised", *EVERY_GRANT, run_as=robot(), session_policy="raise")
    row = next(each for each in verdicts.rows(raised) if each.profile == "Standard User")
    assert {each.grant: each.answer for each in row.verdicts} == {
        "authorization_code": "second factor, then token",
        "implicit": "second factor, then token",
        "refresh_token": "token",
        JWT_BEARER: "refused",
        "password": "refused",
    }
    blocked = app("blocked", *EVERY_GRANT, run_as=User.objects.get(username="integration"), session_policy="block")
    assert not any(each.works for row in verdicts.rows(blocked) for each in row.verdicts)


def test_client_credentials_concern_the_profile_of_whom_the_app_runs_as_alone(ada: User) -> None:
    (row,) = verdicts.rows(app("service", "client_credentials", run_as=robot()))
    assert (row.profile, row.verdicts[0].answer) == ("Integration", "token")


def test_a_permission_set_may_let_people_of_every_profile_in() -> None:
    profile()
    made = app(permitted_users="admin_approved")
    made.approved_permission_sets.add(permission_set(person("alice")))
    assert all(row.verdicts[0].works for row in verdicts.rows(made))


def test_people_without_the_right_read_about_their_own_profile_only(client: Client) -> None:
    assured_profile()
    made = app()
    sign_in(client, person("alice"))
    approve(client, made)
    page = text(page_of(client, made))
    assert "Standard User" in page
    assert "Assured User" not in page


def test_an_app_for_approved_people_refuses_other_profiles() -> None:
    chosen, other = assured_profile(), profile("Other")
    made = app(permitted_users="admin_approved")
    made.approved_profiles.set([chosen])
    found = {row.profile: row.verdicts[0].works for row in verdicts.rows(made)}
    assert (found[chosen.name], found[other.name]) == (True, False)


@pytest.mark.parametrize("public", [True, False])
def test_every_snippet_is_a_program_with_the_apps_own_values(public: bool) -> None:
    grants = [each for each in EVERY_GRANT if not (public and each == "client_credentials")]
    hostile = "https://client.example/cb?it's=%22$(id)`id`"
    values: dict[str, Any] = {} if public else {"run_as": robot("robot")}
    made = (public_app if public else app)("web-app", *grants, redirect_uris=hostile, **values)
    groups = snippets.of(made)
    assert len(groups) == len(grants) + 1
    for group in groups:
        for each in group.snippets:
            where = f"{group.key}: {each.language}"
            assert made.shown_secret not in each.code, where
            assert group.key == "step_up" or made.client_id in each.code, where
            if each.language.startswith("Python"):
                ast.parse(each.code)
            elif each.language == "curl":
                checked = subprocess.run(["/bin/sh", "-n"], input=each.code, text=True, capture_output=True, check=False)
                assert checked.returncode == 0, (where, checked.stderr)
                assert f"REDIRECT_URI={hostile}" not in each.code
