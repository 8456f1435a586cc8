"""The protocol engine with our grants and our gate. Set globally in ``OAUTH2_PROVIDER``."""

from __future__ import annotations

import time
from typing import Any

from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749.errors import UnauthorizedClientError
from oauthlib.openid import Server as OpenIDServer

from sessions_policy.facts import Proof
from sessions_policy.levels import Grant, Method

from . import app_policy, issuance, parameters
from .grants import JwtBearerGrant
from .issued import Issued
from .scopes import REFRESH

HYBRID = ("code token", "code id_token", "code id_token token", "none", "id_token")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Server(OpenIDServer):  # type: ignore[misc]
    """oauthlib's server: what we do not offer taken out, JWT bearer put in, and one gate after every token grant."""

    def __init__(self, request_validator: Any, *args: Any, **kwargs: Any) -> None:
        # Each app says how long its tokens live.
        super().__init__(request_validator, *args, **{**kwargs, "token_expires_in": app_policy.access_token_seconds})
        self._narrow()
        self.jwt_bearer_grant = JwtBearerGrant(request_validator)
        self._grant_types[Grant.JWT_BEARER.value] = self.jwt_bearer_grant
        self._response_types["token id_token"] = self.openid_connect_implicit
        for grant in (self.auth_grant, self.openid_connect_auth, self.implicit_grant, self.openid_connect_implicit):
            grant.custom_validators.pre_auth.extend((parameters.check, parameters.check_pkce))
        self.credentials_grant.custom_validators.post_token.append(stand_for_user)
        self.password_grant.custom_validators.post_token.append(stay_not_connected)
        self.password_grant.refresh_token = False
        for grant in self.token_grants():
            grant.custom_validators.post_token.append(issuance.enforce)
        for grant in (self.auth_grant, self.openid_connect_auth):
            grant.register_token_modifier(drop_refresh_token)

    def token_grants(self) -> tuple[Any, ...]:
        """Return the grants of the token endpoint. Every one of them has the gate, and a test looks."""
        return (
            self.auth_grant,
            self.openid_connect_auth,
            self.refresh_grant,
            self.password_grant,
            self.credentials_grant,
            self.jwt_bearer_grant,
        )

    def _narrow(self) -> None:
        # SECURITY: an ID token is no access token. This type would let one in, past revocation and level.
        self._tokens.pop("JWT")
        # An issuance without this gate; the flow is not offered (ruling on refused grants).
        self._grant_types.pop(DEVICE)
        for response_type in HYBRID:
            self._response_types.pop(response_type)


def stand_for_user(request: OauthlibRequest) -> None:
    """Make client credentials stand for the user whom the app runs as (R6.37)."""
    user = request.client.run_as
    if user is None:
        raise UnauthorizedClientError(description="This app has no user to run as.", request=request)
    request.user = user
    stay_not_connected(request)
    proof = Proof(Method.CLIENT_CREDENTIALS.value, time.time(), str(user.pk), request.client.name)
    request.issued = Issued.from_proofs((proof,), Grant.CLIENT_CREDENTIALS.value)


def stay_not_connected(request: OauthlibRequest) -> None:
    """Take the scope of refresh tokens out where the flow gives none, so that the answer promises none."""
    request.scopes = [scope for scope in request.scopes if scope != REFRESH]


def drop_refresh_token(token: dict[str, Any], token_handler: Any, request: OauthlibRequest) -> dict[str, Any]:
    """Take the refresh token out again where nobody asked for one, or where the app may not use it."""
    if REFRESH not in request.scopes or not app_policy.gives_refresh_tokens(request.client):
        token.pop("refresh_token", None)
    return token
