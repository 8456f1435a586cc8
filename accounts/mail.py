"""Mails about an account: what, when, from where, with which browser, was it you, what to do. In text and in HTML alike.

Sent after commit; a failure is logged and never breaks what the mail is about. No mail holds a link that signs in, and no
subject holds a code.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_policy import browsers
from sessions_policy.client_address import client_address

from . import throttle
from .models import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: its subject, what happened, facts as (name, value), and what to do if it was not you."""

    subject: str
    what: str
    facts: tuple[tuple[str, str], ...] = ()
    what_now: str = ""


def tell(
    request: HttpRequest | None, user: User, letter: Letter, *, address: str = "", budget: throttle.Budget | None = None
) -> None:
    """Mail ``letter`` to ``user``, or to another ``address`` of theirs, after commit.

    ``budget`` is for what strangers can bring about again and again. SECURITY: what changes an account has none, because a
    harmless change before it would silence the mail about the one that matters.
    """
    to = address or user.email
    if to:
        transaction.on_commit(partial(_send, [to], _with_facts(request, user, letter), user.pk, budget))


def tell_all(people: Sequence[User], letter: Letter, *, subject: str | int, budget: throttle.Budget) -> None:
    """Mail ``letter`` to several people, after commit, as often as ``budget`` allows for ``subject``."""
    to = [user.email for user in people if user.email]
    transaction.on_commit(partial(_send, to, letter, subject, budget))


def _with_facts(request: HttpRequest | None, user: User, letter: Letter) -> Letter:
    agent = browsers.in_short(request.headers.get("User-Agent", "")) if request else ""
    facts = (
        (_("When"), f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"),
        (_("From"), (client_address(request) if request else "") or _("unknown")),
        (_("Browser"), agent or _("unknown")),
        (_("Account"), user.get_username()),
    )
    usual = _("If this was not you, sign in, open Security, end your other sessions and tell your administrator.")
    return Letter(letter.subject, letter.what, (*facts, *letter.facts), letter.what_now or usual)


def _send(addresses: list[str], letter: Letter, subject: str | int, budget: throttle.Budget | None) -> None:
    if budget is not None and not throttle.take(budget, subject).allowed:
        return
    context = {"letter": letter, "site": settings.SITE_NAME}
    text, html = (render_to_string(f"mail/letter.{kind}", context) for kind in ("txt", "html"))
    subject_line, sender = f"[{settings.SITE_NAME}] {letter.subject}", settings.DEFAULT_FROM_EMAIL
    for address in addresses:
        try:
            send_mail(subject_line, text, sender, [address], html_message=html)
        except OSError:
            logger.exception("A notification could not be sent")
