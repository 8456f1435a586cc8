"""Helping other people with their second factor: temporary codes, resets, unlocking.

The help desk's acts, the same for the admin, the API and the command line. ``helper`` is None at the command line, whose user
has the database anyway.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sessions_policy import ending, events

from . import notifications, throttle, tokens
from .devices import authenticator_app, temporary_code
from .models import AuthenticatorDevice, User, VerificationRecord
from .models.histories import TriggeredBy, VerificationStatus

RIGHT = "accounts.manage_two_factor"
# R9.14: in an hour, for one person.
CODES = throttle.Budget("temporary", tries=6, period=3600, pause=3600)


class NotAllowed(Exception):
    """The act is not allowed; the message says why and what to do instead."""


def require_right(helper: User | None, user: User) -> None:
    """Raise NotAllowed unless ``helper`` may change the second factor of ``user``."""
    if helper is None:
        return
    if not helper.has_perm(RIGHT):
        raise NotAllowed(_("You need the right to manage other people's two-factor authentication."))
    if helper.pk == user.pk:
        # SECURITY: else one's own lost factor would be no hindrance, and neither would a thief's missing one.
        raise NotAllowed(_("You cannot do this for yourself. Ask another administrator."))
    if user.is_superuser and not helper.is_superuser:
        raise NotAllowed(_("This person has more rights than you. Ask an administrator who has as many."))


def issue_temporary_code(user: User, *, hours: int, reason: str, helper: User | None) -> str:
    """Return a new temporary code for ``user``; it is shown this once. Raises NotAllowed.

    ``hours`` from 1 to 24; six an hour for one person; not for inactive people (R9.12 to R9.19). The owner is told by mail.
    """
    require_right(helper, user)
    if not user.is_active or user.is_frozen:
        raise NotAllowed(_("This account is not active, so no code would help. Activate it first."))
    if not temporary_code.SHORTEST_HOURS <= hours <= temporary_code.LONGEST_HOURS:
        raise NotAllowed(_("A temporary code works for 1 to 24 hours."))
    if not reason.strip():
        raise NotAllowed(_("Give a reason: it is kept with the code."))
    if not throttle.take(CODES, user.pk).allowed:
        raise NotAllowed(_("Six codes were issued for this person within an hour. Wait before you issue another one."))
    code = temporary_code.generate(user, hours=hours, issued_by=helper, reason=reason.strip()[:300])
    _write(user, "temporary code issued", helper, reason)
    notifications.temporary_code_issued(user, helper, hours)
    return code


def end_temporary_code(user: User, *, helper: User | None) -> bool:
    """End the live temporary code of ``user``; whether there was one. The person themselves may do so, too."""
    if helper is not None and helper.pk != user.pk:
        require_right(helper, user)
    return temporary_code.end(user) > 0


def reset(user: User, *, reason: str, helper: User | None) -> int:
    """Remove every authenticator and code of ``user`` and end their sessions and tokens; return how many devices there were.

    Where two factors are still required, the person sets a method up at their next login (R9.23). Raises NotAllowed.
    """
    require_right(helper, user)
    if not reason.strip():
        raise NotAllowed(_("Give a reason: it is kept in the history."))
    with transaction.atomic():
        removed: int = user.authenticators.all().delete()[0]
        user.recovery_codes.all().delete()
        temporary_code.end(user)
        User.objects.filter(pk=user.pk).update(device_epoch=F("device_epoch") + 1)
        _write(user, "two-factor reset", helper, reason)
    ending.end_all_by_epoch(user)
    tokens.end(user)
    notifications.two_factor_reset(user, helper)
    return removed


def disconnect(device: AuthenticatorDevice, *, helper: User | None) -> None:
    """Remove one authenticator of somebody who lost it, and end their sessions (R9.21, R9.23). Raises NotAllowed."""
    user, name = device.user, device.name
    require_right(helper, user)
    with transaction.atomic():
        authenticator_app.remove(device)
        _write(user, "authenticator removed", helper, name)
    ending.end_all_by_epoch(user)
    notifications.method_removed(None, user, name)


def unlock(user: User, *, helper: User | None) -> bool:
    """Forget the wrong tries of ``user``; return whether tries were refused until now. Raises NotAllowed."""
    require_right(helper, user)
    was_locked = is_locked(user)
    throttle.forgive(throttle.CODES, user.pk)
    throttle.forgive(throttle.PASSWORDS, throttle.name_subject(user.get_username()))
    if was_locked:
        _write(user, "unlocked", helper, "")
        notifications.unlocked(user, helper)
    return was_locked


def is_locked(user: User) -> bool:
    """Whether tries of ``user`` are refused at the moment."""
    name = throttle.name_subject(user.get_username())
    return throttle.is_paused(throttle.CODES, user.pk) or throttle.is_paused(throttle.PASSWORDS, name)


def _write(user: User, activity: str, helper: User | None, reason: str) -> None:
    by = helper.get_username() if helper else "command line"
    VerificationRecord.objects.create(
        user=user,
        attempt=events.new_reference(),
        method="temporary_code" if "temporary" in activity else "",
        status=VerificationStatus.SUCCEEDED,
        triggered_by=TriggeredBy.ADMINISTRATOR,
        activity=activity,
        message=f"{by}: {reason}"[:300],
    )
