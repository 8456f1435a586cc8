"""Connected apps, approvals and tokens over the API: rights first, the area's level, and a secret once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from oauth.models import AccessToken, Approval, ConnectedApp, RefreshToken
from sessions_policy.models import PolicyRevision
from tests.accounts.people import PASSWORD, assured_profile, give_authenticator, person, rule, sign_in
from tests.oauth.world import app, call, public_app, redeem, token_request, tokens

pytestmark = pytest.mark.django_db
APPS = "/api/v1/connected-apps/"
NEW = {
    "name": "shop",
    "redirect_uris": "https://client.example/cb",
    "grant_types": ["authorization_code", "refresh_token"],
    "scopes": ["openid", "api", "refresh_token"],
}


@pytest.fixture
def ada(client: Client) -> User:
    """Ada administers; she is signed in with her second factor."""
    ada = User.objects.create_superuser("ada", "ada@example.org", PASSWORD, profile=assured_profile())
    sign_in(client, ada, give_authenticator(ada))
    return ada


def post(client: Client, path: str, body: Any, method: str = "post") -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def test_a_new_app_works_with_the_secret_that_is_shown_once(client: Client, ada: User) -> None:
    made = post(client, APPS, NEW)
    assert made.status_code == 201, made.content
    assert made.headers["Cache-Control"] == "no-store"
    body = made.json()
    stored = ConnectedApp.objects.get(pk=body["id"])
    assert stored.proves(body["client_secret"])
    later = client.get(f"{APPS}{stored.pk}/").content.decode()
    assert body["client_secret"] not in later
    assert "client_secret" not in later
    revision = PolicyRevision.objects.get(policy="oauth.connectedapp")
    assert revision.author == ada
    assert body["client_secret"] not in str(revision.after)


def test_a_public_app_gets_no_secret(client: Client, ada: User) -> None:
    assert post(client, APPS, {**NEW, "client_type": "public"}).json()["client_secret"] is None
    made = public_app()
    assert post(client, f"{APPS}{made.pk}/secret/", {}).status_code == 409


def test_what_cannot_work_is_refused_by_field(client: Client, ada: User) -> None:
    for field, value in {
        "redirect_uris": "http://client.example/cb",
        "grant_types": ["device_code"],
        "scopes": [],
        "run_as": "nobody",
        "approved_profiles": ["no such profile"],
        "refresh_hours": 0,
    }.items():
        answer = post(client, APPS, {**NEW, field: value})
        assert answer.status_code == 400, field
        assert field in answer.json()["errors"], field
    assert not ConnectedApp.objects.exists()


def test_a_change_leaves_the_other_fields_and_is_a_revision(client: Client, ada: User) -> None:
    made = app(scopes=["api"])
    answer = post(client, f"{APPS}{made.pk}/", {"session_policy": "raise", "approved_profiles": ["Assured User"]}, "patch")
    assert answer.status_code == 200, answer.content
    made.refresh_from_db()
    assert (made.session_policy, made.scopes, made.redirect_uris) == ("raise", ["api"], "https://client.example/cb")
    assert [each.name for each in made.approved_profiles.all()] == ["Assured User"]
    assert made.proves(made.shown_secret)
    assert PolicyRevision.objects.filter(policy="oauth.connectedapp", author=ada).exists()


def test_taking_protection_away_needs_a_reason_and_a_confirmation(client: Client, ada: User) -> None:
    made = app(session_policy="raise")
    path = f"{APPS}{made.pk}/"
    refused = post(client, path, {"session_policy": "allow"}, "patch")
    assert refused.status_code == 409
    assert refused.json()["code"] == "confirmation_needed"
    done = post(client, path, {"session_policy": "allow", "reason": "no longer needed", "confirm": True}, "patch")
    assert done.status_code == 200


def test_a_rotated_secret_overlaps(client: Client, ada: User) -> None:
    made = app()
    answer = post(client, f"{APPS}{made.pk}/secret/", {"overlap_hours": 1}).json()
    stored = ConnectedApp.objects.get(pk=made.pk)
    assert stored.proves(answer["client_secret"])
    assert stored.proves(made.shown_secret)
    post(client, f"{APPS}{made.pk}/secret/", {"overlap_hours": 0})
    assert not ConnectedApp.objects.get(pk=made.pk).proves(answer["client_secret"])


def test_the_tokens_of_an_app_end_with_their_approvals(client: Client, ada: User) -> None:
    made, browser = app(), Client()
    sign_in(browser, person("bob"))
    token = tokens(browser, made)["access_token"]
    assert client.delete(f"{APPS}{made.pk}/tokens/").json() == {"ended": 2}
    assert call("/api/v1/me/", token).status_code == 401
    assert not Approval.objects.exists()


def test_without_the_right_nothing_is_told(client: Client) -> None:
    made = app()
    sign_in(client, person("alice"))
    for path in (APPS, f"{APPS}{made.pk}/", f"{APPS}999/"):
        assert client.get(path).status_code == 403
    assert post(client, APPS, NEW).status_code == 403
    assert post(client, f"{APPS}{made.pk}/secret/", {}).status_code == 403
    assert client.delete(f"{APPS}{made.pk}/").status_code == 403
    assert Client().get(APPS).status_code == 401


def test_the_area_asks_for_its_level(client: Client) -> None:
    hanna = person("hanna")
    hanna.user_permissions.add(Permission.objects.get(codename="view_connectedapp"))
    give_authenticator(hanna)
    sign_in(client, hanna)
    assert client.get(APPS).status_code == 200
    rule("connected_apps", "raise")
    refused = client.get(APPS)
    assert refused.status_code == 401
    assert refused.json()["code"] == "insufficient_user_authentication"


def test_people_end_their_own_tokens_and_approvals_and_nobody_elses(client: Client) -> None:
    made, bob, eve = app(), Client(), Client()
    sign_in(bob, person("bob"))
    sign_in(eve, person("eve"))
    given = tokens(bob, made)
    assert given["access_token"] not in bob.get("/api/v1/access-tokens/").content.decode()
    access, refresh = AccessToken.objects.get(), RefreshToken.objects.get()
    approval = Approval.objects.get()
    assert bob.get("/api/v1/access-tokens/").json()["results"][0]["app"] == "web-app"
    for path in ("access-tokens", "refresh-tokens", "approvals"):
        assert bob.get(f"/api/v1/{path}/").json()["count"] == 1
        assert eve.get(f"/api/v1/{path}/").json()["count"] == 0
        assert eve.get(f"/api/v1/{path}/?user=bob").status_code == 403
    for path in (f"access-tokens/{access.pk}", f"refresh-tokens/{refresh.pk}", f"approvals/{approval.pk}", "approvals/999"):
        assert eve.delete(f"/api/v1/{path}/").status_code == 403
    assert bob.delete(f"/api/v1/access-tokens/{access.pk}/").status_code == 204
    assert call("/api/v1/me/", given["access_token"]).status_code == 401
    assert bob.delete(f"/api/v1/refresh-tokens/{refresh.pk}/").status_code == 204
    assert token_request(made, "refresh_token", refresh_token=given["refresh_token"]).status_code == 400
    assert bob.delete(f"/api/v1/approvals/{approval.pk}/").status_code == 204
    assert not Approval.objects.exists()


def test_ada_sees_and_ends_everybodys(client: Client, ada: User) -> None:
    made, bob = app(), Client()
    sign_in(bob, person("bob"))
    tokens(bob, made)
    assert client.get("/api/v1/access-tokens/?user=all").json()["results"][0]["user"] == "bob"
    assert client.delete(f"/api/v1/refresh-tokens/{RefreshToken.objects.get().pk}/").status_code == 204
    assert client.delete(f"/api/v1/approvals/{Approval.objects.get().pk}/").status_code == 204


def test_a_deleted_app_is_gone(client: Client, ada: User) -> None:
    made = app()
    assert client.delete(f"{APPS}{made.pk}/").status_code == 204
    assert redeem(made, "any").status_code == 401
