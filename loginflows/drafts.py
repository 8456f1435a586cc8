"""The drafts of flows as they are edited: one edit after the other, each kept until it is undone, never two at once.

An edit of a draft is no change of policy: nobody meets a draft. Its activation is, and writes the revision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import transaction

from . import secret_fields
from .editing import Edited, EditRefused, as_definition
from .models import FlowEdit, FlowVersion
from .tree import Row

MOST_EDITS = 200


def fingerprint(definition: Any) -> str:
    """Return 16 characters that tell one definition from another; a form carries them to say what it was made for."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16]


def edit(
    version_id: int, base: str, author: Any, change: Callable[[Row], Edited], said: Callable[[Row, Edited], str]
) -> Edited:
    """Edit a draft that still is what ``base`` names; ``said`` gets the draft before and what came of it.

    Raises EditRefused: ``stale`` when somebody edited it meanwhile, ``not_draft`` when it is none any more, or what ``change``
    raises. In every case the draft is as it was.
    """
    with transaction.atomic():
        version = _locked(version_id)
        if fingerprint(version.definition) != base:
            raise EditRefused("stale")
        before = as_definition(version.definition)
        edited = change(before)
        kept = secret_fields.hide(edited.definition)
        if kept == version.definition:
            return edited
        FlowEdit.objects.create(
            version=version, author=author, said=said(before, edited)[:200], element=edited.element, before=version.definition
        )
        _keep(version, kept)
    return edited


def undo(version_id: int, base: str) -> FlowEdit:
    """Take the newest edit of a draft back, and return it. Raises EditRefused as :func:`edit` does, or ``nothing_to_undo``."""
    with transaction.atomic():
        version = _locked(version_id)
        if fingerprint(version.definition) != base:
            raise EditRefused("stale")
        newest = version.edits.first()
        if newest is None:
            raise EditRefused("nothing_to_undo")
        FlowVersion.objects.filter(pk=version.pk).update(definition=newest.before)
        newest.delete()
    return newest


def _locked(version_id: int) -> FlowVersion:
    version = FlowVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None or version.state != FlowVersion.State.DRAFT:
        raise EditRefused("not_draft")
    return version


def _keep(version: FlowVersion, definition: Row) -> None:
    FlowVersion.objects.filter(pk=version.pk).update(definition=definition)
    oldest = version.edits.order_by("-id").values_list("id", flat=True)[MOST_EDITS:]
    if stale := list(oldest):
        FlowEdit.objects.filter(id__in=stale).delete()
