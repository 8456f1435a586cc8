"""Claims: who a person is and how they authenticated, for ID tokens, userinfo and introspection."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from sessions_policy import policy_book
from sessions_policy.facts import Proof, level_of, level_of_proof
from sessions_policy.levels import Level, Method

from .issued import Issued
from .redirects import issuer
from .scopes import FULL

# RFC 8176. What has no value of its own there is left out: a recovery code is no "otp", a known browser no factor.
METHODS: dict[str, tuple[str, ...]] = {
    Method.PASSWORD: ("pwd",),
    Method.DELEGATED: ("pwd",),
    Method.AUTHENTICATOR_APP: ("otp",),
    Method.SECURITY_KEY: ("hwk",),
    Method.PASSKEY: ("hwk", "user"),
    Method.RECOVERY_CODE: ("kba",),
    Method.TEMPORARY_CODE: ("kba",),
    Method.CLIENT_ASSERTION: ("swk",),
}

NAMES = ("name", "given_name", "family_name", "preferred_username")
SUPPORTED = ("sub", "iss", "aud", "azp", "exp", "iat", "auth_time", "nonce", "acr", "amr", *NAMES, "email")


def subject(user: Any) -> str:
    """Return the ``sub`` of ``user``: the same in every answer, and never used for anybody else."""
    return str(user.pk)


def amr(proofs: Iterable[Proof]) -> list[str]:
    """Return the authentication methods of ``proofs`` (RFC 8176), with ``mfa`` when there was more than one factor."""
    given = tuple(proofs)
    values = [value for proof in given for value in METHODS.get(proof.method, ())]
    first = any(proof.category.is_first for proof in given)
    second = any(proof.category.is_second for proof in given)
    return list(dict.fromkeys([*values, "mfa"] if first and second else values))


def amr_within(level: Level, columns: Mapping[str, Level], proofs: Iterable[Proof]) -> dict[str, list[str]]:
    """Return the ``amr`` claim of a token that counts for ``level``: of the ``proofs`` that count for no more.

    SECURITY: a Standard token of a session with two factors must not say ``mfa``, or whoever reads it there takes it for more.
    """
    found = amr(proof for proof in proofs if level_of_proof(columns, proof) <= level)
    return {"amr": found} if found else {}


def acr(level: Level) -> dict[str, str]:
    """Return the ``acr`` claim for ``level``; nothing where nothing was proven."""
    return {"acr": level.acr} if level > Level.NONE else {}


def about(user: Any, scopes: Iterable[str]) -> dict[str, Any]:
    """Return the claims about ``user`` that ``scopes`` allow."""
    allowed = set(scopes)
    claims: dict[str, Any] = {"sub": subject(user)}
    if allowed & {"profile", FULL}:
        named = {"name": user.get_full_name(), "given_name": user.first_name, "family_name": user.last_name}
        claims |= {"preferred_username": user.get_username(), **{k: v for k, v in named.items() if v}}
    if allowed & {"email", FULL} and user.email:
        claims["email"] = user.email
    return claims


def id_token(user: Any, scopes: Iterable[str], issued: Issued) -> dict[str, Any]:
    """Return the claims of an ID token beside ``aud``, ``iat``, ``nonce`` and the hashes.

    They tell how this session authenticated, not when the person last logged in anywhere. ``acr`` is the session's true
    level: an ID token is a statement about the login and opens nothing here, whatever the access token may carry.
    """
    reached = level_of(policy_book.current().columns, issued.proofs)
    claims = about(user, scopes) | acr(reached) | {"amr": amr(issued.proofs), "iss": issuer(), "jti": str(uuid.uuid4())}
    if issued.auth_time is not None:
        claims["auth_time"] = issued.auth_time
    return claims | {"exp": int(time.time()) + settings.OAUTH2_PROVIDER["ID_TOKEN_EXPIRE_SECONDS"]}
