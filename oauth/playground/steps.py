"""The steps of a run behind the browser: each sends one real request and returns what was said."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from jwcrypto.jwt import JWT

from sessions_policy.levels import Grant

from .. import signing_keys
from . import client_app
from .conversation import Exchange, basic, send
from .run import Run

# What may be called with the token.
CALLS = {
    "api-session": "GET /api/v1/session/",
    "api-me": "GET /api/v1/me/",
    "api-reports": "GET /api/v1/reports/",
    "userinfo": "GET /oauth/userinfo/",
}
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - the name of a grant
REFUSED = {
    Grant.JWT_BEARER.value: "JWT bearer, signed for you",
    Grant.CLIENT_CREDENTIALS.value: "Client credentials",
    TOKEN_EXCHANGE: "Token exchange",
}
CHALLENGE = "insufficient_user_authentication"


def exchange(request: HttpRequest, run: Run, code: str) -> Exchange:
    """Exchange the code, and keep the tokens."""
    form = {
        "grant_type": Grant.AUTHORIZATION_CODE.value,
        "code": code,
        "redirect_uri": client_app.callback(),
        "code_verifier": run.verifier,
    }
    said = _to_token(request, form)
    if said.is_good:
        run.keep(said.body)
    return said


def call(request: HttpRequest, run: Run, name: str) -> Exchange:
    """Call the API with the token; what a step-up challenge asks for is kept (RFC 9470)."""
    said = send(request, "GET", name, authorization=f"Bearer {run.access_token}")
    told = dict(re.findall(r'(\w+)="([^"]*)"', said.headers.get("www-authenticate", "")))
    wanted = {key: told[key] for key in ("acr_values", "max_age") if key in told}
    run.challenge = {**wanted, "name": name} if told.get("error") == CHALLENGE else {}
    return said


def refresh(request: HttpRequest, run: Run) -> Exchange:
    """Use the refresh token, and keep the next one."""
    said = _to_token(request, {"grant_type": Grant.REFRESH_TOKEN.value, "refresh_token": run.refresh_token})
    if said.is_good:
        run.keep(said.body)
    return said


def introspect(request: HttpRequest, run: Run) -> Exchange:
    """Ask what the token carries (RFC 7662)."""
    return send(request, "POST", "introspect", form={"token": run.access_token}, authorization=_client())


def refused(request: HttpRequest, grant: str) -> Exchange:
    """Try a grant in which nobody approves. A token that comes all the same is ended at once, and not kept.

    SECURITY: the assertion speaks for the person of the request and for nobody else.
    """
    form = {"grant_type": grant}
    if grant == Grant.JWT_BEARER.value:
        with client_app.signing_key(client_app.ensure()) as key:
            said = _to_token(request, {**form, "assertion": _assertion(request.user.get_username(), key)})
    elif grant == TOKEN_EXCHANGE:
        said = _to_token(request, {**form, "subject_token": "x", "subject_token_type": "x"})
    else:
        said = _to_token(request, form)
    token = said.body.get("access_token")
    if token:
        send(request, "POST", "revoke", form={"token": token}, authorization=_client())
    return said


def end(request: HttpRequest, run: Run) -> Exchange | None:
    """End the tokens of the run (RFC 7009); a refresh token takes its family along. None when there is nothing to end."""
    said = None
    for token in filter(None, (run.access_token, run.refresh_token)):
        said = send(request, "POST", "revoke", form={"token": token}, authorization=_client())
    return said


def id_token(run: Run) -> str:
    """Return the claims of the ID token, after its signature was verified with the published keys; "" without one."""
    claims = signing_keys.read_own(run.id_token) if run.id_token else None
    return "" if claims is None else json.dumps(claims, indent=2, ensure_ascii=False)


def _client() -> str:
    return basic(client_app.CLIENT_ID, client_app.secret())


def _to_token(request: HttpRequest, form: dict[str, str]) -> Exchange:
    return send(request, "POST", "token", form=form, authorization=_client())


def _assertion(username: str, key: Any) -> str:
    claims = {
        "iss": client_app.CLIENT_ID,
        "sub": username,
        "aud": settings.BASE_URL,
        "exp": int(time.time()) + 120,
        "jti": str(uuid.uuid4()),
    }
    token = JWT(header={"alg": signing_keys.ALGORITHM}, claims=claims)
    token.make_signed_token(key)
    return str(token.serialize())
