"""Recovery codes: ten at a time, 80 bits each, hashed, each for one use, shown once."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy import statements
from sessions_policy.statements import Statement

from ..models import RecoveryCode, User
from .result import Result

COUNT = 10
# Crockford's base 32, 16 characters of 5 bits: no I, L, O, U, so that nothing is read as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_USE_UP = "UPDATE accounts_recoverycode SET used_at = %s WHERE user_id = %s AND used_at IS NULL AND digest = %s"


def generate(user: User) -> list[str]:
    """Replace the person's codes by ten new ones and return them; this is the only time that they can be seen."""
    codes = ["".join(secrets.choice(ALPHABET) for _i in range(LENGTH)) for _n in range(COUNT)]
    salt = secrets.token_hex(16)
    with transaction.atomic():
        user.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, salt=salt, digest=_digest(salt, c), confirmed=False) for c in codes
        )
    return ["-".join(code[i : i + 4] for i in range(0, LENGTH, 4)) for code in codes]


def remaining(user: User) -> int:
    """Return how many codes are left."""
    return user.recovery_codes.filter(used_at=None).count()


def confirm(user: User) -> None:
    """Note that the person has saved their codes."""
    user.recovery_codes.filter(confirmed=False).update(confirmed=True)


def are_confirmed(user: User) -> bool:
    """Whether the person has said that they saved the codes that they have left, or has used one of them."""
    if not user.recovery_codes.filter(used_at=None, confirmed=False).exists():
        return True
    # New codes take the place of all older ones, so a used one is of these.
    return user.recovery_codes.exclude(used_at=None).exists()


def belongs_to(user: User, code: str) -> bool:
    """Whether ``code`` is one of the person's codes that are still good; it stays good."""
    return user.recovery_codes.filter(digest__in=_digests(user, code), used_at=None).exists()


def begin_verify(user: User) -> str:
    """There is nothing to name."""
    return ""


def finish_verify(user: User, value: str, *also: Statement) -> Result:
    """Use up the code ``value`` (16 characters), and run ``also``.

    One conditional UPDATE decides, so a code works once, also in a race.
    """
    for digest in _digests(user, value):
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        used, *rest = statements.run(Statement(_USE_UP, (now, user.pk, digest)), *also)
        if used:
            return Result(detail="recovery", also=tuple(rest))
    return Result(_("That recovery code is not right, or it was used before. Try another one."))


def _digests(user: User, code: str) -> list[str]:
    salts = set(user.recovery_codes.values_list("salt", flat=True))
    return [_digest(salt, code.replace("-", "").upper()) for salt in salts]


def _digest(salt: str, code: str) -> str:
    return hmac.new(salt.encode(), code.encode(), hashlib.sha256).hexdigest()
