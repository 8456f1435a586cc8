"""The demo organisation as a whole: made in one transaction, thrown away, described."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from oauth.models import ConnectedApp
from sessions_policy import policy_book
from sessions_policy.models import ResourcePolicy

from . import connected_apps, kept_secrets, people, policies
from .paths import paths


def exists() -> bool:
    """Whether any of the demo's people or apps is there."""
    return (
        User.objects.filter(username__in=people.USERNAMES).exists()
        or ConnectedApp.objects.filter(name__in=connected_apps.NAMES).exists()
    )


@transaction.atomic
def create() -> None:
    """Make the organisation with fresh secrets and keep them."""
    people.create_profiles()
    secrets = {"users": {person.username: people.create(person) for person in people.PEOPLE}}
    policies.create()
    secrets["apps"] = {app.name: connected_apps.create(app) for app in connected_apps.APPS}
    kept_secrets.write(secrets)
    policy_book.refresh()


@transaction.atomic
def recreate() -> None:
    """Throw away everything in the database, whoever made it, and make the organisation anew."""
    # Ids go on counting: a session or a policy revision of before is never taken for one of after.
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    create()


def describe() -> dict[str, Any]:
    """Return the organisation as JSON values. What was not kept here is null. Raises kept_secrets.Unreadable."""
    secrets = kept_secrets.read()
    users = {u.username: u for u in User.objects.filter(username__in=people.USERNAMES).select_related("profile")}
    apps = {app.name: app for app in ConnectedApp.objects.filter(name__in=connected_apps.NAMES)}
    return {
        "base_url": settings.BASE_URL,
        "users": [_user(users[name], secrets["users"].get(name, {})) for name in people.USERNAMES if name in users],
        "apps": [_app(apps[name], secrets["apps"].get(name, {})) for name in connected_apps.NAMES if name in apps],
        "resources": [
            {"key": row.key, "action": row.action, "max_age": row.again_after_minutes and row.again_after_minutes * 60}
            for row in ResourcePolicy.objects.all()
        ],
        "paths": paths(),
    }


def _user(user: User, secrets: dict[str, str]) -> dict[str, Any]:
    return {
        "username": user.username,
        "password": secrets.get("password"),
        "email": user.email,
        "profile": user.profile.name,
        "required_level": user.profile.required_level,
        "totp_secret": people.totp_secret(user),
        "security_token": secrets.get("security_token"),
    }


def _app(app: ConnectedApp, secrets: dict[str, str]) -> dict[str, Any]:
    return {
        "name": app.name,
        "client_id": app.client_id,
        "client_secret": secrets.get("client_secret"),
        "redirect_uris": app.redirect_uris.split(),
        "grant_types": app.grant_types,
        "session_policy": app.session_policy,
        "private_key_file": str(kept_secrets.private_key_file(app.name)) if "private_key" in secrets else None,
    }
