"""Temporary codes from an administrator: hashed, one alive for each person, good for any number of uses until they end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy.statements import Statement

from ..models import TemporaryCode, User
from .recovery_code import ALPHABET
from .result import Result

LENGTH = 12
SHORTEST_HOURS, LONGEST_HOURS = 1, 24


def generate(user: User, *, hours: int, issued_by: User | None, reason: str) -> str:
    """Return a new code for ``user``, in the place of any older one; this is the only time that it can be seen."""
    code = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))
    salt, now = secrets.token_hex(16), timezone.now()
    with transaction.atomic():
        user.temporary_codes.filter(expires__gt=now).update(expires=now)
        TemporaryCode.objects.create(
            user=user,
            salt=salt,
            digest=_digest(salt, code),
            expires=now + timedelta(hours=hours),
            issued_by=issued_by,
            reason=reason,
        )
    return "-".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def end(user: User) -> int:
    """End the live code of ``user``; return how many there were."""
    return user.temporary_codes.filter(expires__gt=timezone.now()).update(expires=timezone.now())


def begin_verify(user: User) -> str:
    """There is nothing to name."""
    return ""


def finish_verify(user: User, value: str, *_also: Statement) -> Result:
    """Check ``value`` (12 characters). The code stays good until it ends."""
    for row in user.temporary_codes.filter(expires__gt=timezone.now()):
        if hmac.compare_digest(row.digest, _digest(row.salt, value)):
            return Result(detail=f"temporary {row.pk}")
    return Result(_("That temporary code is not right, or it has ended. Ask your administrator for a new one."))


def _digest(salt: str, code: str) -> str:
    return hmac.new(salt.encode(), code.encode(), hashlib.sha256).hexdigest()
