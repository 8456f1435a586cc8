"""Every requirement that holds for one person, and where it comes from (R10.7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sessions_policy import policy_book, texts
from sessions_policy.levels import Level

from .models import User


@dataclass(frozen=True, slots=True)
class Holds:
    """One requirement in words, its source, and whether it is lifted by something else."""

    what: str
    source: str
    lifted_by: str = ""

    def __str__(self) -> str:
        lifted = _(" (lifted by %(source)s)") % {"source": self.lifted_by} if self.lifted_by else ""
        return f"{self.what} [{self.source}]{lifted}"


def of(user: User) -> list[Holds]:
    """Return everything that is asked of ``user`` at login, with its source; nothing asked gives an empty list."""
    book = policy_book.current()
    policy = book.policy_for(user.profile_id, user_id=user.pk, two_factor=book.two_factor_demand(user))
    demand, profile = policy.two_factor, policy.profile
    waived = ", ".join(demand.waived_by)
    found = [Holds(_("API only: no login in a browser"), name) for name in policy.api_only]
    found += [Holds(_("Two-factor for user interface logins"), name, waived) for name in demand.ui]
    if demand.organisation:
        found.append(Holds(_("Two-factor for user interface logins"), _("the organisation's settings"), waived))
    found += [Holds(_("Two-factor for API logins"), name) for name in demand.api]
    source = _("profile %(name)s") % {"name": profile.name}
    if profile.required_level > Level.NONE:
        found.append(Holds(_("%(level)s at login") % {"level": texts.level_name(profile.required_level)}, source))
    if profile.login_hours is not None:
        found.append(Holds(_("Login hours"), source))
    if profile.ip_ranges:
        found.append(Holds(_("Login IP ranges: %(ranges)s") % {"ranges": ", ".join(map(str, profile.ip_ranges))}, source))
    if profile.login_flow:
        found.append(Holds(_("Login flow %(name)s") % {"name": profile.login_flow}, source))
    return found
