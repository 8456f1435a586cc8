"""Writing tokens, in one transaction: what was redeemed is claimed, the new rows are written, and the history with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from oauth2_provider.models import set_token_value
from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from accounts.models.histories import LoginStatus
from sessions_policy import proofs

from . import app_policy, issuance
from .issued import Issued
from .models import AccessToken, Grant, RefreshToken


class UsedTwice(InvalidGrantError):  # type: ignore[misc]
    """A code or refresh token that another request redeemed first."""

    def __init__(self, family: UUID | None, request: OauthlibRequest) -> None:
        super().__init__(description="It was used already. Everything that came of it is revoked.", request=request)
        self.family = family


def save(token: dict[str, Any], request: OauthlibRequest) -> None:
    """Write the access token, and the refresh token if there is one. Raises UsedTwice when a parallel request was first."""
    redeemed = _claim(request)
    issued: Issued = request.issued
    access = AccessToken(
        user=request.user,
        application=request.client,
        scope=token["scope"],
        expires=timezone.now() + timedelta(seconds=token["expires_in"]),
        token_family=issued.family,
        **fields_of(issued),
    )
    set_token_value(access, token["access_token"])
    access.save(force_insert=True)
    if "refresh_token" in token:
        _save_refresh_token(token["refresh_token"], access, redeemed, request)
    issuance.write(request, LoginStatus.SUCCESS)


def save_code(code: str, request: OauthlibRequest, *, life: int) -> None:
    """Write an authorization code with the facts of its approval."""
    issued: Issued = request.issued
    Grant.objects.create(
        application=request.client,
        user=request.user,
        code=code,
        expires=timezone.now() + timedelta(seconds=life),
        redirect_uri=request.redirect_uri,
        scope=" ".join(request.scopes),
        code_challenge=request.code_challenge or "",
        code_challenge_method=request.code_challenge_method or "",
        nonce=request.nonce or "",
        token_family=issued.family,
        **fields_of(issued),
    )


def fields_of(issued: Issued) -> dict[str, Any]:
    """Return ``issued`` as the columns of the models' ``Facts``."""
    return {
        "proofs": proofs.pack(issued.proofs),
        "acr": issued.acr,
        "auth_time": issued.auth_time,
        "flow": issued.flow,
    }


def _claim(request: OauthlibRequest) -> Grant | RefreshToken | None:
    """Claim what is redeemed. SECURITY: by one conditional UPDATE, so that parallel requests get one answer between them."""
    redeemed: Grant | RefreshToken | None = vars(request).get("redeemed")
    if redeemed is None:
        return None
    if not redeemed.claim():
        raise UsedTwice(redeemed.token_family, request)
    if isinstance(redeemed, RefreshToken) and redeemed.access_token_id:
        AccessToken.objects.filter(pk=redeemed.access_token_id).update(expires=timezone.now())
    return redeemed


def _save_refresh_token(
    value: str, access: AccessToken, redeemed: Grant | RefreshToken | None, request: OauthlibRequest
) -> None:
    rotated = redeemed if isinstance(redeemed, RefreshToken) else None
    refresh = RefreshToken(
        user=request.user,
        application=request.client,
        access_token=access,
        token_family=access.token_family,
        # RFC 6749 section 6: the scope of a refresh token never changes, whatever a single refresh asked for.
        scope=rotated.scope if rotated else access.scope,
        expires=rotated.expires if rotated else app_policy.family_end(request.client),
        family_began=rotated.family_began if rotated else timezone.now(),
        **fields_of(request.issued),
    )
    set_token_value(refresh, value)
    refresh.save(force_insert=True)
