"""The kinds of policies that the API and the commands read and change: how each is named, shown and filled in.

Values are those that revisions keep: JSON, with levels by their slugs, and people by their usernames.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from . import resources, revisions
from .levels import DEFAULT_COLUMNS, FIXED_COLUMNS, Level
from .models import MethodLevel, OrganisationSettings, PermissionSet, PolicyModel, Profile, ResourcePolicy, TrustedNetwork

Values = dict[str, Any]
Members = dict[str, list[Any]]

# What a JSON value has to be for a field: a "false" in quotes is no false.
JSON_TYPES: dict[type[models.Field[Any, Any]], tuple[type, ...]] = {
    models.BooleanField: (bool,),
    models.IntegerField: (int,),
    models.CharField: (str,),
    models.TextField: (str,),
    models.DateField: (str,),
    models.JSONField: (dict,),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of policy. ``name`` stands in addresses and files; ``area`` is the resource that guards it.

    ``key`` is the field that names a single policy for people. ``declared`` says that the code declares which there are: they
    are changed and go back to their default, but none is added.
    """

    name: str
    model: type[PolicyModel]
    area: str
    key: str
    declared: bool = False

    def right(self, act: str) -> str:
        """Return the right that ``act`` (view, add, change, delete) on this kind asks for."""
        return f"{self.model._meta.app_label}.{act}_{self.model._meta.model_name}"


PROFILES = Kind("profiles", Profile, "profiles", "name")
PERMISSION_SETS = Kind("permission_sets", PermissionSet, "profiles", "name")
SESSION_SETTINGS = Kind("session_settings", MethodLevel, "session_settings", "method", declared=True)
RESOURCES = Kind("resources", ResourcePolicy, "session_settings", "key", declared=True)
NETWORKS = Kind("networks", TrustedNetwork, "networks", "network")
ORGANISATION = Kind("organisation", OrganisationSettings, "session_settings", "")
# In an order in which one may refer to those before it.
KINDS = (ORGANISATION, SESSION_SETTINGS, RESOURCES, NETWORKS, PROFILES, PERMISSION_SETS)


def movable() -> dict[str, Level]:
    """Return the methods that administrators place, each with its column now."""
    stored = {row.method: Level.from_slug(row.level) for row in MethodLevel.objects.all()}
    return {method: level for method, level in {**DEFAULT_COLUMNS, **stored}.items() if method not in FIXED_COLUMNS}


def every(kind: Kind) -> list[PolicyModel]:
    """Return all policies of ``kind``. What the code declares is there without a row, too, with its default."""
    rows = list(kind.model._default_manager.prefetch_related(*(f.name for f in kind.model._meta.many_to_many)))
    if kind is ORGANISATION:
        return [OrganisationSettings.load()]
    if not kind.declared:
        return rows
    stored = {getattr(row, kind.key): row for row in rows}
    return [stored.get(name) or _default(kind, name) for name in dict.fromkeys([*_declared(kind), *stored])]


def find(kind: Kind, key: str | int) -> PolicyModel | None:
    """Return the policy of ``kind`` that ``key`` names: an id, or for what the code declares its key; None for none."""
    if kind is ORGANISATION:
        return OrganisationSettings.load()
    if not kind.declared:
        return kind.model._default_manager.filter(pk=key).first()
    found = kind.model._default_manager.filter(**{kind.key: key}).first()
    return found or (_default(kind, str(key)) if key in _declared(kind) else None)


def named(kind: Kind, name: str) -> PolicyModel | None:
    """Return the policy of ``kind`` with the name that people use; None for none."""
    if kind is ORGANISATION or kind.declared:
        return find(kind, name)
    return kind.model._default_manager.filter(**{kind.key: name}).first()


def shown(kind: Kind, policy: PolicyModel) -> Values:
    """Return ``policy`` as JSON values; ``is_default`` tells of what the code declares whether an administrator set it."""
    if not kind.declared:
        own = {} if kind is ORGANISATION else {"id": policy.pk}
        return {**own, **(revisions.values_of(policy) or {})}
    return {**policy.policy_values(), "is_default": policy.pk is None}


def fill(kind: Kind, policy: PolicyModel, values: Mapping[str, Any]) -> Members:
    """Set ``values`` on ``policy``, and return who should belong to it, by field.

    Raises ValidationError with the errors of every field; nothing is saved.
    """
    errors: dict[str, Any] = {}
    members: Members = {}
    columns = {f.name: f for f in policy._meta.concrete_fields if not f.primary_key and f.name not in _fixed(kind, policy)}
    lists = {f.name: f for f in policy._meta.many_to_many}
    for name, value in values.items():
        if name in lists:
            members[name], errors[name] = _people(lists[name].related_model, value)
        elif name in columns:
            errors[name] = _set(policy, columns[name], value)
        else:
            known = ", ".join([*columns, *lists])
            errors[name] = [_("There is no such field to set. Those that there are: %(names)s.") % {"names": known}]
    errors = {name: found for name, found in errors.items() if found}
    if errors:
        raise ValidationError(errors)
    policy.full_clean()
    return members


def new(kind: Kind) -> PolicyModel:
    """Return an empty policy of ``kind``, to be filled in."""
    return kind.model()


def _fixed(kind: Kind, policy: PolicyModel) -> tuple[str, ...]:
    # The key of what the code declares is its name, and stays.
    return (kind.key,) if kind.declared else ()


def _declared(kind: Kind) -> list[str]:
    return list(movable()) if kind is SESSION_SETTINGS else [each.key for each in resources.registered()]


def _default(kind: Kind, key: str) -> PolicyModel:
    if kind is SESSION_SETTINGS:
        return MethodLevel(method=key, level=movable()[key].slug)
    return ResourcePolicy(key=key, action=resources.find(key).default.value)


def _set(policy: PolicyModel, field: models.Field[Any, Any], value: Any) -> list[str]:
    kinds = next((kinds for base, kinds in JSON_TYPES.items() if isinstance(field, base)), (str,))
    missing = value is None and field.null
    # True is an int to Python.
    if not missing and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
        words = {bool: _("true or false"), int: _("a whole number"), str: _("a text"), dict: _("an object")}
        return [_("Send %(kind)s.") % {"kind": words[kinds[0]]}]
    setattr(policy, field.attname, value)
    return []


def _people(model: Any, value: Any) -> tuple[list[Any], list[str]]:
    """Return those whom the usernames in ``value`` name, and what is wrong with it."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return [], [_("Send a list of usernames.")]
    found = {each.get_username(): each for each in _by_username(model, value)}
    gone = sorted(set(value) - set(found))
    return list(found.values()), [_("There is nobody with the username %(name)s.") % {"name": name} for name in gone]


def _by_username(model: Any, names: Iterable[str]) -> Iterable[Any]:
    rows: Iterable[Any] = model._default_manager.filter(**{f"{model.USERNAME_FIELD}__in": list(names)})
    return rows
