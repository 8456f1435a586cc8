"""Reading what a revision changed, and taking it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from . import login_hours
from .models import PolicyModel, PolicyRevision

Values = dict[str, Any]


class Ruled(Protocol):
    """What revisions are written of: a policy, or something else of which one value is policy, such as whose profile it is."""

    pk: Any
    author: Any
    author_level: str
    reason: str

    def policy_values(self) -> Values:
        """Return what is policy of it, as JSON values."""
        ...


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
    model = model_of(revision)
    before, after = revision.before or {}, revision.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [Change(_label(model, name), _words(model, name, before), _words(model, name, after)) for name in names]


def values_of(policy: Ruled | None) -> Values | None:
    """Return the values of a stored ``policy`` with those who belong to it (many-to-many fields), by name; None for none."""
    if policy is None:
        return None
    if not isinstance(policy, PolicyModel):
        return policy.policy_values()
    return {**policy.policy_values(), **members_of(policy)}


def members_of(policy: PolicyModel) -> dict[str, list[str]]:
    """Return those who belong to ``policy`` (its many-to-many fields), by name; nothing for one that is not saved yet."""
    return {field.name: _members(policy, field.name) for field in policy._meta.many_to_many} if policy.pk else {}


def current(revision: PolicyRevision) -> Ruled | None:
    """Return the policy that ``revision`` is about, as it is now; None when there is none any more."""
    model = model_of(revision)
    return None if model is None else _find(model, revision)


def write(policy: Ruled, before: Values | None, after: Values | None) -> None:
    """Write a revision of something that belongs to ``policy`` and is no column of it."""
    PolicyRevision.objects.create(
        author=policy.author,
        author_level=policy.author_level,
        policy=kind_of(policy),
        object_key=str(policy)[:200],
        object_id=str(policy.pk),
        before=before,
        after=after,
        reason=policy.reason,
    )


def kind_of(policy: Ruled) -> str:
    """Return the kind (``app.model``) of ``policy``, as revisions name it."""
    label: str = policy._meta.label_lower  # type: ignore[attr-defined] # a model, all of them
    return label


def revert(revision: PolicyRevision, *, author: Any, reason: str, author_level: str = "") -> Ruled | None:
    """Bring back what was before ``revision``, as a new revision; return the policy, None when it is gone by that.

    Raises CannotRevert when the policy has changed since in the same fields, or when its old values are no longer valid. The
    caller asks :mod:`sessions_policy.safety` around it, like for any other change.
    """
    model, before, after = model_of(revision), revision.before, revision.after
    if model is None:
        raise CannotRevert(_("Policies of this kind no longer exist."))
    found = _find(model, revision)
    if before is None:
        if found is None:
            raise CannotRevert(_("It is gone already."))
        found.author, found.author_level, found.reason = author, author_level, reason
        found.delete()
        return None
    if found is None and after is not None:
        raise CannotRevert(_("The policy was deleted since. Revert its deletion first."))
    policy: Any = found or model()
    if found is not None:
        _refuse_later_changes(found, before, after)
    policy.author, policy.author_level, policy.reason = author, author_level, reason
    if isinstance(policy, PolicyModel):
        _bring_back(policy, before, after, is_new=found is None)
    else:
        policy.restore(before)
    restored: Ruled = policy
    return restored


def _bring_back(policy: PolicyModel, before: Values, after: Values | None, *, is_new: bool) -> None:
    model = type(policy)
    changed = {name: value for name, value in before.items() if after is None or after.get(name) != value}
    members = {field.name for field in model._meta.many_to_many} & set(changed)
    if set(changed) - members or is_new:
        _set_columns(policy, {name: value for name, value in changed.items() if name not in members})
    for name in sorted(members):
        _set_members(policy, name, changed[name])


def _set_columns(policy: PolicyModel, values: Values) -> None:
    for name, value in values.items():
        field = policy._meta.get_field(name)
        setattr(policy, field.attname, field.to_python(value))  # type: ignore[union-attr]
    try:
        policy.full_clean()
    except ValidationError as error:
        raise CannotRevert(" ".join(error.messages)) from error
    policy.save()


def _set_members(policy: PolicyModel, name: str, keys: list[str]) -> None:
    """Make those named ``keys`` the members again, and write that down: no column changed."""
    before = _members(policy, name)
    manager: Any = getattr(policy, name)
    everybody = {str(each): each for each in manager.model._default_manager.all()}
    gone = [key for key in keys if key not in everybody]
    if gone:
        raise CannotRevert(_("These do not exist any more: %(names)s.") % {"names": ", ".join(gone)})
    manager.set([everybody[key] for key in keys])
    write(policy, {name: before}, {name: keys})


def _members(policy: PolicyModel, name: str) -> list[str]:
    return sorted(str(each) for each in getattr(policy, name).all())


def _refuse_later_changes(policy: Ruled, before: dict[str, Any], after: dict[str, Any] | None) -> None:
    now = values_of(policy) or {}
    for name, value in (after or {}).items():
        if before.get(name) != value and now.get(name) != value:
            label = _label(type(policy), name)
            raise CannotRevert(_("“%(field)s” was changed again since. Revert the newer change first.") % {"field": label})


def acts(revision: PolicyRevision) -> tuple[str, ...]:
    """Return what taking ``revision`` back does to the policy: what was made is deleted, what was deleted is made."""
    if revision.before is None:
        return ("delete",)
    return ("add",) if revision.after is None else ("change",)


def model_of(revision: PolicyRevision) -> type[Any] | None:
    """Return the kind of policy that ``revision`` is about; None for a kind that the product had once."""
    try:
        found = apps.get_model(revision.policy)
    except (LookupError, ValueError):
        return None
    return found if hasattr(found, "policy_values") else None


def _find(model: type[Any], revision: PolicyRevision) -> Any:
    manager: models.Manager[Any] = model._default_manager
    return manager.filter(pk=revision.object_id).first() if revision.object_id else None


def _label(model: type[Any] | None, name: str) -> str:
    if model is None:
        return name
    return str(getattr(_field(model, name), "verbose_name", name))


def _field(model: type[Any], name: str) -> Any:
    """Return the field ``name``; None for one that the policy had once."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _words(model: type[Any] | None, name: str, values: dict[str, Any]) -> str:
    value = values.get(name)
    if value in (None, [], {}):
        return ""
    if name == "login_hours":
        return login_hours.in_words(value)
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    choices = dict(getattr(_field(model, name), "flatchoices", ())) if model is not None else {}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(choices.get(value, value)) if isinstance(value, str | int) else str(value)
