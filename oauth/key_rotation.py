"""Rotating the keys that sign ID tokens: the next one takes over, and the old one stays published for a while."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jwcrypto.jwk import JWK

from accounts import secrets_at_rest
from sessions_policy import policy_book

from . import signing_keys
from .models import SigningKey

BITS = 2048
# ID tokens live an hour, and clients may keep the key set for another.
GRACE = timedelta(days=7)
LONGEST_GRACE = timedelta(days=365)
# An old key is a warning, not an error: nothing breaks by it.
OLD_AFTER = timedelta(days=180)

State = SigningKey.State


class RotationRefused(Exception):
    """The keys were not changed; says why."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did, or would do: who signs from now on, who did before, and until when that one is published."""

    signs: str
    signed_before: str
    published_until: datetime | None


@dataclass(frozen=True, slots=True)
class Author:
    """Who rotates, and why: for the revision."""

    user: Any = None
    level: str = ""
    reason: str = ""


NOBODY = Author()
_FIRST = gettext_lazy("Another rotation was first. Look at the keys, and rotate again if you still want to.")


def publish_next(author: Author = NOBODY) -> SigningKey:
    """Publish a new key ahead of its turn, so that clients know it before it signs. Raises RotationRefused if there is one."""
    made = _new_key(State.NEXT)
    try:
        with transaction.atomic():
            _save(made, author)
    except IntegrityError as error:
        raise RotationRefused(_("The next key is published already. Rotate to make it sign.")) from error
    transaction.on_commit(policy_book.refresh)
    return made


def rotate(grace: timedelta = GRACE, author: Author = NOBODY, *, expected: str = "") -> Rotation:
    """Make the next key sign (or a new one, where none was published ahead), and keep the old one published for ``grace``.

    Without any grace what the old key signed can no longer be verified: for a key that became known to others. ``expected`` is
    the id of the key that is to be replaced, so that of two people who press the button only one rotates. Raises
    RotationRefused for a grace that makes no sense, and when another rotation was first.
    """
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise RotationRefused(_("The time for which the old key stays published lies between nothing and 365 days."))
    try:
        with transaction.atomic():
            done = _rotate(grace, author, expected)
    except IntegrityError as error:
        raise RotationRefused(_FIRST) from error
    transaction.on_commit(policy_book.refresh)
    return done


def plan(grace: timedelta = GRACE) -> Rotation:
    """Return what :func:`rotate` would do, and change nothing; a key that would be made has no id yet."""
    following = SigningKey.objects.filter(state=State.NEXT).first()
    before = signing_keys.ring().active.thumbprint()
    return Rotation(following.kid if following else "", before, timezone.now() + grace)


def age() -> timedelta | None:
    """Return for how long today's key has been signing; None while it is the key of the settings, whose age nobody knows."""
    active = SigningKey.objects.filter(state=State.ACTIVE).first()
    return None if active is None or active.activated_at is None else timezone.now() - active.activated_at


def _rotate(grace: timedelta, author: Author, expected: str) -> Rotation:
    now = timezone.now()
    rows = {row.state: row for row in SigningKey.objects.select_for_update().exclude(state=State.OLD)}
    old = rows.get(State.ACTIVE) or _key_of_the_settings(now)
    if expected not in ("", old.kid):
        raise RotationRefused(_FIRST)
    # SECURITY: what signs no more has no private half that could leak. It is gone from here on.
    old.state, old.private_key_encrypted, old.retires_at = State.OLD, "", now + grace
    _save(old, author)
    following = rows.get(State.NEXT) or _new_key(State.ACTIVE)
    following.state, following.activated_at = State.ACTIVE, now
    _save(following, author)
    return Rotation(following.kid, old.kid, old.retires_at)


def _key_of_the_settings(now: datetime) -> SigningKey:
    """Return the row of the key that signed before there were rows."""
    key = signing_keys.of_the_settings()
    known = SigningKey.objects.filter(kid=key.thumbprint()).first()
    return known or SigningKey(kid=key.thumbprint(), public_key=_public(key), state=State.OLD, created_at=now)


def _new_key(state: str) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key = JWK.from_pem(pem)
    encrypted = secrets_at_rest.encrypt(pem.decode())
    return SigningKey(kid=key.thumbprint(), state=state, public_key=_public(key), private_key_encrypted=encrypted)


def _public(key: JWK) -> dict[str, Any]:
    public: dict[str, Any] = json.loads(key.export_public())
    return public


def _save(row: SigningKey, author: Author) -> None:
    row.author, row.author_level, row.reason = author.user, author.level, author.reason
    row.save()
