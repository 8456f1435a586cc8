"""The web server flow: ask, approve, exchange, call the API."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from html import unescape

import pytest
from django.test import Client

from accounts.models import LoginRecord
from oauth.models import AccessToken, Grant, RefreshToken
from tests.accounts.people import person, sign_in
from tests.oauth.world import (
    REDIRECT,
    answer_of,
    app,
    approve,
    authorize_url,
    call,
    press,
    public_app,
    redeem,
    text,
    token_request,
    tokens,
)

pytestmark = pytest.mark.django_db


def test_alice_approves_and_the_app_calls_the_api(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    answer = approve(client, web)
    assert answer["state"] == "xyz" and answer["iss"] == "http://127.0.0.1:8000"
    response = redeem(web, answer["code"])
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert body["token_type"] == "Bearer" and body["scope"] == "api refresh_token"
    session = call("/api/v1/session/", body["access_token"]).json()
    assert (session["user"], session["level"], session["channel"]) == ("alice", "standard", "token")
    assert session["grant"] == "authorization_code"


def test_the_answer_carries_what_clients_of_the_reference_system_read(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    body = tokens(client, web)
    assert body["instance_url"] == "http://127.0.0.1:8000"
    assert body["id"] == f"http://127.0.0.1:8000/id/org/{alice.pk}"
    assert len(body["issued_at"]) == 13
    digest = hmac.digest(web.shown_secret.encode(), (body["id"] + body["issued_at"]).encode(), hashlib.sha256)
    assert b64decode(body["signature"]) == digest


def test_anonymous_visitors_sign_in_first_and_come_back(client: Client) -> None:
    alice, web = person("alice"), app()
    response = client.get(authorize_url(web))
    assert response.headers["Location"].startswith("/login/?next=%2Foauth%2Fauthorize%2F")
    page = client.get(response.headers["Location"])
    back = page.context["next"]
    response = client.post("/login/", {"username": "alice", "password": "correct horse battery staple", "next": back})
    assert response.headers["Location"] == back
    assert "code" in answer_of(press(client, client.get(back)))
    assert Grant.objects.get().user == alice


def test_denying_tells_the_client_and_issues_nothing(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    answer = answer_of(press(client, client.get(authorize_url(web)), "deny"))
    assert answer["error"] == "access_denied" and answer["state"] == "xyz"
    assert answer["iss"] == "http://127.0.0.1:8000"
    assert not Grant.objects.exists()


def test_the_consent_page_says_who_where_what_and_how_strong(client: Client) -> None:
    web = app("Invoice Bot")
    sign_in(client, person("alice"))
    page = client.get(authorize_url(web, scope="openid web refresh_token"))
    words = text(page)
    for part in ("Invoice Bot", "client.example", "alice", "Know who you are", "Open a browser session", "Standard"):
        assert part in words
    assert (
        words.index("> Deny <") < words.index("> Allow <")
        if "> Deny <" in words
        else words.index("Deny") < words.index("Allow</")
    )
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://client.example" in policy


def test_another_account_can_be_used_instead(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    response = press(client, client.get(authorize_url(web)), "switch_account")
    assert response.headers["Location"].startswith("/login/?next=")
    assert client.get("/api/v1/me/").status_code == 401


def test_an_approval_is_asked_for_once_and_again_for_more(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    approve(client, web, scope="api")
    assert "code" in answer_of(client.get(authorize_url(web, scope="api")))
    page = client.get(authorize_url(web, scope="api web"))
    assert page.status_code == 200 and "new" in text(page)
    assert client.get(authorize_url(web, scope="api", prompt="consent")).status_code == 200
    assert client.get(authorize_url(web, scope="api", prompt="select_account")).status_code == 200


def test_the_client_has_no_say_in_whether_the_person_is_asked(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    tokens(client, web, scope="api")
    alice_without_approval = AccessToken.objects.get().user
    alice_without_approval.app_approvals.all().delete()
    assert client.get(authorize_url(web, scope="api", approval_prompt="auto")).status_code == 200


def test_a_public_app_on_the_local_machine_is_asked_about_every_time(client: Client) -> None:
    native = public_app(redirect_uris="http://127.0.0.1:8777/cb")
    sign_in(client, person("alice"))
    for _attempt in range(2):
        page = client.get(authorize_url(native))
        assert page.status_code == 200
        assert press(client, page).headers["Location"].startswith("http://127.0.0.1:8777/cb?code=")


def test_a_loopback_port_may_differ_and_a_private_scheme_is_an_address(client: Client) -> None:
    native = public_app(redirect_uris="http://127.0.0.1:8777/cb com.example.app:/cb")
    sign_in(client, person("alice"))
    for given, source in (
        ("http://127.0.0.1:50000/cb", "http://127.0.0.1:50000"),
        ("com.example.app:/cb", "com.example.app:"),
    ):
        page = client.get(authorize_url(native, redirect_uri=given))
        assert f"form-action 'self' {source}" in page.headers["Content-Security-Policy"]
        assert press(client, page).headers["Location"].startswith(f"{given}?code=")
        assert press(client, page, "deny").headers["Location"].startswith(f"{given}?error=access_denied")
    assert client.get(authorize_url(native, redirect_uri="http://localhost:8777/cb")).status_code == 400


def test_the_login_page_lets_its_form_end_at_the_registered_address_only(client: Client) -> None:
    web = app()
    page = client.get(client.get(authorize_url(web)).headers["Location"])
    assert "form-action 'self' https://client.example" in page.headers["Content-Security-Policy"]
    for next_path in (
        authorize_url(web, redirect_uri="https://evil.example/"),
        authorize_url(web, client_id="unknown"),
        "/reports/?" + authorize_url(web).partition("?")[2],
    ):
        policy = client.get("/login/", {"next": next_path}).headers["Content-Security-Policy"]
        assert "form-action 'self';" in policy + ";"


def test_an_app_that_skips_the_page_is_not_asked_about(client: Client) -> None:
    web = app(skip_authorization=True)
    sign_in(client, person("alice"))
    assert "code" in answer_of(client.get(authorize_url(web)))


def test_only_approved_people_use_an_app_that_an_administrator_approves_people_for(client: Client) -> None:
    alice = person("alice")
    web = app(permitted_users="admin_approved")
    sign_in(client, alice)
    response = client.get(authorize_url(web))
    assert response.status_code == 403 and "administrator" in text(response)
    reference = response.context["reference"]
    assert LoginRecord.objects.get(reference=reference).status == "refused"
    assert answer_of(client.get(authorize_url(web, prompt="none")))["error"] == "access_denied"
    web.approved_profiles.add(alice.profile)
    assert "code" in answer_of(client.get(authorize_url(web)))


def test_codes_and_tokens_are_kept_as_checksums(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    assert Grant.objects.get().code == hashlib.sha256(code.encode()).hexdigest()
    body = redeem(web, code).json()
    access, fresh = AccessToken.objects.get(), RefreshToken.objects.get()
    assert (access.token, fresh.token) == ("", "")
    assert access.token_checksum == hashlib.sha256(body["access_token"].encode()).hexdigest()
    assert fresh.token_checksum == hashlib.sha256(body["refresh_token"].encode()).hexdigest()
    for row in LoginRecord.objects.all():
        assert code not in str(vars(row)) and body["access_token"] not in str(vars(row))


def test_the_client_secret_is_kept_as_one_sha256_and_checked(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    digest = hashlib.sha256(web.shown_secret.encode()).hexdigest()
    assert web.client_secret == f"client_secret${digest}"
    code = approve(client, web)["code"]
    response = redeem(web, code, client_secret="wrong")
    assert response.status_code == 401 and response.json()["error"] == "invalid_client"
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    # The hash is not the secret.
    assert redeem(web, code, client_secret=web.client_secret).status_code == 401
    assert redeem(web, code).status_code == 200


def test_the_client_may_authenticate_in_the_header(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    header = "Basic " + b64encode(f"{web.client_id}:{web.shown_secret}".encode()).decode()
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    response = Client().post("/services/oauth2/token", fields, headers={"Authorization": header})
    assert response.status_code == 200
    digest = hmac.digest(
        web.shown_secret.encode(), (response.json()["id"] + response.json()["issued_at"]).encode(), hashlib.sha256
    )
    assert b64decode(response.json()["signature"]) == digest


def test_no_refresh_token_without_its_scope_or_its_grant(client: Client) -> None:
    web, once = app(), app("once", "authorization_code")
    sign_in(client, person("alice"))
    assert "refresh_token" not in tokens(client, web, scope="api")
    assert "refresh_token" not in tokens(client, once)
    assert "refresh_token" in tokens(client, web)


def test_a_code_belongs_to_its_client_and_its_address(client: Client) -> None:
    web, other = app(redirect_uris=f"{REDIRECT} https://client.example/other"), app("other")
    sign_in(client, person("alice"))
    code = approve(client, web)["code"]
    for attempt in (redeem(other, code), redeem(web, code, redirect_uri="https://client.example/other")):
        assert attempt.status_code == 400 and attempt.json()["error"] == "invalid_grant"
    assert redeem(web, code).status_code == 200


def test_every_token_has_its_row_in_the_history(client: Client) -> None:
    alice, web = person("alice"), app()
    sign_in(client, alice)
    tokens(client, web)
    row = LoginRecord.objects.get(method="authorization_code")
    assert (row.user, row.status, row.application, row.level) == (alice, "success", "web-app", "standard")
    assert token_request(web, "authorization_code", code="made-up", redirect_uri=REDIRECT).status_code == 400
    assert LoginRecord.objects.filter(method="authorization_code").count() == 1


def test_denying_wins_over_allowing(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    page = client.get(authorize_url(web))
    action = re.search(r'<form method="post" action="([^"]+authorize[^"]+)"', page.content.decode())
    assert action is not None
    answer = answer_of(client.post(unescape(action[1]), {"allow": "true", "deny": "true"}))
    assert answer["error"] == "access_denied"
    assert not Grant.objects.exists()


def test_a_form_without_a_button_puts_no_form_token_into_an_address(client: Client) -> None:
    response = client.post("/oauth/authorize/", {"client_id": "x", "csrfmiddlewaretoken": "secret"})
    assert response.headers["Location"] == "/oauth/authorize/?client_id=x"


@pytest.mark.parametrize("port", ["0", "99999"])
def test_a_port_that_does_not_exist_is_no_redirect_address(client: Client, port: str) -> None:
    native = public_app(redirect_uris="http://127.0.0.1:8777/cb")
    sign_in(client, person("alice"))
    response = client.get(authorize_url(native, redirect_uri=f"http://127.0.0.1:{port}/cb"))
    assert response.status_code == 400 and "Location" not in response.headers
