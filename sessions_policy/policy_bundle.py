"""All policies as one value that can be kept in a file, compared with what is in force, and put in force elsewhere.

Policies have names in it and no ids, so that it means the same in another installation. It holds no secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import policy_kinds, revisions
from .changing import Change, deleting, saving
from .models import PolicyModel
from .policy_kinds import KINDS, ORGANISATION, Kind, Values

FORMAT = "authsite/v1"


class InvalidBundle(Exception):
    """A bundle that cannot be read; ``errors`` are sentences, each with the place that it is about."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(" ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the way to a bundle: ``act`` is create, change or delete; ``before`` and ``after`` hold what differs."""

    act: str
    kind: Kind
    name: str
    before: Values
    after: Values
    change: Change


def export() -> dict[str, Any]:
    """Return the bundle of what is in force. What stands at its default is left out."""
    bundle: dict[str, Any] = {"format": FORMAT}
    for kind in KINDS:
        rows = [_values(kind, policy) for policy in policy_kinds.every(kind) if policy.pk is not None]
        bundle[kind.name] = rows[0] if kind is ORGANISATION else rows
    return bundle


def plan(bundle: Any, *, prune: bool = False) -> list[Step]:
    """Return the steps that make ``bundle`` true; kinds and policies that it does not name stay as they are.

    With ``prune`` policies of a kind that it names, but which are not in it, are deleted. Raises InvalidBundle.
    """
    errors: list[str] = []
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise InvalidBundle([_("This is no bundle of policies: “format” has to be %(format)s.") % {"format": FORMAT}])
    known = {kind.name for kind in KINDS}
    errors += [_("%(name)s: there is no such kind of policy.") % {"name": n} for n in bundle if n not in known | {"format"}]
    steps = [step for kind in KINDS if kind.name in bundle for step in _steps(kind, bundle[kind.name], errors)]
    if prune:
        steps += [step for kind in reversed(KINDS) if kind.name in bundle for step in _gone(kind, bundle[kind.name])]
    if errors:
        raise InvalidBundle(errors)
    return steps


def _values(kind: Kind, policy: PolicyModel) -> Values:
    return revisions.values_of(policy) or {}


def _steps(kind: Kind, rows: Any, errors: list[str]) -> Iterator[Step]:
    for row in [rows] if kind is ORGANISATION else rows if isinstance(rows, list) else [rows]:
        name = kind.name if kind is ORGANISATION else row.get(kind.key) if isinstance(row, dict) else None
        if not isinstance(name, str) or not isinstance(row, dict):
            errors.append(_("%(kind)s: an entry has no %(key)s.") % {"kind": kind.name, "key": kind.key})
            continue
        try:
            step = _step(kind, name, row)
        except ValidationError as error:
            errors += [f"{kind.name} {name}: {said}" for said in _said(error)]
            continue
        if step is not None:
            yield step


def _step(kind: Kind, name: str, row: Values) -> Step | None:
    policy = policy_kinds.named(kind, name)
    if policy is None and kind.declared:
        raise ValidationError(_("Nothing of this name is declared."))
    before = None if policy is None else _values(kind, policy)
    policy = policy or policy_kinds.new(kind)
    # The key of what the code declares cannot be set: it is how the policy was found.
    members = policy_kinds.fill(kind, policy, {n: value for n, value in row.items() if not (kind.declared and n == kind.key)})
    after = {**policy.policy_values(), **{n: sorted(map(str, people)) for n, people in members.items()}}
    differs = [n for n in after if before is None or before.get(n) != after[n]]
    if not differs:
        return None
    act = "create" if before is None else "change"
    old = {n: (before or {}).get(n) for n in differs}
    return Step(act, kind, name, old, {n: after[n] for n in differs}, saving(policy, members))


def _gone(kind: Kind, rows: Any) -> Iterator[Step]:
    if kind is ORGANISATION or not isinstance(rows, list):
        return
    named = {row.get(kind.key) for row in rows if isinstance(row, dict)}
    for policy in kind.model._default_manager.all():
        name = getattr(policy, kind.key)
        if name not in named:
            yield Step("delete", kind, name, _values(kind, policy), {}, deleting(policy))


def _said(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return [str(each) for each in error.messages]
    return [f"{name}: {said}" for name, found in error.message_dict.items() for said in found]
