"""The policies of a connected app are in force at every door: authorize, token endpoint, API, introspection, bridge."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from oauth.models import AccessToken, Approval, ConnectedApp, RefreshToken
from tests.accounts.people import PASSWORD, give_authenticator, permission_set, person, profile, robot, sign_in
from tests.oauth.world import (
    JWT_BEARER,
    answer_of,
    app,
    approve,
    assertion,
    authorize_url,
    call,
    jwt_app,
    press,
    public_app,
    redeem,
    refresh,
    text,
    token_request,
    tokens,
)

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=1)


def change(which: ConnectedApp, **values: Any) -> None:
    """Change the policy of ``which``, as an administrator does."""
    found = ConnectedApp.objects.get(pk=which.pk)
    for field, value in values.items():
        setattr(found, field, value)
    found.full_clean()
    found.save()


def introspect(which: ConnectedApp, token: str) -> dict[str, Any]:
    """Ask about a token as its own client."""
    data = {"token": token, "client_id": which.client_id, "client_secret": which.shown_secret}
    body: dict[str, Any] = Client().post("/oauth/introspect/", data).json()
    return body


def bridge(token: str) -> Any:
    return Client().post("/oauth/singleaccess/", {"retURL": "/"}, headers={"Authorization": f"Bearer {token}"})


class TestPermittedUsers:
    """Alice used the app; then it became one for people whom an administrator approved."""

    @pytest.fixture
    def web(self) -> ConnectedApp:
        return app()

    @pytest.fixture
    def alice(self, client: Client) -> User:
        alice = person("alice", profile("Sales"))
        sign_in(client, alice)
        return alice

    @pytest.fixture
    def body(self, client: Client, web: ConnectedApp, alice: User) -> dict[str, Any]:
        return tokens(client, web, scope="api web refresh_token")

    def test_the_page_and_the_automatic_approval_are_refused(
        self, client: Client, web: ConnectedApp, body: dict[str, Any]
    ) -> None:
        change(web, permitted_users="admin_approved")
        page = client.get(authorize_url(web))
        assert page.status_code == 403 and "Only people whom an administrator approved" in text(page)
        assert "approve your profile" in text(page) and 'data-page="oauth-error"' in page.content.decode()
        silent = answer_of(client.get(authorize_url(web, prompt="none")))
        assert silent["error"] == "access_denied" and silent["iss"]

    def test_a_consent_page_that_is_still_open_is_refused(self, client: Client, web: ConnectedApp, alice: User) -> None:
        page = client.get(authorize_url(web))
        change(web, permitted_users="admin_approved")
        assert press(client, page).status_code == 403
        assert not Approval.objects.exists()

    def test_the_code_and_the_refresh_are_refused(self, client: Client, web: ConnectedApp, body: dict[str, Any]) -> None:
        code = approve(client, web)["code"]
        change(web, permitted_users="admin_approved")
        for response in (redeem(web, code), refresh(web, body["refresh_token"])):
            assert response.status_code == 400 and response.json()["error"] == "invalid_grant"
            assert "administrator approved" in response.json()["error_description"]

    def test_the_next_call_introspection_and_bridge_are_refused(self, web: ConnectedApp, body: dict[str, Any]) -> None:
        change(web, permitted_users="admin_approved")
        answer = call("/api/v1/session/", body["access_token"])
        assert answer.status_code == 403 and answer.json()["code"] == "blocked_by_policy"
        assert introspect(web, body["access_token"]) == {"active": False}
        assert introspect(web, body["refresh_token"]) == {"active": False}
        assert bridge(body["access_token"]).status_code == 403

    def test_a_profile_or_a_permission_set_lets_in_without_a_page(
        self, client: Client, web: ConnectedApp, alice: User
    ) -> None:
        change(web, permitted_users="admin_approved")
        web.approved_profiles.add(alice.profile)
        body = tokens(client, web)
        web.approved_profiles.clear()
        assert call("/api/v1/session/", body["access_token"]).status_code == 403
        web.approved_permission_sets.add(permission_set(alice, name="Users of the app"))
        assert call("/api/v1/session/", body["access_token"]).status_code == 200

    def test_the_password_grant_asks_it_once_the_password_is_right(self, alice: User) -> None:
        script = app("script", "password", redirect_uris="", permitted_users="admin_approved")
        wrong = token_request(script, "password", username="alice", password="wrong")
        assert "administrator" not in wrong.json()["error_description"]
        right = token_request(script, "password", username="alice", password=PASSWORD)
        assert right.json()["error"] == "invalid_grant" and "administrator approved" in right.json()["error_description"]
        script.approved_profiles.add(alice.profile)
        assert token_request(script, "password", username="alice", password=PASSWORD).status_code == 200

    def test_client_credentials_ask_it_of_the_user_that_they_run_as(self) -> None:
        alice = robot("alice")
        service = app("service", "client_credentials", redirect_uris="", run_as=alice, permitted_users="admin_approved")
        assert token_request(service, "client_credentials").json()["error"] == "invalid_grant"
        service.approved_profiles.add(alice.profile)
        assert token_request(service, "client_credentials").status_code == 200

    def test_who_is_not_signed_in_is_told_nothing(self, web: ConnectedApp) -> None:
        change(web, permitted_users="admin_approved")
        assert Client().get(authorize_url(web)).headers["Location"].startswith("/login/")


class TestScopesOfTheApp:
    def test_a_request_for_more_is_an_invalid_scope(self, client: Client) -> None:
        web = app(scopes=["api", "refresh_token"])
        sign_in(client, person("alice"))
        assert answer_of(client.get(authorize_url(web, scope="api web")))["error"] == "invalid_scope"
        script = app("script", "password", redirect_uris="", scopes=["api"])
        response = token_request(script, "password", username="alice", password=PASSWORD, scope="full")
        assert response.status_code == 400 and response.json()["error"] == "invalid_scope"

    def test_a_scope_taken_from_the_app_is_gone_at_the_next_call(self, client: Client) -> None:
        web = app()
        sign_in(client, person("alice"))
        body = tokens(client, web, scope="openid api web refresh_token")
        change(web, scopes=["openid", "refresh_token"])
        assert call("/api/v1/reports/", body["access_token"]).status_code == 403
        assert call("/oauth/userinfo/", body["access_token"]).status_code == 200
        assert bridge(body["access_token"]).status_code == 403
        assert introspect(web, body["access_token"])["scope"] == "openid refresh_token"
        fresh = refresh(web, body["refresh_token"])
        assert fresh.json()["scope"].split() == ["openid", "refresh_token"]
        change(web, scopes=["openid", "api", "refresh_token"])
        assert "api" in refresh(web, fresh.json()["refresh_token"]).json()["scope"].split()

    def test_full_shrinks_to_what_the_app_is_left_with(self, client: Client) -> None:
        web = app()
        sign_in(client, person("alice"))
        body = tokens(client, web, scope="full")
        change(web, scopes=["openid", "profile"])
        assert call("/api/v1/reports/", body["access_token"]).status_code == 403
        assert call("/oauth/userinfo/", body["access_token"]).status_code == 200


def test_tokens_of_a_grant_that_is_switched_off_are_refused(client: Client) -> None:
    person("alice")
    both = app("both", "authorization_code", "password")
    token = token_request(both, "password", username="alice", password=PASSWORD).json()["access_token"]
    change(both, grant_types=["authorization_code"])
    answer = call("/api/v1/session/", token)
    assert answer.status_code == 403 and answer.json()["code"] == "blocked_by_policy"
    assert token_request(both, "password", username="alice", password=PASSWORD).json()["error"] == "unauthorized_client"


def test_blocking_ends_the_tokens_for_good(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web)
    change(web, session_policy="block")
    change(web, session_policy="allow")
    assert call("/api/v1/session/", body["access_token"]).status_code == 401
    assert refresh(web, body["refresh_token"]).status_code == 400


class TestLifetimes:
    def test_the_access_token_lives_as_long_as_the_app_says(self, client: Client) -> None:
        web = app(access_token_minutes=5)
        sign_in(client, person("alice"))
        body = tokens(client, web)
        assert body["expires_in"] == 300
        assert refresh(web, body["refresh_token"]).json()["expires_in"] == 300
        token = AccessToken.objects.latest("pk")
        assert timedelta(minutes=4) < token.expires - timezone.now() <= timedelta(minutes=5)

    @pytest.mark.parametrize("grant", ["password", "client_credentials", JWT_BEARER, "implicit"])
    def test_so_it_is_with_every_grant(self, client: Client, grant: str) -> None:
        alice = robot("alice") if grant == "client_credentials" else person("alice")
        if grant == "implicit":
            spa = public_app("spa", "implicit", access_token_minutes=5)
            sign_in(client, alice)
            assert approve(client, spa, response_type="token", scope="api")["expires_in"] == "300"
            return
        if grant == JWT_BEARER:
            job = jwt_app(access_token_minutes=5, permitted_users="admin_approved")
            job.approved_profiles.add(alice.profile)
            response = token_request(None, JWT_BEARER, assertion=assertion(job, "alice"))
        else:
            program = app("program", grant, redirect_uris="", access_token_minutes=5, run_as=alice)
            response = token_request(program, grant, username="alice", password=PASSWORD)
        assert response.json()["expires_in"] == 300

    def test_a_fixed_time_counts_from_the_approval(self, client: Client) -> None:
        web = app(refresh_policy="fixed", refresh_hours=48)
        sign_in(client, person("alice"))
        start = timezone.now()
        body = tokens(client, web)
        with time_machine.travel(start + timedelta(hours=47), tick=False):
            body = refresh(web, body["refresh_token"]).json()
        with time_machine.travel(start + timedelta(hours=48) + LATER, tick=False):
            response = refresh(web, body["refresh_token"])
        assert response.json()["error"] == "invalid_grant" and "expired" in response.json()["error_description"]

    def test_unused_counts_from_the_last_use_and_ends_after_90_days(self, client: Client) -> None:
        web = app(refresh_policy="unused", refresh_hours=24 * 40)
        sign_in(client, person("alice"))
        start = timezone.now()
        body = tokens(client, web)
        for days in (39, 78):
            with time_machine.travel(start + timedelta(days=days), tick=False):
                body = refresh(web, body["refresh_token"]).json()
        with time_machine.travel(start + timedelta(days=90) + LATER, tick=False):
            assert "expired" in refresh(web, body["refresh_token"]).json()["error_description"]

    def test_unused_for_too_long_is_over(self, client: Client) -> None:
        web = app(refresh_policy="unused", refresh_hours=24)
        sign_in(client, person("alice"))
        start = timezone.now()
        body = tokens(client, web)
        with time_machine.travel(start + timedelta(hours=24) + LATER, tick=False):
            assert "not used for too long" in refresh(web, body["refresh_token"]).json()["error_description"]
            assert introspect(web, body["refresh_token"]) == {"active": False}

    def test_until_revoked_has_no_end(self, client: Client) -> None:
        web = app(refresh_policy="until_revoked")
        sign_in(client, person("alice"))
        start = timezone.now()
        body = tokens(client, web)
        with time_machine.travel(start + timedelta(days=3000), tick=False):
            assert refresh(web, body["refresh_token"]).status_code == 200

    def test_expiring_immediately_gives_none_and_refuses_older_ones(self, client: Client) -> None:
        web = app()
        sign_in(client, person("alice"))
        older = tokens(client, web)
        change(web, refresh_policy="none")
        assert "refresh_token" not in tokens(client, web)
        assert "no refresh tokens any more" in refresh(web, older["refresh_token"]).json()["error_description"]
        assert RefreshToken.objects.count() == 1

    def test_a_stricter_policy_reaches_older_tokens_at_their_next_use(self, client: Client) -> None:
        web = app()
        sign_in(client, person("alice"))
        start = timezone.now()
        body = tokens(client, web)
        change(web, refresh_hours=24)
        with time_machine.travel(start + timedelta(hours=25), tick=False):
            assert "approval is too old" in refresh(web, body["refresh_token"]).json()["error_description"]

    def test_a_looser_policy_revives_nothing(self, client: Client) -> None:
        web = app(refresh_hours=1)
        sign_in(client, person("alice"))
        start = timezone.now()
        body = tokens(client, web)
        change(web, refresh_policy="until_revoked")
        with time_machine.travel(start + timedelta(hours=2), tick=False):
            assert refresh(web, body["refresh_token"]).status_code == 400


class TestNetworks:
    """Alice's profile is at home in 127.0.0.0/8; her app's server is elsewhere."""

    ELSEWHERE = "198.51.100.7"

    @pytest.fixture
    def body(self, client: Client) -> dict[str, Any]:
        self.web = app()
        self.alice = person("alice", profile("Office", ip_ranges="127.0.0.0/8", enforce_every_request=True))
        authenticator = give_authenticator(self.alice)
        sign_in(client, self.alice)
        client.post("/step-up/", {"code": authenticator.code()})
        return tokens(client, self.web)

    def from_elsewhere(self, body: dict[str, Any]) -> tuple[int, int]:
        """Call the API and refresh, from outside the ranges; return both statuses."""
        outside = Client(REMOTE_ADDR=self.ELSEWHERE)
        called = call("/api/v1/session/", body["access_token"], outside).status_code
        fields = {"refresh_token": body["refresh_token"]}
        return called, token_request(self.web, "refresh_token", outside, **fields).status_code

    def test_the_ranges_hold_for_tokens(self, body: dict[str, Any]) -> None:
        assert self.from_elsewhere(body) == (403, 400)

    def test_the_app_may_relax_them_for_refreshing(self, body: dict[str, Any]) -> None:
        change(self.web, ip_relaxation="relax_refresh")
        assert self.from_elsewhere(body) == (403, 200)

    def test_the_app_may_relax_them(self, body: dict[str, Any]) -> None:
        change(self.web, ip_relaxation="relax")
        assert self.from_elsewhere(body) == (200, 200)

    def test_a_relaxed_token_opens_no_browser_from_outside(self, client: Client, body: dict[str, Any]) -> None:
        change(self.web, ip_relaxation="relax")
        wide = tokens(client, self.web, scope="web")["access_token"]
        outside = Client(REMOTE_ADDR=self.ELSEWHERE)
        answer = outside.post("/oauth/singleaccess/", {"retURL": "/"}, headers={"Authorization": f"Bearer {wide}"})
        assert answer.status_code == 403

    def test_an_unknown_relaxation_relaxes_nothing(self, body: dict[str, Any]) -> None:
        ConnectedApp.objects.filter(pk=self.web.pk).update(ip_relaxation="everything")
        assert self.from_elsewhere(body) == (403, 400)
