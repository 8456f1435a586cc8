"""What the operations share: the ways to authenticate, and the shapes of errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from sessions_policy.levels import Level

TEXT = {"type": "string"}
ACRS = [level.acr for level in Level if level > Level.NONE]

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `type` leads to a page that explains it; `reference` finds it in the histories.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {**TEXT, "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": {**TEXT, "description": "Stable: insufficient_user_authentication, blocked_by_policy, …"},
        "reason": {**TEXT, "nullable": True, "description": "The reason code of the decision, stable."},
        "reference": {**TEXT, "nullable": True},
        "errors": {"description": "What is wrong, by field."},
        "acr_values": {"type": "array", "items": TEXT, "description": "What a new token has to be asked for with (RFC 9470)."},
        "max_age": {"type": "integer", "description": "How old the authentication may be, in seconds (RFC 9470)."},
        "authorize_url": {**TEXT, "format": "uri", "description": "Add your client's parameters and send the person there."},
        "step_up_url": {**TEXT, "format": "uri", "description": "For a browser session: the page that raises it."},
        "how_to_fix": TEXT,
        "takes_away": {"type": "array", "items": TEXT},
        "who": TEXT,
        "trace": {},
    },
    "example": {
        "type": "https://id.example/docs/why/resource.level_too_low/",
        "title": "Step-up needed",
        "status": 401,
        "detail": "Reports needs a High Assurance session.",
        "code": "insufficient_user_authentication",
        "acr_values": [ACRS[-1]],
        "how_to_fix": "Send the user to authorize_url with your client's parameters added, then retry with the new token.",
        "authorize_url": "https://id.example/oauth/authorize/?acr_values=urn%3Aauthsite%3Ahigh-assurance",
        "reference": "7F3A91C2",
    },
}
OAUTH_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "RFC 6749 section 5.2. `error_uri` explains the code, `error_description` says what to do.",
    "required": ["error"],
    "properties": {
        "error": TEXT,
        "error_description": TEXT,
        "error_uri": {**TEXT, "format": "uri"},
        "reference": TEXT,
    },
}
TOKENS: dict[str, Any] = {
    "type": "object",
    "description": "RFC 6749 section 5.1, with the members that clients of the reference system expect.",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": TEXT,
        "token_type": {**TEXT, "enum": ["Bearer"]},
        "expires_in": {"type": "integer"},
        "scope": TEXT,
        "refresh_token": {**TEXT, "description": "Works once: each refresh brings the next."},
        "id_token": {**TEXT, "description": "With the scope openid. Not accepted by the API."},
        "instance_url": TEXT,
        "id": TEXT,
        "issued_at": {**TEXT, "description": "Milliseconds since the epoch."},
        "signature": {**TEXT, "description": "HMAC-SHA256 over id and issued_at with the client secret, in base64."},
    },
}
INTROSPECTION: dict[str, Any] = {
    "type": "object",
    "description": "RFC 7662, with acr and auth_time (RFC 9470). A token that a policy refuses is not active.",
    "required": ["active"],
    "properties": {
        "active": {"type": "boolean"},
        **dict.fromkeys(("scope", "client_id", "username", "sub", "token_type", "iss", "aud"), TEXT),
        **{name: {"type": "integer"} for name in ("exp", "iat", "nbf", "auth_time")},
        "acr": {**TEXT, "enum": ACRS},
        "amr": {"type": "array", "items": TEXT},
    },
}
CLAIMS: dict[str, Any] = {
    "type": "object",
    "required": ["sub"],
    "properties": dict.fromkeys(("sub", "preferred_username", "name", "given_name", "family_name", "email"), TEXT),
}
SHAPES = {
    "Problem": PROBLEM,
    "OAuthError": OAUTH_ERROR,
    "TokenResponse": TOKENS,
    "Introspection": INTROSPECTION,
    "UserClaims": CLAIMS,
}


def security_schemes() -> dict[str, Any]:
    """Return the ways to authenticate, with our addresses and scopes."""
    scopes = {name: str(words) for name, words in settings.OAUTH2_PROVIDER["SCOPES"].items()}
    authorize, token = at("authorize"), at("token")
    return {
        "oauth2": {
            "type": "oauth2",
            "description": "Each app has its own list of grants. PKCE (S256) is required of public apps.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": authorize,
                    "tokenUrl": token,
                    "refreshUrl": token,
                    "scopes": scopes,
                },
                "implicit": {"authorizationUrl": authorize, "scopes": scopes},
                "password": {"tokenUrl": token, "scopes": scopes},
                "clientCredentials": {"tokenUrl": token, "scopes": scopes},
            },
        },
        "openid": {"type": "openIdConnect", "openIdConnectUrl": at("openid-configuration")},
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token of any grant, or of POST /api/v1/login/. Never in the address.",
        },
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of somebody who signed in in the browser; for pages of this site.",
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": "X-CSRFToken",
            "description": "With the cookie, whatever changes something needs the token that every form of this site holds.",
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "The client id and secret; or as client_id and client_secret in the form.",
        },
    }


def at(name: str) -> str:
    """Return the absolute address of a named endpoint."""
    base: str = settings.BASE_URL
    return base + reverse(name)
