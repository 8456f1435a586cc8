"""Signatures: with the site's own keys, which sign ID tokens, and the check of what others signed.

Until the first rotation the key of the settings signs, so that nothing has to be set up. From then on the keys are rows
(:class:`oauth.models.SigningKey`), and each worker follows a rotation within a second, with the policies.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from jwcrypto.jwt import JWT

from accounts import secrets_at_rest
from sessions_policy import policy_book

from .models import SigningKey

ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class Published:
    """A key of the site that verifies what it signed; ``until`` None means for as long as it is the key of today."""

    jwk: JWK
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key that signs, and all that are published, the signing one first."""

    active: JWK
    published: tuple[Published, ...]

    def verifying(self) -> list[JWK]:
        """Return the keys that are published now."""
        now = timezone.now()
        return [each.jwk for each in self.published if each.until is None or now < each.until]


class _Shelf(threading.local):
    """The ring of this thread, with the policy book by whose revision it was read."""

    book: policy_book.PolicyBook | None = None
    ring: KeyRing | None = None


_shelf = _Shelf()


def ring() -> KeyRing:
    """Return the keys in force. They are read again with the policies: a rotation is a revision, seen within a second."""
    book = policy_book.current()
    if _shelf.ring is None or _shelf.book is not book:
        _shelf.book, _shelf.ring = book, _read_ring()
    return _shelf.ring


def sign(claims: dict[str, Any]) -> str:
    """Return ``claims`` as a JWT signed by the site (RS256)."""
    key = ring().active
    token = JWT(header={"typ": "JWT", "alg": ALGORITHM, "kid": key.thumbprint()}, claims=claims)
    token.make_signed_token(key)
    signed: str = token.serialize()
    return signed


def read_own(token: str) -> dict[str, Any] | None:
    """Return the claims of an ID token that the site signed, expired or not; None for anything else (id_token_hint)."""
    found = (verified_claims(token, key) for key in ring().verifying())
    return next((claims for claims in found if claims is not None), None)


def key_set() -> dict[str, Any]:
    """Return the public keys that ID tokens are verified with: today's, tomorrow's if it is known, yesterday's (RFC 7517)."""
    keys = ring().verifying()
    return {"keys": [{"use": "sig", "alg": ALGORITHM, "kid": k.thumbprint(), **k.export_public(as_dict=True)} for k in keys]}


def verified_claims(token: str, key: JWK) -> dict[str, Any] | None:
    """Return the claims of the compact JWT ``token`` when ``key`` signed it with RS256; else None. Judges no claim.

    SECURITY: the algorithm is ours and never the header's, so neither ``none`` nor HS256 with the public key passes.
    """
    jws = JWS()
    jws.allowed_algs = [ALGORITHM]
    try:
        if token.count(".") != 2:
            return None
        jws.deserialize(token, key, alg=ALGORITHM)
        claims = json.loads(jws.payload)
    except (JWException, ValueError, TypeError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def unverified_issuer(token: str) -> str:
    """Return what ``token`` says about who issued it, to find the key that will prove it; "" when it cannot be read."""
    try:
        _header, payload, _signature = token.split(".")
        claims = json.loads(base64url_decode(payload))
        return str(claims["iss"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def of_the_settings() -> JWK:
    """Return the key that signs while no rotation has taken place."""
    return own_key(settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"])


def _read_ring() -> KeyRing:
    states = SigningKey.State
    rows = sorted(SigningKey.objects.all(), key=lambda row: list(states.values).index(row.state))
    signing = next((row for row in rows if row.state == states.ACTIVE), None)
    active = of_the_settings() if signing is None else own_key(secrets_at_rest.decrypt(signing.private_key_encrypted))
    others = [Published(JWK(**row.public_key), row.retires_at) for row in _published(rows) if row is not signing]
    before = () if signing is not None else map(Published, map(own_key, _inactive_of_the_settings()))
    return KeyRing(active, (Published(active), *others, *before))


def _published(rows: Iterable[SigningKey]) -> list[SigningKey]:
    now = timezone.now()
    return [row for row in rows if row.is_published(now)]


def _inactive_of_the_settings() -> list[str]:
    return list(settings.OAUTH2_PROVIDER.get("OIDC_RSA_PRIVATE_KEYS_INACTIVE", ()))


@lru_cache(maxsize=16)
def own_key(pem: str) -> JWK:
    """Return the key in ``pem``."""
    return JWK.from_pem(pem.encode())
