"""The grid: what each profile gets from each app by each grant, with its reason, for people and for programs."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from oauth import grid
from oauth.models import ConnectedApp
from sessions_policy import policy_book
from tests.accounts.people import give_authenticator, permission_set, person, profile, robot, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db
REDIRECT = "https://app.example/cb"


def app(name: str, *grants: str, **values: Any) -> ConnectedApp:
    values = {"client_type": "confidential", "redirect_uris": REDIRECT, "scopes": ["api"], **values}
    return ConnectedApp.objects.create(name=name, grant_types=list(grants), **values)


@pytest.fixture
def world() -> User:
    """Two profiles, and an app for each way in."""
    profile("Standard User")
    profile("Assured User", required_level="high_assurance")
    runner = robot()
    app("web", "authorization_code", "refresh_token", scopes=["api", "web"])
    app("script", "password")
    app("vault", "authorization_code", session_policy="raise")
    app("retired", "authorization_code", session_policy="block")
    app("service", "client_credentials", run_as=runner)
    nightly = app("nightly", "urn:ietf:params:oauth:grant-type:jwt-bearer", permitted_users="admin_approved")
    nightly.approved_profiles.add(profile("Assured User"))
    policy_book.refresh()
    return runner


def said(profile: str, app: str, way: str) -> str:
    found = {(c.profile, c.app, c.way): c for c in grid.cells(policy_book.current())}
    cell = found.get((profile, app, way))
    return "" if cell is None else f"{cell.verdict} {cell.code}"


JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.mark.parametrize(
    ("of", "app", "way", "answer"),
    [
        ("Standard User", "web", "authorization_code", "works allowed"),
        ("Assured User", "web", "authorization_code", "works allowed"),
        ("Assured User", "web", "refresh_token", "works allowed"),
        ("Standard User", "web", "bridge", "works allowed"),
        ("Standard User", "script", "bridge", ""),
        ("Standard User", "script", "password", "works allowed"),
        ("Assured User", "script", "password", "refused grant.no_approval_step.profile"),
        ("Standard User", "vault", "authorization_code", "asks level.app"),
        ("Assured User", "vault", "authorization_code", "works allowed"),
        ("Standard User", "retired", "authorization_code", "refused app.blocked"),
        ("Integration", "service", "client_credentials", "works allowed"),
        ("Assured User", "service", "client_credentials", ""),
        ("Standard User", "nightly", JWT, "refused app.not_approved"),
        ("Assured User", "nightly", JWT, "refused grant.no_approval_step.profile"),
    ],
)
def test_the_grid_says_what_the_doors_say(world: User, of: str, app: str, way: str, answer: str) -> None:
    assert said(of, app, way) == answer


def test_whom_an_app_runs_as_is_asked_for_in_person(world: User) -> None:
    bob = person("bob")
    ConnectedApp.objects.filter(name="service").update(run_as=bob)
    assert said("Standard User", "service", "client_credentials") == "refused grant.run_as_not_api_only"
    permission_set(bob, name="Robots", api_only=True)
    policy_book.refresh()
    assert said("Standard User", "service", "client_credentials") == "works allowed"


def test_a_program_may_be_asked_for_a_code(world: User) -> None:
    profile("Standard User", two_factor_ui=True, two_factor_api=True)
    assert said("Standard User", "script", "password") == "asks two_factor.api"


def test_it_costs_the_same_for_many_apps(world: User, django_assert_num_queries: Any) -> None:
    book = policy_book.current()
    with django_assert_num_queries(3):
        list(grid.cells(book))
    for number in range(10):
        app(f"more-{number}", "authorization_code")
    with django_assert_num_queries(3):
        list(grid.cells(book))


def test_the_command_prints_a_table(world: User) -> None:
    out = StringIO()
    call_command("grant_grid", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "| app | grant | Assured User | Integration | Standard User |"
    assert "| script | Username and password | refused (grant.no_approval_step.profile) | works | works |" in lines


def test_a_name_cannot_break_the_table(world: User) -> None:
    app("a|b", "authorization_code")
    assert "| a\\|b |" in grid.markdown(policy_book.current())


def test_the_command_answers_programs(world: User) -> None:
    out = StringIO()
    call_command("grant_grid", "--json", stdout=out)
    cells = json.loads(out.getvalue())
    assert {"profile", "app", "grant", "verdict", "code", "reason"} == set(cells[0])


@pytest.fixture
def manager(world: User) -> Client:
    client = Client()
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    sign_in(client, ada, give_authenticator(ada))
    return client


def test_the_api_gives_the_grid(manager: Client) -> None:
    answer = manager.get("/api/v1/grid/").json()
    assert answer["revision"] == policy_book.current().revision
    assert any(cell["app"] == "script" and cell["verdict"] == "refused" for cell in answer["cells"])


def test_the_api_gives_it_to_who_may_see_apps(client: Client, world: User) -> None:
    rule("connected_apps", "allow")
    sign_in(client, person("bob"))
    assert client.get("/api/v1/grid/").status_code == 403


def test_each_cell_leads_to_its_trace(manager: Client, world: User) -> None:
    page = manager.get("/admin/oauth/connectedapp/grid/")
    assert "What each profile gets" in text_of(page)
    refused = [cell for _app, _way, cells in page.context["rows"] for cell in cells if cell.verdict == "refused"]
    assert refused
    for cell in refused:
        assert manager.get(cell.url).status_code == 200
    script = next(cells for app, _way, cells in page.context["rows"] if app == "script")
    trace = text_of(manager.get(script[0].url))
    assert "an approval step" in trace
    assert "grant.no_approval_step.profile" in trace


def test_there_is_no_cell_where_there_is_nothing(manager: Client) -> None:
    assert manager.get("/admin/oauth/connectedapp/grid/1/999999/password/").status_code == 404
    pk = ConnectedApp.objects.get(name="script").pk
    assert manager.get(f"/admin/oauth/connectedapp/grid/1/{pk}/nonsense/").status_code == 404


def test_the_list_of_apps_leads_to_the_grid(manager: Client) -> None:
    assert b"/admin/oauth/connectedapp/grid/" in manager.get("/admin/oauth/connectedapp/").content
