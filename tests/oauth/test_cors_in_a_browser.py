"""A browser app on another origin in a real browser: its scripts go through the whole flow, and nobody else's do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.accounts.people import person
from tests.browser_pages.visits import give_password
from tests.oauth.world import VERIFIER, authorize_url, public_app

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE_FLOW = """async ({base, code, client, redirect, verifier}) => {
  const discovery = await (await fetch(base + "/.well-known/openid-configuration")).json();
  const form = (fields) => ({method: "POST", body: new URLSearchParams({...fields, client_id: client})});
  const tokens = await (await fetch(discovery.token_endpoint,
    form({grant_type: "authorization_code", code, redirect_uri: redirect, code_verifier: verifier}))).json();
  const headers = {Authorization: "Bearer " + tokens.access_token};
  const user = await (await fetch(discovery.userinfo_endpoint, {headers})).json();
  const keys = await (await fetch(discovery.jwks_uri)).json();
  const bridge = await fetch(base + "/oauth/singleaccess/", {method: "POST", headers}).then(() => "read", () => "refused");
  const gone = await fetch(discovery.revocation_endpoint, form({token: tokens.refresh_token}));
  const after = await fetch(discovery.userinfo_endpoint, {headers});
  return {sub: user.sub, keys: keys.keys.length, bridge, gone: gone.status, after: after.status};
}"""
TRY = "([url, headers]) => fetch(url, {method: 'POST', headers}).then(() => 'read', () => 'refused')"


class Blank(BaseHTTPRequestHandler):
    """A page of the app, with nothing on it."""

    def do_GET(self) -> None:
        body = b"<!doctype html><html lang=en><title>App</title><h1>App</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def app_site() -> Iterator[str]:
    """The address of the app's own pages: a site of its own, at another port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    # The host of the site itself: browsers ask before a page reaches from one name of this machine to another.
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def unwatched(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose console may say that a request was refused."""
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


def test_the_apps_own_scripts_go_through_the_whole_flow(unwatched: Page, site: str, app_site: str) -> None:
    alice, callback = person("alice"), f"{app_site}/cb"
    spa = public_app("browser-app", redirect_uris=callback)
    unwatched.goto(authorize_url(spa, scope="openid api refresh_token"))
    give_password(unwatched, alice)
    unwatched.get_by_role("button", name="Allow").click()
    unwatched.wait_for_url(callback + "**")
    code = parse_qs(urlsplit(unwatched.url).query)["code"][0]
    given = {"base": site, "code": code, "client": spa.client_id, "redirect": callback, "verifier": VERIFIER}
    told = unwatched.evaluate(WHOLE_FLOW, given)
    assert told == {"sub": str(alice.pk), "keys": 1, "bridge": "refused", "gone": 200, "after": 401}


def test_the_scripts_of_a_page_that_is_no_apps_read_nothing(unwatched: Page, site: str, app_site: str) -> None:
    public_app("browser-app", redirect_uris="https://client.example/cb")
    unwatched.goto(app_site)
    for path in ("/oauth/token/", "/oauth/userinfo/", "/oauth/revoke/", "/oauth/par/"):
        for headers in ({}, {"Authorization": "Bearer x"}):
            assert unwatched.evaluate(TRY, [site + path, headers]) == "refused"
