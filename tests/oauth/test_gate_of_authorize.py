"""Where a code or a token in the fragment is issued, the session is enough for the profile, the app and the request.

Three paths issue one: the page that was approved (POST), an approval remembered, and an app that skips the page (GET).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from oauth2_provider.exceptions import FatalClientError

from accounts.models import LoginRecord, User
from oauth.backend import core
from oauth.models import AccessToken, Approval, ConnectedApp, Grant
from sessions_policy.gate import AccessRefused
from sessions_policy.models import DecisionRecord
from tests.accounts.people import assured_profile, give_authenticator, person, profile, sign_in
from tests.oauth.world import REDIRECT, answer_of, app, approve, authorize_url, challenge, press, redeem, text

pytestmark = pytest.mark.django_db

SCOPES = ["api", "refresh_token"]


def by_page(browser: Client, user: User, vault: ConnectedApp, **params: Any) -> Any:
    # The form alone, as somebody would send it who never looked at the page.
    return browser.post(authorize_url(vault, **params), {"allow": "true"})


def by_remembered_approval(browser: Client, user: User, vault: ConnectedApp, **params: Any) -> Any:
    Approval.remember(user, vault, SCOPES)
    return browser.get(authorize_url(vault, **params))


def by_skipping_the_page(browser: Client, user: User, vault: ConnectedApp, **params: Any) -> Any:
    ConnectedApp.objects.filter(pk=vault.pk).update(skip_authorization=True)
    return browser.get(authorize_url(vault, **params))


PATHS = pytest.mark.parametrize("ask", [by_page, by_remembered_approval, by_skipping_the_page])
FLOWS = pytest.mark.parametrize("response_type", ["code", "token"])


def vault_app() -> ConnectedApp:
    return app("vault", "authorization_code", "refresh_token", "implicit", session_policy="raise")


@PATHS
@FLOWS
def test_nobody_gets_nothing(client: Client, ask: Callable[..., Any], response_type: str) -> None:
    alice = person("alice")
    response = ask(client, alice, vault_app(), response_type=response_type)
    assert response.headers["Location"].startswith("/login/?next=")
    assert not Grant.objects.exists() and not AccessToken.objects.exists()


@PATHS
@FLOWS
def test_a_standard_session_is_raised_first(client: Client, ask: Callable[..., Any], response_type: str) -> None:
    alice = person("alice")
    give_authenticator(alice)
    sign_in(client, alice)
    response = ask(client, alice, vault_app(), response_type=response_type)
    assert response.headers["Location"].startswith("/step-up/?next=")
    assert not Grant.objects.exists() and not AccessToken.objects.exists()
    record = DecisionRecord.objects.get()
    assert (record.reason, record.subject) == ("level.app", "vault")


@PATHS
@FLOWS
def test_a_high_assurance_session_gets_it(client: Client, ask: Callable[..., Any], response_type: str) -> None:
    alice = person("alice", assured_profile())
    sign_in(client, alice, give_authenticator(alice))
    answer = answer_of(ask(client, alice, vault_app(), response_type=response_type))
    assert ("code" if response_type == "code" else "access_token") in answer


@PATHS
def test_a_blocked_app_gives_nothing_and_says_so(client: Client, ask: Callable[..., Any]) -> None:
    alice = person("alice", assured_profile())
    sign_in(client, alice, give_authenticator(alice))
    response = ask(client, alice, app("retired", session_policy="block"))
    assert response.status_code == 403 and "The app retired is closed" in text(response)
    assert DecisionRecord.objects.get(reference=response.context["reference"]).reason == "app.blocked"
    assert LoginRecord.objects.get(reference=response.context["reference"]).method == "authorization_code"
    assert not Grant.objects.exists()


def test_the_whole_step_up_leads_back_to_the_code(client: Client) -> None:
    alice = person("alice")
    authenticator = give_authenticator(alice)
    sign_in(client, alice)
    vault = vault_app()
    location = client.get(authorize_url(vault)).headers["Location"]
    page = client.get(location)
    assert "vault" in text(page)
    response = client.post(location, {"code": authenticator.code()})
    assert response.headers["Location"].startswith("/oauth/authorize/?")
    code = answer_of(press(client, client.get(response.headers["Location"])))["code"]
    assert redeem(vault, code).status_code == 200


def test_a_profile_that_rose_after_the_login_is_asked_about(client: Client) -> None:
    alice, web = person("alice"), app()
    give_authenticator(alice)
    sign_in(client, alice)
    page = client.get(authorize_url(web))
    profile(required_level="high_assurance")
    response = press(client, page)
    assert response.headers["Location"].startswith("/step-up/?next=")
    assert not Grant.objects.exists()


@pytest.mark.parametrize("query", ["the low app", "nothing"])
def test_a_form_for_another_app_than_the_address_gets_nothing(client: Client, query: str) -> None:
    alice = person("alice")
    give_authenticator(alice)
    sign_in(client, alice)
    low, vault = app("low"), vault_app()
    address = authorize_url(low) if query == "the low app" else "/oauth/authorize/"
    form = {
        "client_id": vault.client_id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "api",
        "code_challenge": challenge(),
        "allow": "true",
    }
    response = client.post(address, form)
    assert response.status_code == 400 and "Location" not in response.headers
    assert not Grant.objects.exists()


def test_the_backend_itself_refuses_whatever_view_calls_it(client: Client) -> None:
    alice = person("alice")
    give_authenticator(alice)
    sign_in(client, alice)
    low, vault = app("low"), vault_app()
    request = client.get("/security/").wsgi_request
    asked = RequestFactory().get(authorize_url(vault))
    asked.user, asked.session = request.user, request.session
    scopes, credentials = core().validate_authorization_request(asked)
    with pytest.raises(AccessRefused):
        core().create_authorization_response(asked, scopes, credentials, True)
    asked_for_low = RequestFactory().get(authorize_url(low))
    asked_for_low.user, asked_for_low.session = request.user, request.session
    with pytest.raises(FatalClientError):
        core().create_authorization_response(asked_for_low, scopes, credentials, True)
    assert not Grant.objects.exists()


def test_a_consent_form_from_elsewhere_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    alice, web = person("alice"), app()
    strict.force_login(alice)
    response = strict.post(authorize_url(web), {"allow": "true"})
    assert response.status_code == 403 and not Grant.objects.exists()


def test_a_request_that_comes_as_a_form_of_the_clients_is_asked_again_by_get(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    query = authorize_url(web).partition("?")[2]
    response = client.post("/oauth/authorize/", query, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303 and not Grant.objects.exists()
    assert client.get(response.headers["Location"]).status_code == 200


def test_the_level_of_the_approval_is_not_the_tokens(client: Client) -> None:
    alice = person("alice", assured_profile())
    sign_in(client, alice, give_authenticator(alice))
    vault = vault_app()
    code = approve(client, vault)["code"]
    row = Grant.objects.get()
    assert [proof[0] for proof in row.proofs] == ["password", "authenticator_app"]
    assert (row.acr, row.flow) == ("", "authorization_code") and row.auth_time is not None
    assert redeem(vault, code).status_code == 200
