"""oauthlib's questions about clients: who they are, how they prove it, and what they may use."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from urllib.parse import unquote_plus

from oauth2_provider.generators import generate_client_secret
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OauthlibRequest

from sessions_policy.levels import Grant

from . import client_throttle
from .carried import django_request
from .hashers import ClientSecretHasher
from .models import ConnectedApp
from .parameters import RESPONSE_TYPES
from .scopes import by_own_names

# Whom an unknown client is compared with. Nobody knows its secret: it was never kept.
NOBODY = ConnectedApp(client_secret=ClientSecretHasher().encode(generate_client_secret(), ""))


class ClientRules(OAuth2Validator):  # type: ignore[misc]
    """Our answers about clients."""

    def _load_application(self, client_id: str | None, request: OauthlibRequest) -> ConnectedApp | None:
        # A blocked app is loaded like any other: the gate refuses it, in words.
        known = request.client
        if not isinstance(known, ConnectedApp) or known.client_id != client_id:
            code = vars(request).get("code_row")
            own = code.application if code is not None else None
            request.client = own if own is not None and own.client_id == client_id else ConnectedApp.find(client_id)
        found: ConnectedApp | None = request.client
        return found

    def authenticate_client(self, request: OauthlibRequest, *args: Any, **kwargs: Any) -> bool:
        """Whether the client proved its secret, in the header or else in the body (RFC 6749 2.3.1).

        A client that names itself twice, differently, did not. Raises TokenError (429) after too many wrong tries.
        """
        named, secret = self._credentials(request)
        if not named or (request.client_id and request.client_id != named):
            return False
        app = self._load_application(named, request)
        # What is kept in any other form, or not at all, is no secret that anybody can prove. An unknown client costs the same.
        if not (NOBODY if app is None else app).proves(secret):
            client_throttle.count_failure(django_request(request), named, request)
            return False
        request.proven_secret = secret
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

    def _credentials(self, request: OauthlibRequest) -> tuple[str, str]:
        """Return the client id and secret that the request shows, "" for what it does not."""
        encoded = self._extract_basic_auth(request)
        if not encoded:
            return request.client_id or "", request.client_secret or ""
        try:
            named, _colon, secret = b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return unquote_plus(named), unquote_plus(secret)
