"""Browser apps on an origin of their own: oidc-client-ts by code and PKCE, jsforce by the user-agent flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route

from tests.clients import app_server, node
from tests.clients.conftest import Person
from tests.clients.demo_site import CALLBACK, DemoSite

pytestmark = pytest.mark.node

OIDC_CLIENT = node.PACKAGES / "oidc-client-ts/dist/browser/oidc-client-ts.min.js"
JSFORCE = node.PACKAGES / "jsforce/dist/jsforce.min.js"


@pytest.fixture
def standard(demo: DemoSite, person: Callable[[str], Person]) -> Iterator[Person]:
    """Return ``standard`` with a browser in which a page with oidc-client-ts is open."""
    settings = {"authority": demo.url, "client_id": demo.apps["native-app"]["client_id"], "redirect_uri": CALLBACK}
    with app_server.serving(CALLBACK, {"oidc.js": OIDC_CLIENT, "app.js": node.HERE / "browser_app.js"}, settings):
        visitor = person("standard")
        visitor.page.unroute_all()
        visitor.page.goto(CALLBACK)
        yield visitor


def test_oidc_client_ts(demo: DemoSite, standard: Person) -> None:
    page = standard.page
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


def test_jsforce(demo: DemoSite, person: Callable[[str], Person]) -> None:
    settings = {"loginUrl": demo.url, "clientId": demo.apps["browser-app"]["client_id"], "redirectUri": CALLBACK}
    plain = person("plain")
    page = plain.page
    page.unroute_all()

    def ask_for_a_token(route: Route) -> None:
        # This release of jsforce asks for a code whatever it is told; its users send the address on as here.
        route.fulfill(status=302, headers={"Location": route.request.url.replace("response_type=code", "response_type=token")})

    page.route("**/services/oauth2/authorize?*response_type=code*", ask_for_a_token)
    with app_server.serving(CALLBACK, {"jsforce.js": JSFORCE}, settings):
        page.goto(CALLBACK)
        # Where a popup is blocked, jsforce takes the whole window. The site's pages give no opener a handle on them.
        page.evaluate("window.open = () => null")
        page.evaluate(
            "settings => { jsforce.browser.init(settings); void jsforce.browser.login({ scope: 'api' }); }", settings
        )
        page.wait_for_url(demo.url + "/**")
        plain.signs_in()
        plain.presses("Allow")
        page.wait_for_url(CALLBACK + "**")
        page.evaluate("settings => { jsforce.browser.init(settings); jsforce.browser.init(settings); }", settings)
        browser = "jsforce.browser"
        connection = page.evaluate(
            f"({{ url: {browser}.connection.instanceUrl, user: {browser}.connection.userInfo, in: {browser}.isLoggedIn() }})"
        )
    assert connection["in"]
    assert connection["url"] == demo.url
    assert connection["user"]["url"].startswith(demo.url + "/id/")
