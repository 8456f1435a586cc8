"""Keys: the site's own, which sign ID tokens, and those of apps, which sign assertions."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from jwcrypto.jwt import JWT

ALGORITHM = "RS256"
SHORTEST = 2048


class UnusableKey(Exception):
    """A certificate or key that no assertion can be checked with; says why."""


def sign(claims: dict[str, Any]) -> str:
    """Return ``claims`` as a JWT signed by the site (RS256)."""
    key = _own_key(settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"])
    token = JWT(header={"typ": "JWT", "alg": ALGORITHM, "kid": key.thumbprint()}, claims=claims)
    token.make_signed_token(key)
    signed: str = token.serialize()
    return signed


def read_own(token: str) -> dict[str, Any] | None:
    """Return the claims of an ID token that the site signed, expired or not; None for anything else (id_token_hint)."""
    found = (verified_claims(token, _own_key(pem)) for pem in _own_pems())
    return next((claims for claims in found if claims is not None), None)


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


def key_set() -> dict[str, Any]:
    """Return the public keys that ID tokens are verified with: today's, and those before it (RFC 7517)."""
    keys = [_own_key(pem) for pem in _own_pems()]
    return {"keys": [{"use": "sig", "alg": ALGORITHM, "kid": k.thumbprint(), **k.export_public(as_dict=True)} for k in keys]}


def public_key(pem: str) -> JWK:
    """Return the RSA key in ``pem``, an X.509 certificate or a public key.

    Raises UnusableKey, in words: unreadable, not RSA, too short, a certificate that is not valid now (R6.40, R6.44).
    """
    data = pem.strip().encode()
    try:
        key = _certified_key(data) if b"CERTIFICATE" in data else load_pem_public_key(data)
    except ValueError as error:
        raise UnusableKey(_("This is neither an X.509 certificate nor a public key in PEM.")) from error
    if not isinstance(key, RSAPublicKey):
        raise UnusableKey(_("The key must be an RSA key: assertions are signed with RS256."))
    if key.key_size < SHORTEST:
        raise UnusableKey(_("The RSA key must have at least 2048 bits."))
    return JWK.from_pem(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def public_key_problem(pem: str) -> str:
    """Return why ``pem`` cannot be registered, or "" when it can."""
    if not pem.strip():
        return _("The JWT bearer grant needs a certificate or a public key.")
    try:
        public_key(pem)
    except UnusableKey as problem:
        return str(problem)
    return ""


def _certified_key(data: bytes) -> Any:
    certificate = x509.load_pem_x509_certificate(data)
    if not certificate.not_valid_before_utc <= timezone.now() <= certificate.not_valid_after_utc:
        raise UnusableKey(_("The certificate is not valid now: it has expired, or is not valid yet."))
    return certificate.public_key()


def _own_pems() -> list[str]:
    provider = settings.OAUTH2_PROVIDER
    return [provider["OIDC_RSA_PRIVATE_KEY"], *provider.get("OIDC_RSA_PRIVATE_KEYS_INACTIVE", ())]


@lru_cache(maxsize=8)
def _own_key(pem: str) -> JWK:
    return JWK.from_pem(pem.encode())
