"""What the server tells about itself (RFC 8414, OpenID Connect Discovery, RFC 9728): what it does, and nothing more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from sessions_policy.levels import Grant, Level

from . import claims
from .parameters import RESPONSE_TYPES
from .redirects import issuer, resources
from .signing_keys import ALGORITHM

CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post"]


def authorization_server() -> dict[str, Any]:
    """Return the metadata of RFC 8414; the OpenID Connect document holds all of it, and more."""
    return {
        "issuer": issuer(),
        "authorization_endpoint": _at("authorize"),
        "token_endpoint": _at("token"),
        "revocation_endpoint": _at("revoke"),
        "introspection_endpoint": _at("introspect"),
        "pushed_authorization_request_endpoint": _at("par"),
        "require_pushed_authorization_requests": False,
        "jwks_uri": _at("jwks"),
        "scopes_supported": list(settings.OAUTH2_PROVIDER["SCOPES"]),
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": [
            Grant.AUTHORIZATION_CODE.value,
            Grant.REFRESH_TOKEN.value,
            Grant.IMPLICIT.value,
            Grant.PASSWORD.value,
            Grant.CLIENT_CREDENTIALS.value,
            Grant.JWT_BEARER.value,
        ],
        "token_endpoint_auth_methods_supported": [*CLIENT_AUTHENTICATION, "none"],
        "revocation_endpoint_auth_methods_supported": [*CLIENT_AUTHENTICATION, "none"],
        "introspection_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": [level.acr for level in Level if level > Level.NONE],
        "protected_resources": [resources()[0], issuer()],
    }


def openid_configuration() -> dict[str, Any]:
    """Return the OpenID Connect discovery document."""
    return {
        **authorization_server(),
        "userinfo_endpoint": _at("userinfo"),
        "end_session_endpoint": _at("end-session"),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "claims_supported": list(claims.SUPPORTED),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claim_types_supported": ["normal"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
    }


def protected_api() -> dict[str, Any]:
    """Return the metadata of the API as a protected resource (RFC 9728)."""
    return _protected(resources()[0])


def protected_site() -> dict[str, Any]:
    """Return the metadata of the whole site as a protected resource: userinfo and the bridge take tokens too."""
    return _protected(issuer())


def _protected(resource: str) -> dict[str, Any]:
    return {
        # SECURITY: exactly the identifier whose address the document was asked at (RFC 9728 3.3), or clients refuse it.
        "resource": resource,
        "authorization_servers": [issuer()],
        "scopes_supported": list(settings.OAUTH2_PROVIDER["SCOPES"]),
        "bearer_methods_supported": ["header"],
        "resource_name": settings.SITE_NAME,
    }


def _at(name: str) -> str:
    base: str = settings.BASE_URL
    return base + reverse(name)
