"""jsforce, the client of the reference system, finds here what it finds there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from tests.clients import node
from tests.clients.conftest import Person, code_in
from tests.clients.demo_site import CALLBACK, DemoSite

pytestmark = pytest.mark.node

SCOPE = "api refresh_token"


def _oauth2(demo: DemoSite, app: str, **more: object) -> dict[str, object]:
    known = demo.apps[app]
    given = {"loginUrl": demo.url, "clientId": known["client_id"], "redirectUri": CALLBACK, **more}
    return {**given, "clientSecret": known["client_secret"]} if known["client_secret"] else given


def test_web_server_flow_identity_refresh_and_revocation(demo: DemoSite, person: Callable[[str], Person]) -> None:
    with node.client("jsforce.mjs", oauth2=_oauth2(demo, "web-app")) as jsforce:
        plain = person("plain")
        plain.goes_to(jsforce.ask(do="address", scope=SCOPE, state="s1")["result"])
        plain.presses("Allow")
        connected = jsforce.ask(do="code", code=code_in(plain.comes_back()))["result"]
        assert connected["instanceUrl"] == demo.url
        identity = jsforce.ask(do="identity")["result"]
        assert (identity["username"], identity["user_id"]) == ("plain", connected["user"]["id"])
        assert jsforce.ask(do="get", path="/api/v1/me/")["result"]["username"] == "plain"
        jsforce.ask(do="spoil")
        assert jsforce.ask(do="get", path="/api/v1/me/")["result"]["username"] == "plain"
        assert jsforce.ask(do="refreshes")["result"] == 1
        assert "error" not in jsforce.ask(do="revoke")


def test_a_challenge_without_a_method_is_understood(demo: DemoSite, person: Callable[[str], Person]) -> None:
    with node.client("jsforce.mjs", oauth2=_oauth2(demo, "native-app", useVerifier=True)) as jsforce:
        address = jsforce.ask(do="address", scope=SCOPE)["result"]
        assert "code_challenge_method" not in address
        standard = person("standard")
        standard.goes_to(address)
        standard.presses("Allow")
        assert jsforce.ask(do="code", code=code_in(standard.comes_back()))["result"]["accessToken"]


@pytest.mark.parametrize(("username", "granted"), [("integration", True), ("assured", False)])
def test_jwt_bearer_is_for_people_without_high_assurance(demo: DemoSite, username: str, granted: bool) -> None:
    known = demo.apps["nightly-job"]
    with node.client("jsforce.mjs", oauth2=_oauth2(demo, "nightly-job")) as jsforce:
        answer = jsforce.ask(do="assertion", assertion=_assertion(demo, known, username))
    if granted:
        assert answer["result"]["accessToken"]
    else:
        assert answer["error"] == "invalid_grant"
        assert "Assured User requires High Assurance" in answer["message"]


@pytest.mark.parametrize(("username", "granted"), [("plain", True), ("assured", False)])
def test_username_password_is_for_people_without_high_assurance(demo: DemoSite, username: str, granted: bool) -> None:
    password = demo.users[username].password
    with node.client("jsforce.mjs", oauth2=_oauth2(demo, "script")) as jsforce:
        answer = jsforce.ask(do="password", username=username, password=password)
    if granted:
        assert answer["result"]["access_token"]
    else:
        assert answer["error"] == "invalid_grant"
        assert "Assured User requires High Assurance" in answer["message"]


def _assertion(demo: DemoSite, known: dict[str, str], username: str) -> str:
    key = JWK.from_pem(Path(known["private_key_file"]).read_bytes())
    claims = {"iss": known["client_id"], "sub": username, "aud": demo.url, "exp": int(time.time()) + 120}
    token = JWT(header={"alg": "RS256"}, claims=claims)
    token.make_signed_token(key)
    return str(token.serialize())
