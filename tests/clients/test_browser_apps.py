"""Browser apps on an origin of their own: oidc-client-ts by code and PKCE, jsforce by the user-agent flow."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.clients import node
from tests.clients.conftest import Person
from tests.clients.demo_site import CALLBACK, DemoSite

pytestmark = pytest.mark.node

OIDC_CLIENT = node.PACKAGES / "oidc-client-ts/dist/browser/oidc-client-ts.min.js"
JSFORCE = node.PACKAGES / "jsforce/dist/jsforce.min.js"
APP = node.HERE / "browser_app.js"


def _serve(page: Page, scripts: dict[str, Any], settings: dict[str, str] | None = None) -> None:
    """Serve, at the app's origin, a page with ``scripts`` (name: file)."""
    tags = "".join(f'<script src="/{name}"></script>' for name in scripts)
    kept = f'<script type="application/json" id="settings">{json.dumps(settings)}</script>'
    html = f"<!doctype html><html lang=en><title>App</title><h1>App</h1>{kept}{tags}"

    def answer(route: Route) -> None:
        name = route.request.url.split("?")[0].rsplit("/", 1)[1]
        if name in scripts:
            route.fulfill(path=scripts[name], content_type="text/javascript")
        else:
            route.fulfill(body=html, content_type="text/html")

    page.context.route("http://127.0.0.1:8777/**", answer)


def test_oidc_client_ts(demo: DemoSite, person: Callable[[str], Person]) -> None:
    standard = person("standard")
    page = standard.page
    page.unroute_all()
    known = demo.apps["native-app"]
    settings = {"authority": demo.url, "client_id": known["client_id"], "redirect_uri": CALLBACK}
    _serve(page, {"oidc.js": OIDC_CLIENT, "app.js": APP}, settings)
    page.goto(CALLBACK)
    page.evaluate("void manager.signinRedirect({ prompt: 'consent' })")
    page.wait_for_url(demo.url + "/**")
    standard.signs_in()
    standard.presses("Allow")
    page.wait_for_url(CALLBACK + "**")
    user = page.evaluate("manager.signinRedirectCallback().then(user => ({ profile: user.profile, scope: user.scope }))")
    assert user["profile"]["acr"] == "urn:authsite:standard"
    assert page.evaluate("callApi('/api/v1/me/')")["body"]["username"] == "standard"
    refused = page.evaluate("callApi('/api/v1/reports/')")
    assert refused["status"] == 401
    assert "insufficient_user_authentication" in refused["challenge"]
    before = page.evaluate("manager.getUser().then(user => user.access_token)")
    page.evaluate("manager.signinSilent()")
    assert page.evaluate("manager.getUser().then(user => user.access_token)") != before
    assert page.evaluate("callApi('/api/v1/me/')")["status"] == 200
    page.evaluate("manager.revokeTokens()")
    assert page.evaluate("manager.getUser().then(user => user.refresh_token ?? null)") is None


def test_jsforce_in_the_browser(demo: DemoSite, person: Callable[[str], Person]) -> None:
    plain = person("plain")
    page = plain.page
    page.unroute_all()
    _serve(page, {"jsforce.js": JSFORCE})

    def ask_for_a_token(route: Route) -> None:
        # This release of jsforce asks for a code whatever it is told; its users send the address on as here.
        route.fulfill(status=302, headers={"Location": route.request.url.replace("response_type=code", "response_type=token")})

    page.route("**/services/oauth2/authorize?*response_type=code*", ask_for_a_token)
    settings = {"loginUrl": demo.url, "clientId": demo.apps["browser-app"]["client_id"], "redirectUri": CALLBACK}
    page.goto(CALLBACK)
    # Where a popup is blocked, jsforce takes the whole window. The site's pages give no opener a handle on them.
    page.evaluate("window.open = () => null")
    page.evaluate("settings => { jsforce.browser.init(settings); void jsforce.browser.login({ scope: 'api' }); }", settings)
    page.wait_for_url(demo.url + "/**")
    plain.signs_in()
    plain.presses("Allow")
    page.wait_for_url(CALLBACK + "**")
    page.evaluate("settings => { jsforce.browser.init(settings); jsforce.browser.init(settings); }", settings)
    connection = page.evaluate(
        """({
            url: jsforce.browser.connection.instanceUrl,
            user: jsforce.browser.connection.userInfo,
            loggedIn: jsforce.browser.isLoggedIn(),
        })"""
    )
    assert connection["loggedIn"]
    assert connection["url"] == demo.url
    assert connection["user"]["url"].startswith(demo.url + "/id/")
