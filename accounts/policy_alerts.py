"""Administrators are told by mail when somebody changes a policy: what, from what to what, by whom, and why."""

from __future__ import annotations

from functools import partial

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sessions_policy import revisions
from sessions_policy.models import PolicyRevision

from .mail import Letter, tell_all
from .models import User
from .throttle import Budget

# Whoever works through a list of policies is written about once in five minutes; the mail says where the others are.
ALERTS = Budget("mail.policy", tries=1, period=300, pause=300)
COMMAND = "command line"


def policy_changed(revision: PolicyRevision) -> None:
    """Mail the active superusers about ``revision``, once it is committed. A rehearsal never is."""
    transaction.on_commit(partial(_alert, revision))


def _alert(revision: PolicyRevision) -> None:
    people = list(User.objects.filter(is_active=True, is_superuser=True).exclude(email=""))
    if people:
        author = revision.author.get_username() if revision.author else COMMAND
        tell_all(people, letter_about(revision, author), subject=author, budget=ALERTS)


def letter_about(revision: PolicyRevision, author: str) -> Letter:
    """Return the mail about ``revision``: the fields that changed, each with its value before and after."""
    model = apps.get_model(revision.policy)
    what = _("%(author)s changed a policy: %(kind)s “%(name)s”.") % {
        "author": author,
        "kind": capfirst(str(model._meta.verbose_name)),
        "name": revision.object_key,
    }
    said = [each for each in revisions.changes(revision) if each.before != each.after]
    changed = [(capfirst(each.label), f"{each.before or '–'} → {each.after or '–'}") for each in said]
    facts = ((_("When"), f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"), (_("Reason"), revision.reason or "–"), *changed)
    now = _(
        "If this should not be, open Policy revisions in the administration and revert revision %(id)d. Other changes by the "
        "same person within five minutes are there, too."
    )
    return Letter(_("A policy was changed"), what, facts, now % {"id": revision.pk})
