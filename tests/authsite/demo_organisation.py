"""The demo organisation for the tests, driven from outside with what ``manage.py demo --json`` prints."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyotp
from django.core.management import call_command
from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from tests.accounts.people import is_asked_for_a_code
from tests.oauth.world import JWT_BEARER, VERIFIER, challenge, press


def manage(*command: str, **options: Any) -> str:
    """Return what a command prints."""
    out = io.StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


class Demo:
    """What the command prints, with the words to use it."""

    def __init__(self, settings: Any, folder: Path) -> None:
        settings.VAR_DIR = folder
        self.printed: dict[str, Any] = json.loads(manage("demo", "--json"))
        self.users = {user["username"]: user for user in self.printed["users"]}
        self.apps = {app["name"]: app for app in self.printed["apps"]}

    def code(self, username: str) -> str:
        """Return the code that somebody's authenticator shows."""
        return pyotp.TOTP(self.users[username]["totp_secret"]).at(time.time())

    def give_password(self, username: str, client: Client | None = None, **fields: str) -> Any:
        """Send the login form, and return its answer."""
        given = {"username": username, "password": self.users[username]["password"], **fields}
        return (client or Client()).post("/login/", given)

    def sign_in(self, username: str) -> Client:
        """Return a browser in which somebody signed in, with the code where it is asked for."""
        client = Client()
        if is_asked_for_a_code(self.give_password(username, client)):
            client.post("/login/verify/", {"code": self.code(username)})
        assert client.get("/api/v1/me/").json()["username"] == username
        return client

    def authorize_url(self, app: str, **fields: Any) -> str:
        """Return an authorization request of ``app``, with PKCE."""
        given = {
            "response_type": "code",
            "client_id": self.apps[app]["client_id"],
            "redirect_uri": self.apps[app]["redirect_uris"][0],
            "scope": "api web refresh_token",
            "state": "s1",
            **fields,
        }
        if given["response_type"] == "code":
            given |= {"code_challenge": challenge(), "code_challenge_method": "S256"}
        return "/oauth/authorize/?" + urlencode(given)

    def approve(self, browser: Client, app: str, **fields: Any) -> dict[str, str]:
        """Approve ``app`` in ``browser``, and return what the redirect tells it."""
        page = browser.get(self.authorize_url(app, **fields))
        location = press(browser, page).headers["Location"]
        assert location.startswith(self.apps[app]["redirect_uris"][0])
        parts = urlsplit(location)
        return dict(parse_qsl(parts.fragment or parts.query))

    def token(self, app: str, grant: str, **fields: str) -> Any:
        """Send a token request of ``app``."""
        given = {"grant_type": grant, "client_id": self.apps[app]["client_id"], **fields}
        if self.apps[app]["client_secret"]:
            given["client_secret"] = self.apps[app]["client_secret"]
        return Client().post("/oauth/token/", urlencode(given), content_type="application/x-www-form-urlencoded")

    def redeem(self, app: str, code: str) -> Any:
        """Exchange a code."""
        redirect = self.apps[app]["redirect_uris"][0]
        return self.token(app, "authorization_code", code=code, redirect_uri=redirect, code_verifier=VERIFIER)

    def assert_as(self, username: str) -> Any:
        """Send an assertion of the nightly job for somebody, signed with the key in its file."""
        key = JWK.from_pem(Path(self.apps["nightly-job"]["private_key_file"]).read_bytes())
        claims = {
            "iss": self.apps["nightly-job"]["client_id"],
            "sub": username,
            "aud": self.printed["base_url"],
            "exp": int(time.time()) + 120,
        }
        signed = JWT(header={"alg": "RS256"}, claims=claims)
        signed.make_signed_token(key)
        return self.token("nightly-job", JWT_BEARER, assertion=signed.serialize())
