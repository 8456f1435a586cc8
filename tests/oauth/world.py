"""Connected apps for the tests, and a client program that goes through the flows by HTTP as a real one does."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT
from oauth2_provider.generators import generate_client_secret

from oauth.models import AppKey, ConnectedApp

REDIRECT = "https://client.example/cb"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HIGH = "urn:authsite:high-assurance"
STANDARD = "urn:authsite:standard"
VERIFIER = "v" * 64


def app(name: str = "web-app", *grants: str, certificate: str = "", **values: Any) -> ConnectedApp:
    """Return a new confidential app; ``shown_secret`` is what only its owner knows, ``certificate`` (PEM) its key."""
    secret = generate_client_secret()
    made = ConnectedApp(
        name=name,
        client_secret=secret,
        client_type=values.pop("client_type", "confidential"),
        redirect_uris=values.pop("redirect_uris", REDIRECT),
        grant_types=list(grants) or ["authorization_code", "refresh_token"],
        **values,
    )
    made.full_clean()
    made.save()
    made.shown_secret = secret
    if certificate:
        key(made, certificate)
    return made


def key(owner: ConnectedApp, pem: str, label: str = "Key") -> AppKey:
    """Give ``owner`` the certificate or public key ``pem``."""
    made = AppKey(application=owner, label=label, pem=pem)
    made.full_clean()
    made.save()
    return made


def public_app(name: str = "native-app", *grants: str, **values: Any) -> ConnectedApp:
    """Return a new app that keeps no secret."""
    return app(name, *grants, client_type="public", **values)


@lru_cache
def key_pair() -> tuple[JWK, str]:
    """Return the key that signs assertions, and its public half in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return JWK.from_pem(private), public.decode()


def jwt_app(name: str = "nightly-job", **values: Any) -> ConnectedApp:
    """Return a new app that signs assertions."""
    return app(name, JWT_BEARER, redirect_uris="", certificate=key_pair()[1], **values)


def assertion(signer: ConnectedApp, username: str, *, key: JWK | None = None, alg: str = "RS256", **claims: Any) -> str:
    """Return a signed assertion; a claim given as None is left out."""
    body = {
        "iss": signer.client_id,
        "sub": username,
        "aud": "http://127.0.0.1:8000",
        "exp": int(time.time()) + 120,
        **claims,
    }
    token = JWT(header={"alg": alg}, claims={name: value for name, value in body.items() if value is not None})
    token.make_signed_token(key or key_pair()[0])
    return str(token.serialize())


def challenge(verifier: str = VERIFIER) -> str:
    """Return the S256 challenge of ``verifier``."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def authorize_url(client_app: ConnectedApp, path: str = "/oauth/authorize/", **params: Any) -> str:
    """Return an authorization request of ``client_app``; a parameter given as None is left out."""
    given = {
        "response_type": "code",
        "client_id": client_app.client_id,
        "redirect_uri": client_app.redirect_uris.split()[0],
        "scope": "api refresh_token",
        "state": "xyz",
        **params,
    }
    if client_app.is_public and given["response_type"] == "code":
        given = {"code_challenge": challenge(), "code_challenge_method": "S256", **given}
    return path + "?" + urlencode({name: value for name, value in given.items() if value is not None})


def press(browser: Client, page: Any, button: str = "allow") -> Any:
    """Press a button of the consent page that ``page`` shows."""
    assert page.status_code == 200, (page.status_code, page.headers.get("Location"))
    assert 'data-page="consent"' in page.content.decode()
    action = re.search(r'<form method="post" action="([^"]+authorize[^"]+)"', page.content.decode())
    assert action is not None
    return browser.post(unescape(action[1]), {button: "true"})


def answer_of(response: Any) -> dict[str, str]:
    """Return what a redirect tells the client, from its query or its fragment."""
    assert response.status_code in (302, 303), response.content[:500]
    parts = urlsplit(response.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == "https://client.example", response.headers["Location"]
    return dict(parse_qsl(parts.fragment or parts.query))


def approve(browser: Client, client_app: ConnectedApp, **params: Any) -> dict[str, str]:
    """Ask, approve on the page if there is one, and return what the client gets."""
    response = browser.get(authorize_url(client_app, **params))
    return answer_of(press(browser, response) if response.status_code == 200 else response)


def token_request(client_app: ConnectedApp | None, grant: str, client: Client | None = None, **fields: Any) -> Any:
    """Send a token request, with the client's secret if it keeps one."""
    data = {"grant_type": grant, **fields}
    if client_app is not None:
        data.setdefault("client_id", client_app.client_id)
        if not client_app.is_public and grant != JWT_BEARER:
            data.setdefault("client_secret", client_app.shown_secret)
    body = urlencode({name: value for name, value in data.items() if value is not None})
    return (client or Client()).post("/oauth/token/", body, content_type="application/x-www-form-urlencoded")


def redeem(client_app: ConnectedApp, code: str, **fields: Any) -> Any:
    """Exchange a code."""
    given = {"code": code, "redirect_uri": client_app.redirect_uris.split()[0], **fields}
    if client_app.is_public:
        given.setdefault("code_verifier", VERIFIER)
    return token_request(client_app, "authorization_code", **given)


def tokens(browser: Client, client_app: ConnectedApp, **params: Any) -> dict[str, Any]:
    """Go through the whole web server flow in ``browser`` and return the token response."""
    code = approve(browser, client_app, **params)["code"]
    response = redeem(client_app, code)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def refresh(client_app: ConnectedApp, refresh_token: str, **fields: Any) -> Any:
    """Use a refresh token."""
    return token_request(client_app, "refresh_token", refresh_token=refresh_token, **fields)


def call(path: str, token: str, client: Client | None = None) -> Any:
    """Call the API with a bearer token."""
    return (client or Client()).get(path, headers={"Authorization": f"Bearer {token}"})


def claims_of(id_token: str) -> dict[str, Any]:
    """Return the claims of a JWT, without judging them."""
    payload = id_token.split(".")[1]
    body: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return body


def random_state() -> str:
    """Return a value that no other request has."""
    return secrets.token_urlsafe(12)


def text(response: HttpResponse) -> str:
    """Return a page's text with entities resolved and space collapsed."""
    return re.sub(r"\s+", " ", unescape(response.content.decode()))
