"""oauthlib's questions about tokens: writing them, refreshing them, using them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from . import app_policy, bearer, issuance, saving
from .models import ConnectedApp, RefreshToken
from .models.single_use import checksum
from .scopes import by_own_names, covers


class TokenRules(OAuth2Validator):  # type: ignore[misc]
    """Our answers about tokens."""

    def save_bearer_token(self, token: dict[str, Any], request: OauthlibRequest, *args: Any, **kwargs: Any) -> None:
        """Write the tokens in one transaction. After a lost race the whole family ends, outside what was rolled back."""
        try:
            with transaction.atomic():
                saving.save(token, request)
        except saving.UsedTwice as twice:
            RefreshToken.revoke_family(twice.family)
            raise issuance.refuse_grant(request, twice.description) from twice

    def validate_refresh_token(
        self, refresh_token: str, client: ConnectedApp, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the refresh token holds for this client; raises with the check that failed. A reuse ends its family."""
        row = RefreshToken.objects.select_related("user").filter(token_checksum=checksum(refresh_token)).first()
        if row is None or row.application_id != client.pk:
            raise issuance.refuse_grant(
                request, "expired access/refresh token: it is unknown, or was issued to another client."
            )
        request.user, request.redeemed = row.user, row
        request.issued = row.issued(row.token_family)
        if row.revoked is not None:
            RefreshToken.revoke_family(row.token_family)
            # Where a policy ended the tokens, the client hears of the policy.
            issuance.enforce(request)
            raise issuance.refuse_grant(
                request, "expired access/refresh token: it was used or revoked; so is its family.", user=row.user
            )
        problem = app_policy.refresh_problem(row, client)
        if problem:
            raise issuance.refuse_grant(request, f"expired access/refresh token: {problem}", user=row.user)
        return True

    def get_original_scopes(self, refresh_token: str, request: OauthlibRequest, *args: Any, **kwargs: Any) -> list[str]:
        """Return the scopes that the refresh token stands for, without those that its app may not have any more."""
        held = app_policy.scope_in_force(request.redeemed.scope, request.client).split()
        if not held:
            raise InvalidScopeError(description="The app may not ask for any of these scopes any more.", request=request)
        return held

    def is_within_original_scope(
        self, request_scopes: list[str], refresh_token: str, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether a refresh asks for no more than there was, and for nothing that the app may not have."""
        request.scopes = by_own_names(request_scopes)
        held = app_policy.scope_in_force(request.redeemed.scope, request.client).split()
        return set(request.scopes) <= set(request.client.scopes) and covers(held, request.scopes)

    def rotate_refresh_token(self, request: OauthlibRequest) -> bool:
        """Return True: each refresh token works once."""
        return True

    def refresh_id_token(self, request: OauthlibRequest) -> bool:
        """Return False: nobody authenticated anew, so there is nothing new to state (OpenID Connect Core 12.2 allows it)."""
        return False

    def validate_bearer_token(self, token: str | None, scopes: list[str] | None, request: OauthlibRequest) -> bool:
        """Whether ``token`` is one of our access tokens, alive, with all ``scopes``. An ID token is not an access token."""
        row = bearer.find(token or "")
        if row is None or not row.is_alive() or not covers(row.scope.split(), scopes or ()):
            return False
        request.client, request.user, request.scopes = row.application, row.user, row.scope.split()
        request.access_token = row
        return True

    def validate_jwt_bearer_token(self, token: str | None, scopes: list[str], request: OauthlibRequest) -> bool:
        """Return False: the library would take an ID token for an access token here."""
        return False
