"""Scopes: what an app may be allowed to do, in words, and which of them each app may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

if TYPE_CHECKING:
    from collections.abc import Iterable

REFRESH = "refresh_token"
FULL = "full"
WEB = "web"

# Other names that clients know a scope by (R6.25; OpenID Connect Core 11).
ALIASES = {"offline_access": REFRESH}

# How the consent page groups them: what the app can see, what it can do, and what it keeps.
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Can see"), ("openid", "profile", "email")),
    (_("Can do"), ("api", "web", "full")),
    (_("While you are away"), (REFRESH,)),
)
RISKY = frozenset({FULL, WEB})


def described(scopes: Iterable[str]) -> list[dict[str, Any]]:
    """Return ``scopes`` in groups, each with its sentence, for the consent page."""
    asked = set(scopes)
    words = settings.OAUTH2_PROVIDER["SCOPES"]
    return [
        {"label": label, "scopes": [{"name": s, "words": words[s], "risky": s in RISKY} for s in names if s in asked]}
        for label, names in GROUPS
        if asked & set(names)
    ]


def by_own_names(scopes: Iterable[str]) -> list[str]:
    """Return ``scopes`` under the names that they have here, each once."""
    return list(dict.fromkeys(ALIASES.get(scope, scope) for scope in scopes))


def covers(held: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether the scopes ``held`` contain all that are ``wanted``; ``full`` holds everything but staying connected."""
    own = set(held)
    missing = set(wanted) - own
    return not missing or (FULL in own and REFRESH not in missing)


class AppScopes(BaseScopes):  # type: ignore[misc]
    """Django OAuth Toolkit's window on scopes: each app has its own list."""

    def get_all_scopes(self) -> dict[str, Any]:
        """Return every scope with its sentence."""
        scopes: dict[str, Any] = settings.OAUTH2_PROVIDER["SCOPES"]
        return scopes

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return the scopes that ``application`` may ask for; without one, all of them."""
        return list(self.get_all_scopes()) if application is None else list(application.scopes)

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what a request without a scope gets: all that the app may ask for, as in the reference system."""
        return self.get_available_scopes(application)
