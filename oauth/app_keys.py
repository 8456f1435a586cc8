"""Reading the certificates and public keys that prove an app's signed assertions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jwcrypto.jwk import JWK

SHORTEST = 2048
LONGEST_PEM = 20_000


class UnusableKey(Exception):
    """A certificate or key that no assertion can be checked with; says why."""


class Kind(models.TextChoices):
    """What was uploaded."""

    CERTIFICATE = "certificate", gettext_lazy("Certificate")
    PUBLIC_KEY = "public_key", gettext_lazy("Public key")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that is fit for RS256, with what its certificate says about it; a bare key says nothing."""

    jwk: JWK
    kind: Kind
    fingerprint: str
    subject: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        """Whether the certificate's time is over."""
        return self.not_after is not None and self.not_after < now


@lru_cache(maxsize=256)
def read(pem: str) -> PublicKey:
    """Return the RSA key in ``pem``, an X.509 certificate or a public key.

    Raises UnusableKey, in words: a private key, unreadable, not RSA, too short (R6.40, R6.44). Dates are not judged here.
    """
    if len(pem) > LONGEST_PEM:
        raise UnusableKey(_("This is too long for one certificate or public key."))
    if "PRIVATE KEY" in pem:
        # SECURITY: it has left its owner's machine now, and must not be kept here as well.
        raise UnusableKey(_("This is a private key. It stays with the app: make a new pair, and upload the public half only."))
    data = pem.strip().encode()
    try:
        return _from_certificate(data) if b"CERTIFICATE" in data else _from_public_key(data)
    except ValueError as error:
        raise UnusableKey(_("This is neither an X.509 certificate nor a public key in PEM.")) from error


def _from_certificate(data: bytes) -> PublicKey:
    certificate = x509.load_pem_x509_certificate(data)
    return PublicKey(
        _fit(certificate.public_key()),
        Kind.CERTIFICATE,
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.subject.rfc4514_string(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def _from_public_key(data: bytes) -> PublicKey:
    key = load_pem_public_key(data)
    jwk = _fit(key)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return PublicKey(jwk, Kind.PUBLIC_KEY, digest.finalize().hex())


def _fit(key: object) -> JWK:
    if not isinstance(key, RSAPublicKey):
        raise UnusableKey(_("The key must be an RSA key: assertions are signed with RS256."))
    if key.key_size < SHORTEST:
        raise UnusableKey(_("The RSA key must have at least 2048 bits."))
    return JWK.from_pem(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
