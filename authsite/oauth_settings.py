"""The settings of the OAuth and OpenID Connect server."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "openid": _("Know who you are"),
    "profile": _("See your name"),
    "email": _("See your e-mail address"),
    "api": _("Use the API in your name"),
    "web": _("Open a browser session in your name"),
    "full": _("Do everything that you may do"),
    "refresh_token": _("Stay connected until you take it back"),
}


def oauth2_provider(base_url: str, oidc_private_key: str) -> dict[str, Any]:
    """Return Django OAuth Toolkit's ``OAUTH2_PROVIDER`` for the issuer ``base_url``; the key (PEM) signs ID tokens."""
    return {
        # SECURITY: set here and never on a view. A view class of its own would share, or fall back to, another core.
        "OAUTH2_SERVER_CLASS": "oauth.server.Server",
        "OIDC_SERVER_CLASS": "oauth.server.Server",
        "OAUTH2_BACKEND_CLASS": "oauth.backend.Backend",
        "OAUTH2_VALIDATOR_CLASS": "oauth.validators.Validator",
        "SCOPES_BACKEND_CLASS": "oauth.scopes.AppScopes",
        "APPLICATION_ADMIN_CLASS": "oauth.admin.ConnectedAppAdmin",
        "ACCESS_TOKEN_ADMIN_CLASS": "oauth.admin.AccessTokenAdmin",
        "REFRESH_TOKEN_ADMIN_CLASS": "oauth.admin.RefreshTokenAdmin",
        "GRANT_ADMIN_CLASS": "oauth.admin.HiddenAdmin",
        "ID_TOKEN_ADMIN_CLASS": "oauth.admin.HiddenAdmin",
        "SCOPES": SCOPES,
        "DEFAULT_SCOPES": ["api"],
        "CLIENT_SECRET_HASHER": "client_secret",
        # Seconds. A refresh token's are those of its whole family, counted from the approval.
        "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
        "ID_TOKEN_EXPIRE_SECONDS": 60 * 60,
        "REFRESH_TOKEN_EXPIRE_SECONDS": 60 * 60 * 24 * 90,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": base_url,
        "OIDC_RSA_PRIVATE_KEY": oidc_private_key,
        # Keys of before a rotation, still published so that what they signed can be verified.
        "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [],
        # https alone; an app may register loopback addresses and private schemes of its own (RFC 8252).
        "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
        "PKCE_REQUIRED": True,
        # RFC 9700. The user-agent and username-password flows are decided for each connected app, by its list of grants.
        "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
        "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
        "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
        "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
        "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
        "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
        "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
        "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    }
