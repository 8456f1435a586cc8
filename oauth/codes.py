"""oauthlib's questions about authorization codes. A code is read once and kept, as a checksum, until it is redeemed.

Descriptions begin with the words of the reference system, which its clients look for (R6.26, R6.30).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OauthlibRequest

from . import issuance, saving
from .models import ConnectedApp, Grant, RefreshToken
from .models.single_use import checksum


def load_code(code: str, request: OauthlibRequest) -> Grant | None:
    """Return the row of ``code`` with its user and app; read once for each request."""
    # SECURITY: among its own attributes. oauthlib answers an unknown one with the parameter of that name.
    if "code_row" not in vars(request):
        rows = Grant.objects.select_related("application", "user")
        request.code_row = rows.filter(code=checksum(code)).first()
    row: Grant | None = request.code_row
    return row


def _known(code: str, request: OauthlibRequest) -> Grant:
    """Return the row of a code that has passed ``validate_code``."""
    row = load_code(code, request)
    if row is None:
        raise issuance.refuse_grant(request, "invalid authorization code: it is unknown.")
    return row


class CodeRules(OAuth2Validator):  # type: ignore[misc]
    """Our answers about codes."""

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: OauthlibRequest
    ) -> list[str]:
        """Return the scopes of the code, and read it for all that follows."""
        row = load_code(code, request)
        return row.scope.split() if row is not None else []

    def validate_code(
        self, client_id: str, code: str, client: ConnectedApp, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the code holds for this client; raises with the check that failed."""
        row = load_code(code, request)
        if row is None or row.application_id != client.pk:
            raise issuance.refuse_grant(request, "invalid authorization code: it is unknown, or was issued to another client.")
        if row.used_at is not None:
            # SECURITY: whoever used it first may be the thief (RFC 6749 4.1.2): nothing that came of it works any more.
            RefreshToken.revoke_family(row.token_family)
            raise issuance.refuse_grant(
                request, "invalid authorization code: it was used already. Its tokens are revoked.", user=row.user
            )
        if row.is_expired():
            raise issuance.refuse_grant(request, "expired authorization code: ask for a new one.", user=row.user)
        if bool(row.code_challenge) != bool(request.code_verifier):
            # SECURITY: a code without a challenge and a verifier with it is a code that somebody slipped in (9700-4.8.2).
            what = "The code_verifier is missing." if row.code_challenge else "This code was issued without a code_challenge."
            raise issuance.refuse_grant(request, what, user=row.user)
        request.scopes, request.user, request.redeemed = row.scope.split(), row.user, row
        request.nonce = row.nonce or None
        request.issued = row.issued(row.token_family)
        return True

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: ConnectedApp, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the code was sent to ``redirect_uri``."""
        request: OauthlibRequest = args[0]
        if _known(code, request).redirect_uri != redirect_uri:
            raise issuance.refuse_grant(request, "redirect_uri is not the one that the code was sent to.")
        return True

    def get_code_challenge(self, code: str, request: OauthlibRequest) -> str | None:
        """Return the challenge of the code."""
        return _known(code, request).code_challenge or None

    def get_code_challenge_method(self, code: str, request: OauthlibRequest) -> str | None:
        """Return how the challenge was made."""
        return _known(code, request).code_challenge_method or None

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: OauthlibRequest
    ) -> str | None:
        """Return the nonce of the authorization request."""
        return _known(code, request).nonce or None

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> None:
        """Do nothing: the code was claimed in the transaction that wrote its tokens."""

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> None:
        """Keep the code, as a checksum."""
        saving.save_code(checksum(code["code"]), request, life=settings.OAUTH2_PROVIDER["AUTHORIZATION_CODE_EXPIRE_SECONDS"])
