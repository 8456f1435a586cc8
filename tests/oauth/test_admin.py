"""Administrators register apps and end tokens. A secret is shown once; no token is shown at all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from oauth.models import AccessToken, Approval, ConnectedApp, RefreshToken
from sessions_policy.models import PolicyRevision
from tests.accounts.people import assured_profile, give_authenticator, person, sign_in
from tests.oauth.world import REDIRECT, app, approve, call, redeem, refresh, text, tokens

pytestmark = pytest.mark.django_db

APPS = "/admin/oauth/connectedapp/"


@pytest.fixture
def admin(client: Client) -> Client:
    boss = person("boss", assured_profile(), is_staff=True, is_superuser=True)
    sign_in(client, boss, give_authenticator(boss))
    return client


def form(**values: Any) -> dict[str, Any]:
    return {
        "name": "New app",
        "client_type": "confidential",
        "redirect_uris": REDIRECT,
        "grant_types": ["authorization_code", "refresh_token"],
        "scopes": ["api", "refresh_token"],
        "session_policy": "raise",
        "permitted_users": "self_authorise",
        "ip_relaxation": "enforce",
        "refresh_policy": "fixed",
        **values,
    }


def shown_secret(page: Any) -> str:
    found = re.search(r'id="client-secret">([^<]+)<', page.content.decode())
    assert found is not None, page.content.decode()[-3000:]
    return found[1]


def test_a_new_app_gets_a_secret_that_is_shown_once_and_works(admin: Client) -> None:
    page = admin.post(f"{APPS}add/", form(session_policy="allow"))
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    made = ConnectedApp.objects.get()
    made.shown_secret = shown_secret(page)
    assert made.client_id in text(page)
    change = admin.get(f"{APPS}{made.pk}/change/").content.decode()
    assert made.shown_secret not in change and made.client_secret not in change and made.client_id in change
    code = approve(admin, made, scope="api")["code"]
    assert redeem(made, code).status_code == 200
    assert made.algorithm == "RS256"


def test_a_public_app_is_shown_no_secret(admin: Client) -> None:
    page = admin.post(f"{APPS}add/", form(client_type="public"))
    assert 'id="client-secret"' not in page.content.decode() and ConnectedApp.objects.get().client_id in text(page)


def test_what_cannot_work_is_refused_at_its_field(admin: Client) -> None:
    for values, field in (
        ({"redirect_uris": "http://client.example/cb"}, "redirect_uris"),
        ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris"),
        ({"redirect_uris": "https://*.example/cb"}, "redirect_uris"),
        ({"redirect_uris": "myapp:/cb"}, "redirect_uris"),
        ({"redirect_uris": ""}, "redirect_uris"),
        ({"grant_types": []}, "grant_types"),
        ({"grant_types": ["client_credentials"]}, "run_as"),
        ({"refresh_hours": 0}, "refresh_hours"),
        ({"access_token_minutes": 100_000}, "access_token_minutes"),
        ({"name": ""}, "name"),
    ):
        page = admin.post(f"{APPS}add/", form(**values))
        assert page.status_code == 200 and field in page.context["adminform"].errors, values
    assert not ConnectedApp.objects.exists()


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:8777/cb", "http://localhost:1717/OauthRedirect", "com.example.app:/cb", REDIRECT]
)
def test_https_the_local_machine_and_private_schemes_are_taken(admin: Client, uri: str) -> None:
    assert shown_secret(admin.post(f"{APPS}add/", form(redirect_uris=uri)))


def test_a_change_is_a_revision_without_the_secret(admin: Client) -> None:
    made = app()
    admin.post(f"{APPS}{made.pk}/change/", form(name="web-app", session_policy="block"))
    revision = PolicyRevision.objects.filter(policy="oauth.connectedapp").first()
    assert revision is not None and revision.author is not None and revision.author.username == "boss"
    assert revision.before is not None and revision.after is not None
    assert (revision.before["session_policy"], revision.after["session_policy"]) == ("allow", "block")
    assert "client_secret" not in revision.after


def test_tokens_are_listed_and_ended_but_not_edited(admin: Client) -> None:
    web, browser = app(), Client()
    sign_in(browser, person("alice"))
    body = tokens(browser, web)
    access, fresh = AccessToken.objects.get(), RefreshToken.objects.get()
    for model, row in (("accesstoken", access), ("refreshtoken", fresh)):
        where = f"/admin/oauth/{model}/"
        assert "alice" in text(admin.get(where))
        page = admin.get(f"{where}{row.pk}/change/").content.decode()
        assert '<input type="text"' not in page and row.token_checksum not in page
        assert admin.get(f"{where}add/").status_code == 403
        assert admin.post(f"{where}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post("/admin/oauth/accesstoken/", {"action": "revoke", "_selected_action": [access.pk]})
    assert call("/api/v1/me/", body["access_token"]).status_code == 401
    admin.post("/admin/oauth/refreshtoken/", {"action": "revoke", "_selected_action": [fresh.pk]})
    assert refresh(web, body["refresh_token"]).status_code == 400


def test_one_click_ends_all_tokens_of_an_app(admin: Client) -> None:
    web, browser = app(), Client()
    sign_in(browser, person("alice"))
    body = tokens(browser, web)
    page = admin.post(APPS, {"action": "end_all_tokens", "_selected_action": [web.pk]}, follow=True)
    assert "1 app have ended" in text(page)
    assert call("/api/v1/me/", body["access_token"]).status_code == 401
    assert refresh(web, body["refresh_token"]).status_code == 400


def test_an_approval_is_taken_back_for_somebody(admin: Client) -> None:
    web, browser = app(), Client()
    sign_in(browser, person("alice"))
    body = tokens(browser, web)
    admin.post("/admin/oauth/approval/", {"action": "take_back", "_selected_action": [Approval.objects.get().pk]})
    assert not Approval.objects.exists() and call("/api/v1/me/", body["access_token"]).status_code == 401


def test_codes_and_id_tokens_have_no_page(admin: Client) -> None:
    index = text(admin.get("/admin/oauth/"))
    assert "Authorization codes" not in index and "ID tokens" not in index
    assert admin.get("/admin/oauth/grant/").status_code == 403
    assert admin.get("/admin/oauth/idtoken/").status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("post_logout_redirect_uris", "http://elsewhere.example/bye"),
        ("post_logout_redirect_uris", "javascript:alert(1)"),
        ("post_logout_redirect_uris", "https://client.example/bye#x"),
        ("allowed_origins", "*"),
        ("allowed_origins", "null"),
        ("allowed_origins", "https://client.example/path"),
        ("allowed_origins", "https://client.example/"),
        ("allowed_origins", "https://*.example"),
        ("allowed_origins", "http://client.example"),
        ("allowed_origins", "com.example.app:"),
    ],
)
def test_addresses_that_would_be_a_hole_are_refused_with_a_reason(admin: Client, field: str, value: str) -> None:
    page = admin.post(f"{APPS}add/", form(session_policy="allow", **{field: value}))
    assert page.status_code == 200 and page.context["adminform"].form.errors[field]
    assert not ConnectedApp.objects.exists()


def test_an_app_has_more_addresses(admin: Client) -> None:
    bye, origins = "https://client.example/bye com.example.app:/bye", "https://spa.example http://localhost:5173"
    admin.post(f"{APPS}add/", form(session_policy="allow", post_logout_redirect_uris=bye, allowed_origins=origins))
    made = ConnectedApp.objects.get()
    assert (made.post_logout_redirect_uris, made.allowed_origins) == (bye, origins)
