"""People for the tests, with names and a role each, and the authenticators that they carry."""

from __future__ import annotations

import time
from typing import Any

import pyotp
from django.test import Client

from accounts.models import AuthenticatorDevice, User
from sessions_policy import policy_book
from sessions_policy.models import MethodLevel, PermissionSet, Profile, ResourcePolicy, TrustedNetwork

PASSWORD = "correct horse battery staple"


class Authenticator:
    """An authenticator app in somebody's pocket: knows the secret, and reads the clock."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, *, step: int = 0) -> str:
        """Return the code of now, or of ``step`` time steps later."""
        return self.totp.at(time.time(), counter_offset=step)


def profile(name: str = "Standard User", **values: Any) -> Profile:
    """Return the profile ``name``, made when it is missing."""
    found = Profile.objects.filter(name=name).first() or Profile(name=name)
    for field, value in values.items():
        setattr(found, field, value)
    found.save()
    # As in the demo organisation: this machine is a trusted network, so nothing here needs activation.
    TrustedNetwork.objects.get_or_create(network="127.0.0.0/8", defaults={"name": "This machine"})
    policy_book.refresh()
    return found


def assured_profile() -> Profile:
    """Return a profile that requires High Assurance at login."""
    return profile("Assured User", required_level="high_assurance")


def api_only_profile() -> Profile:
    """Return the profile of accounts that programs use."""
    return profile("Integration", api_only=True)


def person(username: str, in_profile: Profile | None = None, **values: Any) -> User:
    """Return a new user with our password."""
    values.setdefault("email", f"{username}@example.org")
    return User.objects.create_user(username, password=PASSWORD, profile=in_profile or profile(), **values)


def robot(username: str = "integration") -> User:
    """Return the account of a program: an API-only user."""
    return person(username, api_only_profile())


def give_authenticator(user: User, name: str = "Phone") -> Authenticator:
    """Give ``user`` a confirmed authenticator app."""
    secret = pyotp.random_base32()
    device = AuthenticatorDevice(user=user, name=name, confirmed=True)
    device.secret = secret
    device.save()
    return Authenticator(secret)


def permission_set(user: User, **values: Any) -> PermissionSet:
    """Give ``user`` a permission set."""
    found = PermissionSet.objects.create(name=values.pop("name", "Strict"), **values)
    found.users.add(user)
    policy_book.refresh()
    return found


def move(method: str, level: str) -> None:
    """Move ``method`` to the column ``level``."""
    MethodLevel.objects.update_or_create(method=method, defaults={"level": level})
    policy_book.refresh()


def rule(resource: str, action: str, minutes: int | None = None) -> None:
    """Set the policy of ``resource``."""
    ResourcePolicy.objects.update_or_create(key=resource, defaults={"action": action, "again_after_minutes": minutes})
    policy_book.refresh()


def give_password(client: Client, user: User, **extra: Any) -> Any:
    """Send the login form with the right password."""
    return client.post("/login/", {"username": user.username, "password": PASSWORD, **extra})


def is_asked_for_a_code(response: Any) -> bool:
    """Whether ``response`` to the password is the page that asks for a second factor."""
    return response.status_code == 200 and 'data-page="verify"' in response.content.decode()


def sign_in(client: Client, user: User, authenticator: Authenticator | None = None) -> None:
    """Sign in through the product's own pages."""
    response = give_password(client, user)
    if is_asked_for_a_code(response):
        assert authenticator is not None
        response = client.post("/login/verify/", {"code": authenticator.code()})
    assert client.session.get("_auth_user_id") == str(user.pk), response.content
