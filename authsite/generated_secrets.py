"""Secrets that the site makes for itself when it may, and keeps in files that only its own user can read.

``python -m authsite.generated_secrets NAME`` prints a fresh one for an environment that has to be given it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def secret_key() -> str:
    """Return a new ``SECRET_KEY`` of 384 bits."""
    return token_urlsafe(48)


def field_encryption_key() -> str:
    """Return a new key for secrets at rest."""
    return Fernet.generate_key().decode()


def rsa_private_key() -> str:
    """Return a new RSA key of 2048 bits, as PEM, which signs id tokens (RS256)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


def keep(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in ``path``; when there is none, make one and keep it there with mode 0600.

    Two processes that start together end with the same secret: the file appears whole, under its name, for one of them.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as draft:  # made with mode 0600
            draft.write(make())
            draft.flush()
            with suppress(FileExistsError):
                path.hardlink_to(draft.name)
    return path.read_text(encoding="ascii")


MAKERS = {
    "SECRET_KEY": secret_key,
    "FIELD_ENCRYPTION_KEYS": field_encryption_key,
    "OIDC_RSA_PRIVATE_KEY": rsa_private_key,
}

if __name__ == "__main__":
    wanted = sys.argv[1:]
    if len(wanted) != 1 or wanted[0] not in MAKERS:
        sys.exit(f"usage: python -m authsite.generated_secrets {{{','.join(MAKERS)}}}")
    print(MAKERS[wanted[0]]())
