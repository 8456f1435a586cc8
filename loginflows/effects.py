"""Does what elements leave behind, each once: acceptances, attributes, mails, entries, levels, ended sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest

from accounts import notifications
from accounts.models import User
from accounts.pending import PendingLogin
from sessions_policy import ending, policy_book
from sessions_policy.client_address import client_address
from sessions_policy.facts import Proof
from sessions_policy.farewell import Why
from sessions_policy.levels import Level, Method
from sessions_policy.models import UserSession

from . import sessions
from .elements.form import ADDRESS, SET_ATTRIBUTE, USER_FIELDS
from .elements.history_entry import HISTORY_ENTRY
from .elements.kind import Effect
from .elements.limit_sessions import END_SESSIONS
from .elements.raise_level import RAISE_LEVEL
from .elements.send_mail import SEND_MAIL
from .elements.terms import ACCEPTED
from .models import AcceptedTerms, FlowEntry, FlowRun, UserAttribute, UserAttributeValue
from .state import FlowBroken

logger = logging.getLogger(__name__)
USER_COLUMNS = {field.name: field for field in User._meta.fields if field.name in USER_FIELDS}


def do(request: HttpRequest, login: PendingLogin, run: FlowRun, effects: tuple[Effect, ...]) -> None:
    """Do ``effects`` in their order, all of them or none. Raises FlowBroken for one that nobody knows."""
    with transaction.atomic():
        for effect in effects:
            doer = _DOERS.get(effect.kind)
            if doer is None:
                raise FlowBroken(f"Nobody does {effect.kind!r}.")
            doer(request, login, run, effect)


def _accept(request: HttpRequest, login: PendingLogin, run: FlowRun, effect: Effect) -> None:
    AcceptedTerms.objects.get_or_create(
        run=run.run,
        element=effect.element,
        defaults={
            "user": login.user,
            "flow_version": run.flow_version,
            "document": effect.values["document"],
            "terms_version": effect.values["version"],
            "ip": client_address(request) or None,
        },
    )


def _set_attribute(request: HttpRequest, login: PendingLogin, run: FlowRun, effect: Effect) -> None:
    name, value = str(effect.values["attribute"]), str(effect.values["value"])
    if name in USER_FIELDS:
        _set_user_field(request, login, name, value)
        return
    attribute = UserAttribute.objects.filter(name=name).first()
    if attribute is None:
        raise FlowBroken(f"The attribute {name!r} is gone.")
    UserAttributeValue.objects.update_or_create(attribute=attribute, user=login.user, defaults={"value": value})


def _set_user_field(request: HttpRequest, login: PendingLogin, name: str, value: str) -> None:
    user, field = login.user, USER_COLUMNS[name]
    value = str(field.clean(value[: getattr(field, "max_length", None) or len(value)], user))
    if name == ADDRESS and value != user.email:
        # SECURITY: whoever owned the account until now hears of it where the codes went until now.
        notifications.address_changed(request, user, value)
    setattr(user, name, value)
    user.save(update_fields=[name])


def _write_entry(request: HttpRequest, login: PendingLogin, run: FlowRun, effect: Effect) -> None:
    FlowEntry.objects.get_or_create(run=run, element=effect.element, defaults={"text": str(effect.values["text"])[:1_000]})


def _raise_level(request: HttpRequest, login: PendingLogin, run: FlowRun, effect: Effect) -> None:
    level = Level.from_slug(str(effect.values["level"]))
    detail = f"{run.flow_version} {effect.element}"
    login.proofs += (Proof(Method.LOGIN_FLOW.value, time.time(), login.user_id, detail[:200], level),)


def _end_sessions(request: HttpRequest, login: PendingLogin, run: FlowRun, effect: Effect) -> None:
    book = policy_book.current()
    alive = sessions.running(login.user, book.policy_for(login.user.profile_id).profile, book.now())
    oldest = list(alive.values_list("pk", flat=True)[int(effect.values["keep"]) :])
    ending.end(UserSession.objects.filter(pk__in=oldest), Why.LIMIT)


def _send(request: HttpRequest, login: PendingLogin, run: FlowRun, effect: Effect) -> None:
    address = str(effect.values["to"]) or login.user.email
    # SECURITY: a line break would begin a header of its own.
    subject = " ".join(str(effect.values["subject"]).split())
    if address:
        transaction.on_commit(partial(_post, f"[{settings.SITE_NAME}] {subject}", str(effect.values["text"]), address))


def _post(subject: str, text: str, address: str) -> None:
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
    except OSError:
        # As every notification: a mail server that is down keeps nobody out.
        logger.exception("A mail of a login flow could not be sent")


Doer = Callable[[HttpRequest, PendingLogin, FlowRun, Effect], None]
_DOERS: dict[str, Doer] = {
    ACCEPTED: _accept,
    SET_ATTRIBUTE: _set_attribute,
    HISTORY_ENTRY: _write_entry,
    RAISE_LEVEL: _raise_level,
    END_SESSIONS: _end_sessions,
    SEND_MAIL: _send,
}
EFFECTS = frozenset(_DOERS)
