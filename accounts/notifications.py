"""Mails to the owner of an account about what happened to it. Sent after commit; a failure never breaks a login."""

from __future__ import annotations

import logging
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_policy.client_address import client_address

from .models import User

logger = logging.getLogger(__name__)


def method_added(request: HttpRequest, user: User, name: str) -> None:
    """A sign-in method was added (R1.15)."""
    _tell(request, user, _("A sign-in method was added"), _("The authenticator app “%(name)s” was added.") % {"name": name})


def method_removed(request: HttpRequest | None, user: User, name: str) -> None:
    """A sign-in method was removed."""
    what = _("The authenticator app “%(name)s” was removed.") % {"name": name}
    _tell(request, user, _("A sign-in method was removed"), what)


def recovery_codes_made(request: HttpRequest, user: User) -> None:
    """New recovery codes replaced the older ones."""
    _tell(request, user, _("Recovery codes were made"), _("New recovery codes were made. Older ones no longer work."))


def recovery_code_used(request: HttpRequest, user: User) -> None:
    """A recovery code was used."""
    left = user.recovery_codes.filter(used_at=None).count()
    what = _("A recovery code was used. Codes left: %(left)d.") % {"left": left}
    _tell(request, user, _("A recovery code was used"), what)


def too_many_tries(request: HttpRequest, user: User) -> None:
    """Somebody gave too many wrong codes or passwords for the account."""
    what = _("There were too many wrong tries, so further tries are refused for an hour.")
    _tell(request, user, _("Sign-in is paused"), what)


def activation_code(request: HttpRequest, user: User, code: str) -> None:
    """The code for device activation; the subject does not hold it, since subjects show on locked screens."""
    what = _("Somebody signs in to your account from a browser that we do not know. To go on, enter this code: %(code)s")
    _tell(request, user, _("Your sign-in code"), what % {"code": code})


def temporary_code_issued(user: User, helper: User | None, hours: int) -> None:
    """An administrator issued a temporary code (R9.19)."""
    what = _("%(by)s issued a temporary code for your account. It works for %(hours)d hours.")
    _tell(None, user, _("A temporary code was issued"), what % {"by": _by(helper), "hours": hours})


def two_factor_reset(user: User, helper: User | None) -> None:
    """An administrator removed the person's sign-in methods."""
    what = _("%(by)s removed the sign-in methods of your account and ended your sessions.") % {"by": _by(helper)}
    _tell(None, user, _("Your sign-in methods were removed"), what)


def app_connected(request: HttpRequest, user: User, name: str) -> None:
    """An app was approved for the account."""
    what = _("The app “%(name)s” was allowed to use your account. You can take that back under Security, Connected apps.")
    _tell(request, user, _("An app was connected"), what % {"name": name})


def app_removed(request: HttpRequest, user: User, name: str) -> None:
    """An app lost its access to the account."""
    what = _("The app “%(name)s” was removed from your account. Its access has ended.") % {"name": name}
    _tell(request, user, _("An app was removed"), what)


def password_changed(request: HttpRequest, user: User) -> None:
    """The password was changed."""
    _tell(request, user, _("Your password was changed"), _("Your password was changed and other sessions were ended."))


def _by(helper: User | None) -> str:
    return helper.get_username() if helper else _("An administrator")


def _tell(request: HttpRequest | None, user: User, subject: str, what: str) -> None:
    if not user.email:
        return
    lines = [
        what,
        "",
        _("When: %(when)s") % {"when": f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"},
        _("From: %(address)s") % {"address": (client_address(request) if request else "") or _("unknown")},
        _("Account: %(account)s") % {"account": user.get_username()},
        "",
        _("If this was not you, sign in, open Security, end your other sessions and tell your administrator."),
    ]
    message = "\n".join(lines)
    transaction.on_commit(partial(_send, f"[{settings.SITE_NAME}] {subject}", message, user.email))


def _send(subject: str, message: str, address: str) -> None:
    try:
        send_mail(subject, message, settings.DEFAULT_FROM_EMAIL, [address])
    except OSError:
        logger.exception("A notification could not be sent")
