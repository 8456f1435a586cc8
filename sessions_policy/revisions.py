"""Reading what a revision changed, and taking it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .models import PolicyModel, PolicyRevision


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a revision: its label, and its value before and after in words; "" where there was none."""

    label: str
    before: str
    after: str


class CannotRevert(Exception):
    """A revision cannot be taken back; the message says why."""


def changes(revision: PolicyRevision) -> list[Change]:
    """Return the fields that ``revision`` changed, in the order of the form."""
    model = _model(revision)
    before, after = revision.before or {}, revision.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [Change(_label(model, name), _words(model, name, before), _words(model, name, after)) for name in names]


def revert(revision: PolicyRevision, *, author: Any, reason: str) -> PolicyModel | None:
    """Bring back what was before ``revision``, as a new revision; return the policy, None when it is gone by that.

    Raises CannotRevert when the policy has changed since in the same fields, or when its old values are no longer valid. The
    caller asks :mod:`sessions_policy.safety` around it, like for any other change.
    """
    model, before, after = _model(revision), revision.before, revision.after
    if model is None:
        raise CannotRevert(_("Policies of this kind no longer exist."))
    found = _find(model, revision)
    if before is None:
        if found is None:
            raise CannotRevert(_("It is gone already."))
        found.author, found.reason = author, reason
        found.delete()
        return None
    if found is None and after is not None:
        raise CannotRevert(_("The policy was deleted since. Revert its deletion first."))
    policy = found or model()
    _refuse_later_changes(policy, before, after)
    for name, value in before.items():
        if after is None or after.get(name) != value:
            field = policy._meta.get_field(name)
            setattr(policy, field.attname, field.to_python(value))  # type: ignore[union-attr]
    policy.author, policy.reason = author, reason
    try:
        policy.full_clean()
    except ValidationError as error:
        raise CannotRevert(" ".join(error.messages)) from error
    policy.save()
    return policy


def _refuse_later_changes(policy: PolicyModel, before: dict[str, Any], after: dict[str, Any] | None) -> None:
    now = policy.policy_values()
    for name, value in (after or {}).items():
        if before.get(name) != value and now.get(name) != value:
            label = _label(type(policy), name)
            raise CannotRevert(_("“%(field)s” was changed again since. Revert the newer change first.") % {"field": label})


def _model(revision: PolicyRevision) -> type[PolicyModel] | None:
    try:
        found = apps.get_model(revision.policy)
    except (LookupError, ValueError):
        return None
    return found if issubclass(found, PolicyModel) else None


def _find(model: type[PolicyModel], revision: PolicyRevision) -> PolicyModel | None:
    manager: models.Manager[PolicyModel] = model._default_manager
    return manager.filter(pk=revision.object_id).first() if revision.object_id else None


def _label(model: type[PolicyModel] | None, name: str) -> str:
    if model is None:
        return name
    return str(getattr(_field(model, name), "verbose_name", name))


def _field(model: type[PolicyModel], name: str) -> Any:
    """Return the field ``name``; None for one that the policy had once."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _words(model: type[PolicyModel] | None, name: str, values: dict[str, Any]) -> str:
    value = values.get(name)
    if value in (None, [], {}):
        return ""
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    choices = dict(getattr(_field(model, name), "flatchoices", ())) if model is not None else {}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(choices.get(value, value)) if isinstance(value, str | int) else str(value)
