"""The OAuth endpoints, written by hand: they are the protocol library's and no views of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from oauth.metadata import authorization_server
from oauth.parameters import RESPONSE_TYPES

from .components import ACRS, TEXT

TAG = "OAuth"
# Token responses may be asked for in other forms (R6.27).
ANY_FORMAT = ("application/x-www-form-urlencoded", "application/xml")
FORM = "application/x-www-form-urlencoded"
CLIENT = {
    "client_id": {**TEXT, "description": "Where the client does not authenticate by Basic."},
    "client_secret": {**TEXT, "format": "password"},
}
BY_CLIENT: list[dict[str, list[str]]] = [{"client": []}, {}]
REQUEST = {
    "response_type": {**TEXT, "enum": list(RESPONSE_TYPES)},
    "client_id": TEXT,
    "redirect_uri": {**TEXT, "format": "uri", "description": "Registered, character for character."},
    "scope": {**TEXT, "description": "Separated by spaces; all that the app may ask for if left out."},
    "state": {**TEXT, "description": "Comes back as it is. Check it."},
    "code_challenge": {**TEXT, "description": "PKCE (RFC 7636): BASE64URL(SHA256(code_verifier))."},
    "code_challenge_method": {**TEXT, "enum": ["S256"]},
    "nonce": {**TEXT, "description": "Comes back in the ID token."},
    "acr_values": {**TEXT, "description": "Levels that the token shall carry: " + ", ".join(ACRS) + " (RFC 9470)."},
    "max_age": {"type": "integer", "minimum": 0, "description": "How old the authentication may be, in seconds."},
    "prompt": {**TEXT, "description": "none, login, consent, select_account."},
    "login_hint": TEXT,
}


def paths() -> dict[str, Any]:
    """Return the path items."""
    token_fields = {
        "grant_type": {**TEXT, "enum": authorization_server()["grant_types_supported"]},
        "code": {**TEXT, "description": "authorization_code: works once, for a minute."},
        "redirect_uri": {**TEXT, "description": "authorization_code: the same as in the authorization request."},
        "code_verifier": {**TEXT, "description": "authorization_code with PKCE."},
        "refresh_token": {**TEXT, "description": "refresh_token."},
        "assertion": {**TEXT, "description": "JWT bearer: signed RS256, exp at most 3 minutes ahead."},
        "username": {**TEXT, "description": "password."},
        "password": {**TEXT, "format": "password"},
        "scope": TEXT,
        "format": {**TEXT, "enum": ["json", "urlencoded", "xml"]},
        **CLIENT,
    }
    token_form = {"token": TEXT, "token_type_hint": TEXT, **CLIENT}
    pushed = {
        "type": "object",
        "required": ["request_uri", "expires_in"],
        "properties": {"request_uri": TEXT, "expires_in": {"type": "integer"}},
    }
    return {
        reverse("authorize"): {"get": _authorize()},
        reverse("token"): _post(
            "token",
            "Exchange a grant for tokens",
            "RFC 6749 section 3.2. Grants in which nobody approves (JWT bearer, password, client credentials) are refused "
            "where High Assurance is required: `invalid_grant` where the profile is the cause, `unauthorized_client` where "
            "the app's policy is.",
            _form(["grant_type"], token_fields),
            _ref("TokenResponse"),
            any_format=True,
        ),
        reverse("par"): _post(
            "par",
            "Push an authorization request",
            "RFC 9126. The answer's `request_uri` stands for the parameters, once, for a minute.",
            _form(["response_type", "client_id"], {**REQUEST, "client_secret": CLIENT["client_secret"]}),
            pushed,
            status="201",
            too_long=True,
        ),
        reverse("revoke"): _post(
            "revoke",
            "End a token",
            "RFC 7009. A refresh token takes its family along. The token alone is enough; an unknown one answers the same.",
            _form(["token"], token_form),
            {"type": "object"},
        ),
        reverse("introspect"): _post(
            "introspect",
            "Ask about a token of one's own",
            "RFC 7662, for clients that keep a secret.",
            _form(["token"], token_form),
            _ref("Introspection"),
        ),
        reverse("userinfo"): {"get": _userinfo("getUserInfo"), "post": _userinfo("postUserInfo")},
        reverse("end-session"): {"get": _end_session()},
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _form(required: list[str], fields: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": fields}
    return {"required": True, "content": {FORM: {"schema": schema}}}


def _json(description: str, schema: dict[str, Any], others: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}, **(others or {})}}


def _error(description: str, others: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an OAuth error. What stands before every view, such as the refusal of unreadable text, adds problem members."""
    found = {"schema": _ref("OAuthError")}
    return _json(description, found["schema"], {"application/problem+json": found, **(others or {})})


def _post(
    name: str,
    summary: str,
    description: str,
    body: dict[str, Any],
    answer: dict[str, Any],
    *,
    status: str = "200",
    too_long: bool = False,
    any_format: bool = False,
) -> dict[str, Any]:
    formats = {each: {"schema": TEXT} for each in ANY_FORMAT} if any_format else {}
    waits = {"headers": {"Retry-After": {"schema": {"type": "integer"}}}}
    responses = {
        status: _json("It worked.", answer, formats),
        "400": _error("An OAuth error.", formats),
        "401": _error("The client did not authenticate.", formats),
        **({"413": _error("Too long.")} if too_long else {}),
        "429": {**_error("Too many wrong tries.", formats), **waits},
    }
    operation = {
        "operationId": f"oauth_{name}",
        "summary": summary,
        "description": description,
        "tags": [TAG],
        "security": BY_CLIENT,
        "requestBody": body,
        "responses": responses,
    }
    return {"post": operation}


def _query(fields: dict[str, Any], required: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    found = []
    for name, given in fields.items():
        schema = {key: value for key, value in given.items() if key != "description"}
        words = {"description": given["description"]} if "description" in given else {}
        found.append({"name": name, "in": "query", "required": name in required, "schema": schema, **words})
    return found


def _authorize() -> dict[str, Any]:
    pushed = {"request_uri": {**TEXT, "description": "Instead of all others but client_id: what a pushed request returned."}}
    return {
        "operationId": "oauth_authorize",
        "summary": "Ask a person to approve",
        "description": "For the person's browser. Signs them in and raises their session where the profile, the app or "
        "`acr_values` ask for it, and sends them back to `redirect_uri` with `code`, `state` and `iss` (RFC 9207) or `error`.",
        "tags": [TAG],
        "security": [{}],
        "parameters": _query({**REQUEST, **pushed}, ("client_id",)),
        "responses": {
            "200": {"description": "The consent page.", "content": {"text/html": {"schema": TEXT}}},
            "302": {
                "description": "To the client, to the login, or to the step-up.",
                "headers": {"Location": {"schema": TEXT}},
            },
            "400": {
                "description": "A page: the client or its address is unknown.",
                "content": {"text/html": {"schema": TEXT}},
            },
            "403": {"description": "A page: a policy refuses it.", "content": {"text/html": {"schema": TEXT}}},
        },
    }


def _userinfo(name: str) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": _ref("Problem")}}}
    return {
        "operationId": name,
        "summary": "Who the token's person is",
        "description": "OpenID Connect Core 5.3. The claims that the token's scopes allow.",
        "tags": [TAG],
        "security": [{"oauth2": ["openid"]}, {"bearer": []}],
        "x-scopes": ["openid"],
        "responses": {
            "200": _json("The claims.", _ref("UserClaims")),
            "400": {"description": "The request cannot be read.", **problem},
            "401": {"description": "The token does not work.", **problem},
            "403": {"description": "The scope is missing, or a policy blocks it.", **problem},
        },
    }


def _end_session() -> dict[str, Any]:
    fields = {
        "id_token_hint": {**TEXT, "description": "An ID token of the person: then nobody is asked."},
        "client_id": TEXT,
        "post_logout_redirect_uri": {**TEXT, "description": "Registered for the app."},
        "state": TEXT,
    }
    return {
        "operationId": "oauth_end_session",
        "summary": "Sign the person out of this site",
        "description": "OpenID Connect RP-Initiated Logout 1.0, for the person's browser.",
        "tags": [TAG],
        "security": [{}],
        "parameters": _query(fields),
        "responses": {
            "200": {"description": "The page that asks the person.", "content": {"text/html": {"schema": TEXT}}},
            "302": {"description": "Back to the app, or home.", "headers": {"Location": {"schema": TEXT}}},
            "400": {"description": "A page that says what is wrong.", "content": {"text/html": {"schema": TEXT}}},
        },
    }
