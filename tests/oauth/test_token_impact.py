"""Before a policy is saved it says which tokens it refuses and which go on; a tick revokes them all (ruling 6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from oauth.models import Approval, ConnectedApp
from sessions_policy import policy_book
from sessions_policy.models import Profile
from tests.accounts.people import PASSWORD, give_authenticator, permission_set, person, profile, sign_in
from tests.admin.words import errors_of, fill_in
from tests.oauth.world import JWT_BEARER, app, assertion, call, jwt_app, text, token_request, tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client


@pytest.fixture
def sales(db: None) -> Profile:
    return profile("Sales")


@pytest.fixture
def alice(sales: Profile) -> User:
    return person("alice", sales)


@pytest.fixture
def held(client: Client, alice: User) -> dict[str, Any]:
    """Alice's tokens: one pair that she approved, one for her password, one for a signed assertion."""
    sign_in(client, alice)
    job = jwt_app(permitted_users="admin_approved")
    job.approved_profiles.add(alice.profile)
    script = app("script", "password", redirect_uris="")
    return {
        "web": tokens(client, app()),
        "script": token_request(script, "password", username="alice", password=PASSWORD).json()["access_token"],
        "job": token_request(None, JWT_BEARER, assertion=assertion(job, "alice")).json()["access_token"],
    }


def page_of(policy: Profile | ConnectedApp) -> str:
    kind = "sessions_policy/profile" if isinstance(policy, Profile) else "oauth/connectedapp"
    return f"/admin/{kind}/{policy.pk}/change/"


def impact_of(page: Any) -> Any:
    return page.context["adminform"].form.impact


def test_raising_a_profile_shows_what_it_refuses_and_what_goes_on(desk: Client, sales: Profile, held: dict[str, Any]) -> None:
    page = fill_in(desk, page_of(sales), required_level="high_assurance")
    assert "Nothing was saved yet" in errors_of(page)
    assert dict(impact_of(page).refused) == {"JWT bearer": 1, "Username and password": 1}
    assert dict(impact_of(page).kept) == {"Web server (authorization code)": 2}
    assert "2 tokens are refused" in text(page) and "2 tokens go on working" in text(page)
    sales.refresh_from_db()
    assert sales.required_level == "none"


def test_saving_again_keeps_the_approved_ones(desk: Client, sales: Profile, held: dict[str, Any]) -> None:
    seen = impact_of(fill_in(desk, page_of(sales), required_level="high_assurance")).fingerprint
    assert fill_in(desk, page_of(sales), required_level="high_assurance", impact_seen=seen).status_code == 302
    policy_book.refresh()
    assert call("/api/v1/session/", held["web"]["access_token"]).status_code == 200
    for name in ("script", "job"):
        assert call("/api/v1/session/", held[name]).status_code == 403


def test_the_tick_revokes_all_of_them_with_their_approvals(desk: Client, sales: Profile, held: dict[str, Any]) -> None:
    seen = impact_of(fill_in(desk, page_of(sales), required_level="high_assurance")).fingerprint
    saved = fill_in(desk, page_of(sales), required_level="high_assurance", impact_seen=seen, revoke_tokens="on")
    assert saved.status_code == 302
    for token in (held["web"]["access_token"], held["script"], held["job"]):
        assert call("/api/v1/session/", token).status_code == 401
    assert not Approval.objects.exists()


def test_what_changed_since_it_was_shown_is_shown_again(
    desk: Client, sales: Profile, alice: User, held: dict[str, Any]
) -> None:
    seen = impact_of(fill_in(desk, page_of(sales), required_level="high_assurance")).fingerprint
    other = app("script-2", "password", redirect_uris="")
    assert token_request(other, "password", username="alice", password=PASSWORD).status_code == 200
    again = fill_in(desk, page_of(sales), required_level="high_assurance", impact_seen=seen)
    assert dict(impact_of(again).refused)["Username and password"] == 2


def test_other_changes_ask_nothing(desk: Client, sales: Profile, held: dict[str, Any]) -> None:
    assert fill_in(desk, page_of(sales), description="Sells").status_code == 302


def test_a_profile_without_tokens_is_saved_at_once(desk: Client) -> None:
    assert fill_in(desk, page_of(profile("Empty")), required_level="high_assurance").status_code == 302


@pytest.mark.parametrize(("policy", "refused", "kept"), [("raise", 0, 2), ("block", 2, 0)])
def test_raising_and_blocking_an_app_shows_it(
    desk: Client, held: dict[str, Any], policy: str, refused: int, kept: int
) -> None:
    page = fill_in(desk, page_of(ConnectedApp.objects.get(name="web-app")), session_policy=policy)
    assert (impact_of(page).refused_count, impact_of(page).kept_count) == (refused, kept)


def test_switching_a_grant_off_shows_its_tokens(desk: Client, held: dict[str, Any]) -> None:
    script = ConnectedApp.objects.get(name="script")
    page = fill_in(desk, page_of(script), grant_types=["refresh_token"])
    assert dict(impact_of(page).refused) == {"Username and password": 1}


def test_approving_people_shows_whose_tokens_are_refused(client: Client, desk: Client, held: dict[str, Any]) -> None:
    web = ConnectedApp.objects.get(name="web-app")
    approved = permission_set(person("bob", profile("Support")), name="Users of the app")
    page = fill_in(desk, page_of(web), permitted_users="admin_approved", approved_permission_sets=[approved.pk])
    assert dict(impact_of(page).refused) == {"Web server (authorization code)": 2}
    page = fill_in(
        desk, page_of(web), permitted_users="admin_approved", approved_profiles=[Profile.objects.get(name="Sales").pk]
    )
    assert page.status_code == 302
