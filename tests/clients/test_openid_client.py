"""openid-client, the certified client of Node, checks everything that OpenID Connect lets it check."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.clients import node
from tests.clients.conftest import Person
from tests.clients.demo_site import CALLBACK, DemoSite
from tests.oauth.world import HIGH, STANDARD

pytestmark = pytest.mark.node

SCOPE = "openid profile email api refresh_token"


@pytest.fixture(params=["web-app", "native-app"])
def client(request: Any, demo: DemoSite) -> Iterator[node.Client]:
    """Return openid-client as an app with a secret, and as one without."""
    known = demo.apps[request.param]
    settings = {"issuer": demo.url, "client_id": known["client_id"], "redirect_uri": CALLBACK}
    if known["client_secret"]:
        settings["client_secret"] = known["client_secret"]
    with node.client("openid_client.mjs", **settings) as running:
        yield running


def test_the_whole_way(client: node.Client, person: Callable[[str], Person]) -> None:
    plain = person("plain")
    plain.goes_to(client.ask(do="address", scope=SCOPE, more={"prompt": "consent"})["result"])
    plain.presses("Allow")
    tokens = client.ask(do="callback", url=plain.comes_back())["result"]
    claims = tokens["claims"]
    assert (claims["acr"], claims["amr"]) == (STANDARD, ["pwd"])
    assert abs(claims["auth_time"] - time.time()) < 60
    information = client.ask(do="userinfo", token=tokens["access_token"], sub=claims["sub"])["result"]
    assert information["preferred_username"] == "plain"
    fresh = client.ask(do="refresh", token=tokens["refresh_token"])["result"]
    assert fresh["access_token"] != tokens["access_token"]
    assert "error" not in client.ask(do="revoke", token=fresh["refresh_token"])
    assert client.ask(do="refresh", token=fresh["refresh_token"])["error"] == "invalid_grant"


def test_a_client_asks_for_high_assurance_and_gets_a_token_that_says_so(
    client: node.Client, person: Callable[[str], Person]
) -> None:
    standard = person("standard")
    more = {"acr_values": HIGH, "max_age": "600", "prompt": "consent"}
    standard.goes_to(client.ask(do="address", scope=SCOPE, more=more)["result"])
    standard.confirms()
    standard.presses("Allow")
    claims = client.ask(do="callback", url=standard.comes_back(), max_age=600)["result"]["claims"]
    assert claims["acr"] == HIGH
    assert {"pwd", "otp", "mfa"} <= set(claims["amr"])


def test_a_denied_request_is_understood(client: node.Client, person: Callable[[str], Person]) -> None:
    plain = person("plain")
    plain.goes_to(client.ask(do="address", scope=SCOPE, more={"prompt": "consent"})["result"])
    plain.presses("Deny")
    came_back = plain.comes_back()
    assert parse_qs(urlsplit(came_back).query)["error"] == ["access_denied"]
    assert client.ask(do="callback", url=came_back)["error"] == "access_denied"
