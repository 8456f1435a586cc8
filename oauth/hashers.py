"""How client secrets are kept."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _


class ClientSecretHasher(BasePasswordHasher):
    """One SHA-256, without a salt. Only for secrets that the site itself made at random.

    Such a secret has more than 700 bits, so there is nothing to guess and nothing to slow down; a slow hash would cost every
    token request of a confidential client a quarter of a second. People's passwords never get this hasher.
    """

    algorithm = "client_secret"

    def salt(self) -> str:
        """Return no salt: two random secrets are never the same."""
        return ""

    def encode(self, password: str, salt: str) -> str:
        """Return ``client_secret$<SHA-256 in hex>``."""
        return f"{self.algorithm}${hashlib.sha256(password.encode()).hexdigest()}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts of an encoded secret."""
        algorithm, _dollar, digest = encoded.partition("$")
        return {"algorithm": algorithm, "hash": digest, "salt": ""}

    def verify(self, password: str, encoded: str) -> bool:
        """Whether ``password`` is the encoded secret, in constant time."""
        return constant_time_compare(self.encode(password, ""), encoded)

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what may be shown of an encoded secret."""
        return {_("algorithm"): self.algorithm}

    def must_update(self, encoded: str) -> bool:
        """Return False: there is one way to encode."""
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Spend no extra time: there is one way to encode."""
