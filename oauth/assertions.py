"""Judging signed assertions (RFC 7523 section 3). Before the signature is proven nothing about any user is looked at."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from oauthlib.common import Request as OauthlibRequest

from sessions_policy.facts import Proof
from sessions_policy.levels import Grant, Method
from sessions_policy.storable_text import is_storable

from . import app_keys, client_throttle, errors, issuance, signing_keys
from .carried import django_request
from .issued import Issued
from .models import AppKey, Approval, ConnectedApp, JwtReplay
from .scopes import REFRESH, covers

# Seconds: how far ahead an assertion may expire (R6.42), and how far clocks may differ.
LONGEST_LIFE = 180
SKEW = 60
LONGEST_ASSERTION = 16_000
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
UNPROVEN = "signature: it could not be verified with the certificate of the app that iss names."


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion whose signature and times hold."""

    subject: str
    jti: str
    expires: float


def prove(raw: str, request: OauthlibRequest) -> Assertion:
    """Return the assertion ``raw``, and set ``request.client`` to the app that signed it.

    Raises ``invalid_grant`` with the check that failed. An unknown app, an app without a certificate and a wrong signature
    answer alike.
    """
    issuer = signing_keys.unverified_issuer(raw) if len(raw) <= LONGEST_ASSERTION else ""
    keys = AppKey.of(issuer)
    claims = _verified(raw, keys, request)
    if claims is None:
        client_throttle.count_failure(django_request(request), issuer, request)
        raise issuance.refuse_grant(request, UNPROVEN)
    app: ConnectedApp = keys[0].application
    if request.client_id not in (None, app.client_id):
        raise issuance.refuse_grant(request, "iss: it is not the client_id of this request.")
    request.client, request.client_id = app, app.client_id
    expires = _check_times(claims, request)
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(name, str) and name in audiences() for name in named):
        raise issuance.refuse_grant(
            request, f"aud: audience is invalid. It must be {settings.BASE_URL} or the address of the token endpoint."
        )
    return Assertion(_text(claims, "sub", request), _jti(claims, app, request), expires)


def identify(assertion: Assertion, request: OauthlibRequest) -> None:
    """Set the user whom the assertion stands for, with the scopes that were approved. Raises ``invalid_grant`` otherwise."""
    users = get_user_model().objects
    user = users.filter(username=assertion.subject).first() if is_storable(assertion.subject) else None
    if user is None:
        raise issuance.refuse_grant(request, "sub: there is no such user.")
    app: ConnectedApp = request.client
    approved = _approved_scopes(app, user)
    if not set(approved) - {REFRESH}:
        raise issuance.refuse_grant(
            request,
            errors.NOT_APPROVED,
            user=user,
            how_to_fix="sub: have an administrator approve the profile of this user, or let the user approve the app once.",
        )
    # R6.47: there is never a refresh token, so the scope that stands for one means nothing here.
    wanted = {*(request.scopes or [scope for scope in app.scopes if covers(approved, [scope])])} - {REFRESH}
    if not wanted or not covers(approved, wanted):
        raise issuance.refuse_grant(request, "scope: the user approved less than that.", user=user)
    request.scopes = sorted(wanted)
    request.user = user
    proof = Proof(Method.CLIENT_ASSERTION.value, time.time(), str(user.pk), app.name)
    request.issued = Issued.from_proofs((proof,), Grant.JWT_BEARER.value)


def use_once(assertion: Assertion, request: OauthlibRequest) -> None:
    """Claim the assertion's id. Raises ``invalid_grant`` when it was used before; without one there is nothing to claim."""
    if assertion.jti:
        until = datetime.fromtimestamp(assertion.expires + SKEW, tz=UTC)
        if not JwtReplay.claim(request.client, assertion.jti, until):
            raise issuance.refuse_grant(request, "jti: this assertion was used before.", user=request.user)


def audiences() -> frozenset[str]:
    """Return the names under which assertions may address this site: its issuer, its token endpoint, and what is set.

    SECURITY: what is added is compared whole. Whoever answers at such an address could pass on what is sent there, so it is
    empty unless the operator names it.
    """
    base = settings.BASE_URL
    return frozenset(
        {*settings.ASSERTION_AUDIENCES, base, base + "/", base + reverse("token"), base + "/services/oauth2/token"}
    )


def _verified(raw: str, keys: list[AppKey], request: OauthlibRequest) -> dict[str, Any] | None:
    """Return the claims that one of an app's keys proves; None when none of them does.

    Raises ``invalid_grant`` for a signature by a certificate that is not valid now: whoever can make it may be told.
    """
    now = timezone.now()
    for key in sorted(keys, key=lambda each: not each.works_at(now)):
        claims = signing_keys.verified_claims(raw, app_keys.read(key.pem).jwk)
        if claims is None:
            continue
        if not key.works_at(now):
            when = f"expired on {key.not_after:%Y-%m-%d}" if key.has_expired(now) else f"begins on {key.not_before:%Y-%m-%d}"
            raise issuance.refuse_grant(
                request, f"signature: the certificate {when}. Have an administrator add its successor."
            )
        key.note_use()
        return claims
    return None


def _approved_scopes(app: ConnectedApp, user: Any) -> list[str]:
    """R6.45: all that the app has where administrators approve people (whom, the decision asks), else what the user did."""
    if app.permitted_users == app.PermittedUsers.ADMIN_APPROVED:
        return list(app.scopes)
    return Approval.scopes_of(user, app)


def _check_times(claims: dict[str, Any], request: OauthlibRequest) -> float:
    now, expires = time.time(), _number(claims, "exp", request)
    if expires is None:
        raise issuance.refuse_grant(request, "exp: it is missing.")
    if expires <= now - SKEW:
        raise issuance.refuse_grant(request, "exp: expired authorization code. The assertion has expired; sign a new one.")
    if expires > now + LONGEST_LIFE + SKEW:
        raise issuance.refuse_grant(request, "exp: it may lie at most 3 minutes ahead.")
    for name in ("nbf", "iat"):
        begins = _number(claims, name, request)
        if begins is not None and begins > now + SKEW:
            raise issuance.refuse_grant(request, f"{name}: it lies in the future.")
    return expires


def _number(claims: dict[str, Any], name: str, request: OauthlibRequest) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, str) and _SECONDS.fullmatch(value):
        # RFC 7519 wants a number. Clients of the reference system send its digits as a text, which says the same.
        value = int(value)
    # JSON has no dates, and Python's reader takes NaN and Infinity for numbers.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 < value < 1e12:
        raise issuance.refuse_grant(request, f"{name}: write seconds since 1970.")
    return float(value)


def _text(claims: dict[str, Any], name: str, request: OauthlibRequest) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > 255:
        raise issuance.refuse_grant(request, f"{name}: it must be a text.")
    return value


def _jti(claims: dict[str, Any], app: ConnectedApp, request: OauthlibRequest) -> str:
    if "jti" in claims:
        jti = _text(claims, "jti", request)
        if not is_storable(jti):
            raise issuance.refuse_grant(request, "jti: it holds characters that no text can hold.")
        return jti
    if app.require_jti:
        raise issuance.refuse_grant(request, "jti: this app asks for one.")
    return ""
