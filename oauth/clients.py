"""oauthlib's questions about clients: who they are, how they prove it, and what they may use."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from urllib.parse import unquote_plus

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OauthlibRequest

from sessions_policy.levels import Grant

from .hashers import ClientSecretHasher
from .models import ConnectedApp
from .parameters import RESPONSE_TYPES
from .scopes import by_own_names


class ClientRules(OAuth2Validator):  # type: ignore[misc]
    """Our answers about clients."""

    def _load_application(self, client_id: str | None, request: OauthlibRequest) -> ConnectedApp | None:
        # A blocked app is loaded like any other: the gate refuses it, in words.
        known = request.client
        if not isinstance(known, ConnectedApp) or known.client_id != client_id:
            code = getattr(request, "code_row", None)
            own = code.application if code is not None else None
            request.client = own if own is not None and own.client_id == client_id else ConnectedApp.find(client_id)
        found: ConnectedApp | None = request.client
        return found

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        # What is kept in any other form, or not at all, is no secret that anybody can prove.
        return ClientSecretHasher().verify(provided_secret, stored_secret)

    def authenticate_client(self, request: OauthlibRequest, *args: Any, **kwargs: Any) -> bool:
        """Whether the client proved its secret. A client that names itself twice, differently, did not."""
        basic = self._authenticate_basic_auth(request)
        if not (basic or self._authenticate_request_body(request)):
            return False
        if request.client_id and request.client_id != request.client.client_id:
            return False
        request.proven_secret = self._secret_in_header(request) if basic else request.client_secret or ""
        return True

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: ConnectedApp, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the app may use the grant; client credentials take a client that keeps a secret."""
        if grant_type == Grant.CLIENT_CREDENTIALS and request.client.is_public:
            return False
        return grant_type in request.client.grant_types

    def validate_response_type(
        self, client_id: str, response_type: str, client: ConnectedApp, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the app may use the flow behind the response type."""
        flow = RESPONSE_TYPES.get(response_type)
        return flow is not None and flow.value in client.grant_types

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: ConnectedApp, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the app may ask for ``scopes``; from here on they have the names that they have here."""
        request.scopes = by_own_names(scopes)
        return bool(super().validate_scopes(client_id, request.scopes, client, request, *args, **kwargs))

    def is_origin_allowed(self, client_id: str, origin: str, request: OauthlibRequest, *args: Any, **kwargs: Any) -> bool:
        """Return False: whose scripts may read an answer is said in ``oauth.cors``."""
        return False

    def is_pkce_required(self, client_id: str, request: OauthlibRequest) -> bool:
        """Whether the app must use PKCE: always when it is public (RFC 9700 2.1.1)."""
        return bool(request.client.is_public or request.client.require_pkce)

    def _secret_in_header(self, request: OauthlibRequest) -> str:
        encoded = self._extract_basic_auth(request)
        _client_id, _colon, secret = b64decode(encoded).decode().partition(":")
        return unquote_plus(secret)
