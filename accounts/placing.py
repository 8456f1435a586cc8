"""Giving a person a profile, which decides what is asked of them: a change of policy like any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sessions_policy import changing, protection, revisions
from sessions_policy.changing import Author, Change
from sessions_policy.models import Profile

from .models import User

KIND = "accounts.user"


def moving(user: User, profile: Profile) -> Change:
    """Return the change that gives ``user`` the profile."""

    def find() -> User | None:
        return User.objects.select_related("profile").filter(pk=user.pk).first()

    def make(author: Author, reason: str) -> User | None:
        row = find()
        if row is not None and row.profile_id != profile.pk:
            before = row.policy_values()
            row.profile = profile
            row.save(update_fields=["profile"])
            write(row, before, author, reason)
        return row

    return Change(KIND, find, make)


def write(user: User, before: dict[str, Any], author: Author, reason: str) -> None:
    """Write the revision of a move that was saved already."""
    changing.sign(user, author, reason)
    revisions.write(user, before, user.policy_values())
    changing.in_force()


def taken_away(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield what a person loses of the profile that they had."""
    found = {each.name: each for each in Profile.objects.filter(name__in=[before.get("profile"), after.get("profile")])}
    old, new = found.get(before.get("profile", "")), found.get(after.get("profile", ""))
    if old is not None and new is not None and old != new:
        yield from protection.of_person(after["username"], old, new)
