"""What administrators have set, as plain values: as the database has it, as it was, and as a form would make it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps

from .models import PolicyModel, PolicyRevision
from .modes import Values

# Kind of policy (``app.model``) -> id -> its values.
Tables = dict[str, dict[str, Values]]

# The fields of each kind that a book is compiled from. Applications above this one add theirs when they start.
_FIELDS: dict[str, tuple[str, ...]] = {
    "sessions_policy.methodlevel": ("method", "level"),
    "sessions_policy.profile": (
        "name",
        "required_level",
        "required_level_mode",
        "grace_until",
        "login_hours",
        "login_hours_mode",
        "ip_ranges",
        "ip_ranges_mode",
        "enforce_every_request",
        "idle_timeout",
        "absolute_timeout",
        "two_factor_ui",
        "two_factor_api",
        "two_factor_mode",
        "api_only",
    ),
    "sessions_policy.permissionset": (
        "name",
        "two_factor_ui",
        "two_factor_api",
        "two_factor_mode",
        "waive_two_factor",
        "api_only",
    ),
    "sessions_policy.resourcepolicy": ("key", "action", "again_after_minutes", "mode"),
    "sessions_policy.trustednetwork": ("name", "network"),
    "sessions_policy.organisationsettings": (
        "two_factor_for_everyone",
        "idle_timeout",
        "absolute_timeout",
        "lock_sessions_to_address",
        "device_activation",
        "time_zone",
        "sample_allowed",
    ),
}
# The id of a policy that was not saved yet.
NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """One policy as it would be: its kind, its id (:data:`NEW` for one more), its values; None when it would be deleted."""

    kind: str
    id: str
    values: Values | None

    @classmethod
    def of(cls, policy: PolicyModel) -> Change:
        """Return the change that saving ``policy`` as it is would make."""
        return cls(policy._meta.label_lower, str(policy.pk) if policy.pk else NEW, policy.policy_values())

    @classmethod
    def deletion(cls, policy: PolicyModel) -> Change:
        """Return the change that deleting ``policy`` would make."""
        return cls(policy._meta.label_lower, str(policy.pk), None)


def register(kind: str, *fields: str) -> None:
    """Name the fields of one more kind of policy that the book is compiled from."""
    _FIELDS[kind] = fields


def stored() -> Tables:
    """Return what the database holds: one query for each kind."""
    return {kind: _rows(kind, fields) for kind, fields in _FIELDS.items()}


def undone(tables: Tables, revisions: Iterable[PolicyRevision]) -> Tables:
    """Return ``tables`` as they were before ``revisions``, which come newest first."""
    found = {kind: dict(rows) for kind, rows in tables.items()}
    for revision in revisions:
        rows = found.get(revision.policy)
        if rows is None:
            continue
        if revision.before is None:
            rows.pop(revision.object_id, None)
        else:
            # Who comes and goes is written down by itself, without the other values.
            rows[revision.object_id] = {**rows.get(revision.object_id, {}), **revision.before}
    return found


def changed(tables: Tables, changes: Iterable[Change]) -> Tables:
    """Return ``tables`` with ``changes`` made. A change of a kind that the book knows nothing of changes nothing."""
    found = {kind: dict(rows) for kind, rows in tables.items()}
    for change in changes:
        rows = found.setdefault(change.kind, {})
        if change.values is None:
            rows.pop(change.id, None)
        else:
            rows[change.id] = {**rows.get(change.id, {}), **change.values}
    return found


def _rows(kind: str, fields: tuple[str, ...]) -> dict[str, Values]:
    rows = apps.get_model(kind)._default_manager.order_by("pk").values("pk", *fields)
    return {str(row.pop("pk")): row for row in rows}
