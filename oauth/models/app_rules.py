"""What each connected app asks, for the policy book: from the values of stored apps, of today or of an older revision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps

from sessions_policy.facts import AppRule
from sessions_policy.levels import IpRelaxation, SessionPolicy
from sessions_policy.policy_tables import Tables

KIND = "oauth.connectedapp"
# What of an app the book is compiled from.
FIELDS = ("name", "session_policy", "session_policy_mode", "ip_relaxation", "grant_types")


def of(tables: Tables) -> dict[str, AppRule]:
    """Return the rule of each app by its name, before it is known who comes."""
    rows = tables[KIND].values()
    return {
        row["name"]: rule(row["name"], row["session_policy"], row.get("ip_relaxation", ""), row.get("grant_types", []))
        for row in rows
    }


def rule(name: str, session_policy: str, ip_relaxation: str, grants: Iterable[str]) -> AppRule:
    """Return the rule that these values mean. SECURITY: an unknown policy closes the app, an unknown relaxation is none."""
    action = session_policy if session_policy in list(SessionPolicy) else SessionPolicy.BLOCK
    relaxed = ip_relaxation if ip_relaxation in list(IpRelaxation) else IpRelaxation.ENFORCE
    return AppRule(name, SessionPolicy(action), IpRelaxation(relaxed), frozenset(grants))


def admits(name: str, profile_id: int, user_id: int | None) -> bool:
    """Whether somebody of the profile, or a user, may use the app today (R6.21)."""
    found: Any = apps.get_model(KIND)._default_manager.filter(name=name).first()
    return found is None or found.admits_somebody(profile_id, user_id)
