"""The people of the demo organisation, their profiles, and what each of them is there to show."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.models import Permission

from accounts import totp, two_factor_help
from accounts.api_login import new_security_token
from accounts.models import AuthenticatorDevice, User
from sessions_policy.levels import Level
from sessions_policy.models import PermissionSet, Profile

ADMINISTRATOR, STANDARD, ASSURED = "System Administrator", "Standard User", "Assured User"
HELP_DESK, INTEGRATION, CONTRACTOR = "Help Desk", "Integration", "Contractor"

# Profile -> the level that it requires at login.
PROFILES = {
    ADMINISTRATOR: Level.HIGH_ASSURANCE,
    STANDARD: Level.NONE,
    ASSURED: Level.HIGH_ASSURANCE,
    HELP_DESK: Level.HIGH_ASSURANCE,
    INTEGRATION: Level.NONE,
    CONTRACTOR: Level.NONE,
}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One user. ``outcome`` says what signing in is like; ``api`` that the permission set is for API logins as well."""

    username: str
    name: str
    profile: str
    outcome: str
    has_authenticator: bool = True
    permission_set: str = ""
    api: bool = False


PEOPLE = (
    DemoPerson("admin", "Ada Admin", ADMINISTRATOR, "password, then code; runs the administration"),
    DemoPerson("standard", "Stan Standard", STANDARD, "password; the code only when reports ask for it"),
    DemoPerson(
        "plain", "Paula Plain", STANDARD, "password; sets up an authenticator when reports ask", has_authenticator=False
    ),
    DemoPerson("assured", "Asha Assured", ASSURED, "password, then code"),
    DemoPerson("newcomer", "Nils Newcomer", ASSURED, "password, then sets up an authenticator", has_authenticator=False),
    DemoPerson(
        "strict", "Sofia Strict", STANDARD, "password, then code, by a permission set", permission_set="Two-factor logins"
    ),
    DemoPerson(
        "loader",
        "Luis Loader",
        STANDARD,
        "password, then code; at the API, too",
        permission_set="Two-factor logins and API logins",
        api=True,
    ),
    DemoPerson("helpdesk", "Hanna Helpdesk", HELP_DESK, "password, then code; helps people who lost their phone"),
    DemoPerson("integration", "Nightly Job", INTEGRATION, "no page: apps run as this user", has_authenticator=False),
    DemoPerson("contractor", "Carl Contractor", CONTRACTOR, "password, then terms to accept"),
)

USERNAMES = tuple(person.username for person in PEOPLE)


# Those whose people are programs.
API_ONLY = frozenset({INTEGRATION})


def create_profiles() -> None:
    """Make the profiles, or set those that exist to what the demo needs."""
    for name, level in PROFILES.items():
        values = {"required_level": level.slug, "api_only": name in API_ONLY}
        Profile.objects.update_or_create(name=name, defaults=values)


def create(person: DemoPerson) -> dict[str, str]:
    """Make ``person`` and return what cannot be read back later: the password and the security token."""
    password = new_password()
    first, last = person.name.split()
    user = User.objects.create_user(
        person.username,
        f"{person.username}@example.org",
        password,
        first_name=first,
        last_name=last,
        profile=Profile.objects.get(name=person.profile),
        is_staff=person.profile in (ADMINISTRATOR, HELP_DESK),
        is_superuser=person.profile == ADMINISTRATOR,
    )
    if person.has_authenticator:
        device = AuthenticatorDevice(user=user, name="Phone", confirmed=True)
        device.secret = totp.new_secret()
        device.save()
    if person.permission_set:
        granted, _made = PermissionSet.objects.update_or_create(
            name=person.permission_set, defaults={"two_factor_ui": True, "two_factor_api": person.api}
        )
        granted.users.add(user)
    if person.profile == HELP_DESK:
        label, codename = two_factor_help.RIGHT.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    return {"password": password, "security_token": new_security_token(user)}


def new_password() -> str:
    """Return a password of 80 bits that can be read aloud."""
    letters = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _n in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def totp_secret(user: User) -> str | None:
    """Return the secret of the user's first authenticator, in base 32; None without one."""
    device = user.authenticators.filter(confirmed=True).first()
    return device.secret if device else None
