"""API-only users: programs come in at the API, and no door opens a browser for them (R6.37, R7.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import requirements
from accounts.models import LoginRecord, User
from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import PASSWORD, give_password, permission_set, person, profile, robot, sign_in
from tests.oauth.world import app, authorize_url, call, text, token_request, tokens

pytestmark = pytest.mark.django_db

REASON = "login.api_only"


def by_profile(user: User) -> None:
    profile(user.profile.name, api_only=True)


def by_permission_set(user: User) -> None:
    permission_set(user, name="Robots", api_only=True)


BOTH_WAYS = pytest.mark.parametrize("make_api_only", [by_profile, by_permission_set])


@BOTH_WAYS
def test_the_login_form_says_why_not_after_the_password(client: Client, make_api_only: Callable[[User], None]) -> None:
    user = person("integration")
    make_api_only(user)
    wrong = client.post("/login/", {"username": "integration", "password": "wrong"})
    assert "programs only" not in text(wrong)
    page = give_password(client, user)
    assert page.status_code == 403 and "This account is for programs only" in text(page)
    assert "_auth_user_id" not in client.session and not UserSession.objects.filter(user=user).exists()
    row = LoginRecord.objects.filter(user=user).latest("pk")
    assert row.status == "refused" and DecisionRecord.objects.get(reference=row.reference).reason == REASON


@BOTH_WAYS
def test_a_session_that_runs_ends_at_its_next_request(client: Client, make_api_only: Callable[[User], None]) -> None:
    user = person("integration")
    sign_in(client, user)
    make_api_only(user)
    page = client.get("/security/")
    assert page.status_code == 403 and "programs only" in text(page)
    assert "_auth_user_id" not in client.session
    assert client.get("/security/").headers["Location"].startswith("/login/")


def test_so_it_does_at_the_api_with_a_cookie(client: Client) -> None:
    user = person("integration")
    sign_in(client, user)
    by_profile(user)
    body = client.get("/api/v1/me/").json()
    assert (body["status"], body["reason"]) == (403, REASON)
    assert client.get("/api/v1/me/").status_code == 401


def test_and_at_the_authorize_endpoint(client: Client) -> None:
    user, web = person("integration"), app()
    sign_in(client, user)
    by_profile(user)
    page = client.get(authorize_url(web))
    assert page.status_code == 403 and "programs only" in text(page)
    assert client.get(authorize_url(web)).headers["Location"].startswith("/login/")


def test_a_token_works_at_the_api_and_opens_no_browser(client: Client) -> None:
    user, web = person("integration"), app()
    sign_in(client, user)
    token = tokens(client, web, scope="api web")["access_token"]
    ticket = client.post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {token}"}).json()["frontdoor_uri"]
    by_profile(user)
    assert call("/api/v1/me/", token).json()["username"] == "integration"
    refused = Client().post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403 and refused.json()["reason"] == REASON
    for page in (
        Client().get(ticket.removeprefix("http://127.0.0.1:8000")),
        Client().post("/oauth/frontdoor/", {"sid": token}),
    ):
        assert page.status_code == 403 and "programs only" in text(page)


def test_programs_log_in_with_a_password_as_before() -> None:
    robot()
    script = app("script", "password", redirect_uris="")
    assert token_request(script, "password", username="integration", password=PASSWORD).status_code == 200
    answer = Client().post("/api/v1/login/", {"username": "integration", "password": PASSWORD})
    assert answer.status_code == 200 and call("/api/v1/session/", answer.json()["access_token"]).status_code == 200


def test_what_holds_for_them_names_where_it_comes_from() -> None:
    user = robot()
    by_permission_set(user)
    assert [str(each) for each in requirements.of(user)] == [
        "API only: no login in a browser [Integration]",
        "API only: no login in a browser [Robots]",
    ]


def test_who_leaves_the_permission_set_may_use_browsers_again(client: Client) -> None:
    user = person("integration")
    by_permission_set(user)
    user.permission_sets.clear()
    policy_book.refresh()
    sign_in(client, user)
    assert client.get("/security/").status_code == 200


def test_a_running_page_asks_no_query_more(client: Client, django_assert_num_queries: Any) -> None:
    by_permission_set(person("integration"))
    alice = person("alice")
    sign_in(client, alice)
    book = policy_book.current()
    with django_assert_num_queries(0):
        assert book.policy_for(alice.profile_id, user_id=alice.pk).api_only == ()
