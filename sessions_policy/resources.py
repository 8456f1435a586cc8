"""The registry of resources: named things that need care, declared in code and ruled in the admin."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .facts import ResourceRule
from .levels import SessionPolicy


@dataclass(frozen=True, slots=True)
class Resource:
    """A named thing that needs care, with what holds for it until an administrator says otherwise."""

    key: str
    label: str | Promise
    default: SessionPolicy = SessionPolicy.ALLOW

    def default_rule(self) -> ResourceRule:
        """Return the rule that holds while the admin has none for this resource."""
        return ResourceRule(self.key, str(self.label), self.default)


_REGISTRY: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Declare ``resource``. Declaring a key again replaces it, so that a project can change our label or default."""
    _REGISTRY[resource.key] = resource
    return resource


def registered() -> tuple[Resource, ...]:
    """Return all resources, in the order of their declaration."""
    return tuple(_REGISTRY.values())


def find(key: str) -> Resource:
    """Return the resource named ``key``.

    Raises ImproperlyConfigured, with the nearest name, for a key that nobody declared: a typo must not open a door.
    """
    if key in _REGISTRY:
        return _REGISTRY[key]
    near = difflib.get_close_matches(key, _REGISTRY, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ImproperlyConfigured(f"Unknown resource {key!r}.{hint}")


register(Resource("reports", _("Reports"), SessionPolicy.RAISE))
register(Resource("admin", _("Administration"), SessionPolicy.RAISE))
# R4.9: the areas of the administration, each of which can ask for more than the administration as a whole.
register(Resource("connected_apps", _("Manage connected apps")))
register(Resource("keys", _("Manage signing and encryption keys")))
register(Resource("export", _("Export data")))
register(Resource("networks", _("Manage trusted networks")))
register(Resource("session_settings", _("Manage session settings")))
register(Resource("profiles", _("Manage profiles and permission sets")))
register(Resource("two_factor_ui", _("Manage two-factor authentication in the user interface")))
register(Resource("two_factor_api", _("Manage two-factor authentication in the API")))
register(Resource("unlock", _("Unlock people and reset passwords")))
register(Resource("users", _("Manage users")))
register(Resource("login_flows", _("Manage login flows")))
register(Resource("histories", _("View histories")))
