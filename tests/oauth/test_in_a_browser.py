"""The authorize endpoint and the bridge in a real browser: every redirect arrives, under the policy of every page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect

from oauth.models import Approval, ConnectedApp
from tests.accounts.people import assured_profile, give_authenticator, person, sign_in
from tests.browser import in_every_way
from tests.browser_pages.visits import arrive, assert_is, give_code, give_password
from tests.oauth.test_pushed_requests import address as pushed_address
from tests.oauth.test_pushed_requests import pushed
from tests.oauth.world import app, authorize_url, redeem, tokens

pytestmark = pytest.mark.django_db(transaction=True)

CALLBACK = "http://127.0.0.1:8777/cb"


@pytest.fixture
def client_site(page: Page) -> Page:
    """A client's site on another port, that shows what it was sent."""

    def answer(route: Route) -> None:
        route.fulfill(body="<!doctype html><html lang=en><title>Client</title><h1>Client</h1>", content_type="text/html")

    page.route(CALLBACK + "**", answer)
    return page


def arrived(page: Page) -> dict[str, str]:
    """Return what the client's site was sent."""
    expect(page.get_by_role("heading", name="Client")).to_be_visible()
    assert page.url.startswith(CALLBACK), page.url
    parts = urlsplit(page.url)
    return {name: values[0] for name, values in parse_qs(parts.query or parts.fragment).items()}


@in_every_way
def test_a_visitor_signs_in_approves_and_arrives_at_the_client(client_site: Page) -> None:
    alice, web = person("alice"), app(redirect_uris=CALLBACK)
    client_site.goto(authorize_url(web))
    give_password(client_site, alice)
    assert_is(client_site, "consent")
    client_site.get_by_role("button", name="Allow").click()
    code = arrived(client_site)["code"]
    assert redeem(web, code).status_code == 200


def test_denying_arrives_too(client_site: Page) -> None:
    web = app(redirect_uris=CALLBACK)
    arrive(client_site, person("alice"))
    client_site.goto(authorize_url(web))
    client_site.get_by_role("button", name="Deny").click()
    assert arrived(client_site)["error"] == "access_denied"


@in_every_way
def test_a_login_that_leads_straight_to_an_approved_app_arrives(client_site: Page) -> None:
    alice, web = person("alice"), app(redirect_uris=CALLBACK)
    Approval.remember(alice, web, ["api", "refresh_token"])
    client_site.goto(authorize_url(web))
    give_password(client_site, alice)
    assert "code" in arrived(client_site)


@in_every_way
def test_a_step_up_that_leads_straight_to_an_approved_app_arrives(client_site: Page) -> None:
    alice = person("alice")
    authenticator = give_authenticator(alice)
    vault = app("vault", redirect_uris=CALLBACK, session_policy="raise")
    Approval.remember(alice, vault, ["api", "refresh_token"])
    arrive(client_site, alice)
    client_site.goto(authorize_url(vault))
    assert_is(client_site, "step-up")
    expect(client_site.get_by_text("The app vault needs a High Assurance session")).to_be_visible()
    client_site.get_by_label("6-digit code").fill(authenticator.code())
    client_site.get_by_role("button", name="Confirm and continue").click()
    assert "code" in arrived(client_site)


def test_a_login_with_a_second_factor_arrives(client_site: Page) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    spa = app("browser-app", "implicit", client_type="public", redirect_uris=CALLBACK, skip_authorization=True)
    client_site.goto(authorize_url(spa, response_type="token"))
    give_password(client_site, bob)
    give_code(client_site, authenticator.code())
    answer = arrived(client_site)
    assert answer["access_token"] and "#" in client_site.url


def test_a_blocked_app_is_explained(page: Page) -> None:
    web = app("retired", redirect_uris=CALLBACK)
    ConnectedApp.objects.filter(pk=web.pk).update(session_policy="block")
    arrive(page, person("alice"))
    page.goto(authorize_url(web))
    assert_is(page, "oauth-error")
    expect(page.get_by_text("The app retired is closed.")).to_be_visible()
    page.get_by_role("link", name="Why?").click()
    assert_is(page, "why")


def test_a_bridged_browser_is_asked_a_second_time_and_told_why(page: Page) -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    web, program = app(skip_authorization=True), Client()
    first = Client()
    first.post("/login/", {"username": "bob", "password": "correct horse battery staple"})
    first.post("/login/verify/", {"code": authenticator.code()})
    code = parse_qs(urlsplit(first.get(authorize_url(web, scope="web")).headers["Location"]).query)["code"][0]
    token = redeem(web, code).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = program.post("/oauth/singleaccess/", {"retURL": "/security/"}, headers=headers)
    page.goto(answer.json()["frontdoor_uri"])
    assert_is(page, "step-up")
    expect(page.get_by_text("This session was opened from an app's token")).to_be_visible()
    page.get_by_label("6-digit code").fill(authenticator.code(step=1))
    page.get_by_role("button", name="Confirm and continue").click()
    assert_is(page, "security")


@in_every_way
def test_a_pushed_request_arrives_through_the_login(client_site: Page) -> None:
    alice, web = person("alice"), app(redirect_uris=CALLBACK)
    name = pushed(web, redirect_uri=CALLBACK)
    client_site.goto(pushed_address(web, name))
    give_password(client_site, alice)
    assert_is(client_site, "consent")
    client_site.get_by_role("button", name="Allow").click()
    assert arrived(client_site)["state"] == "pushed"


@in_every_way
def test_an_app_signs_the_person_out_and_gets_them_back(client_site: Page) -> None:
    web = app(redirect_uris=CALLBACK, post_logout_redirect_uris=CALLBACK + "/bye")
    arrive(client_site, person("alice"))
    fields = {"client_id": web.client_id, "post_logout_redirect_uri": CALLBACK + "/bye", "state": "s"}
    client_site.goto("/oauth/end-session/?" + urlencode(fields))
    assert_is(client_site, "end-session")
    client_site.get_by_role("main").get_by_role("button", name="Sign out").click()
    assert arrived(client_site)["state"] == "s"
    client_site.goto("/security/")
    assert_is(client_site, "login")


def test_whoever_is_signed_in_as_somebody_else_chooses(page: Page) -> None:
    alice, bob, first, web = person("alice"), person("bob"), Client(), app(skip_authorization=True)
    sign_in(first, alice)
    token = tokens(first, web, scope="web")["access_token"]
    arrive(page, bob)
    answer = Client().post("/oauth/singleaccess/", {"retURL": "/security/"}, headers={"Authorization": f"Bearer {token}"})
    page.goto(answer.json()["frontdoor_uri"])
    assert_is(page, "other-account")
    page.get_by_role("button", name="Go on as alice").click()
    assert_is(page, "security")
