"""How long a password has to be: longer where it is all that guards an account (NIST SP 800-63B-4, 3.1.1.2)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions_policy import policy_book
from sessions_policy.levels import Level

from .models import User

ALONE = 15
WITH_A_SECOND_FACTOR = 8


class LengthByPolicy:
    """At least 15 characters for a password that lets somebody in by itself, 8 where a second factor is always asked.

    No rules of composition and no end date: both make people choose worse passwords. Common ones, and those that are like the
    person's own data, are for Django's validators.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is too short for ``user``; without one, for anybody."""
        shortest = WITH_A_SECOND_FACTOR if _always_asked(user) else ALONE
        if len(password) < shortest:
            words = ngettext(
                "This password is too short. It must contain at least %(n)d character.",
                "This password is too short. It must contain at least %(n)d characters.",
                shortest,
            )
            raise ValidationError(words % {"n": shortest}, code="password_too_short")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        words = {"alone": ALONE, "with": WITH_A_SECOND_FACTOR}
        return (
            _("At least %(alone)d characters; %(with)d where a second factor is asked at every sign-in. A sentence is fine.")
            % words
        )


def _always_asked(user: Any) -> bool:
    """Whether every browser login of ``user`` asks for a second factor, or for High Assurance."""
    if not isinstance(user, User) or not user.profile_id:
        return False
    book = policy_book.current()
    demand = book.two_factor_demand(user) if user.pk else book.profile_two_factor.get(user.profile_id)
    by_permission = demand is not None and bool(demand.ui or demand.organisation) and not demand.waived_by
    return by_permission or book.policy_for(user.profile_id).profile.required_level is Level.HIGH_ASSURANCE
