"""The password, asked again in a running session."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sessions_policy.statements import Statement

from ..models import User
from .result import Result


def begin_verify(user: User) -> str:
    """There is nothing to name."""
    return ""


def finish_verify(user: User, value: str, *_also: Statement) -> Result:
    """Check the password."""
    return Result() if user.check_password(value) else Result(_("That password is not correct."))
