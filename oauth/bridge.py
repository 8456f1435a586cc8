"""From a token into the browser (R7): a ticket for one use, and a new session that starts Standard whatever the token was."""

from __future__ import annotations

import dataclasses
import secrets
import time
from typing import Any

from django.http import HttpRequest

from accounts import histories, login, return_path
from accounts.models.histories import LoginStatus
from sessions_policy import gate, policy_book, watching
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision
from sessions_policy.facts import Proof, level_of
from sessions_policy.levels import Channel, Method

from . import bearer
from .models import AccessToken, BridgeTicket
from .scopes import FULL, WEB

SCOPES = (WEB, FULL)
LONGEST_TARGET = 2000


class NotOpened(Exception):
    """A ticket or token that opens nothing; says why in words that tell nothing about anybody."""


def issue_ticket(request: HttpRequest, token: AccessToken, target: str) -> str:
    """Return a ticket that opens a browser session of the token's user once, within 60 seconds, at the path ``target``.

    Raises AccessRefused when the policy says no, NotOpened for a target outside this site.
    """
    check_target(request, target)
    decide(request, token)
    ticket = secrets.token_urlsafe(32)
    BridgeTicket.keep(ticket, token, target)
    return ticket


def open_with_ticket(request: HttpRequest, ticket: str) -> str:
    """Open a session with ``ticket`` and return the path to go on to. Raises NotOpened, AccessRefused."""
    found = BridgeTicket.claim(ticket)
    if found is None or not found.access_token.is_alive():
        raise NotOpened("This link has been used, or has expired.")
    open_session(request, found.access_token)
    target: str = found.target
    return target


def ticket_for(request: HttpRequest, value: str, target: str) -> str:
    """Return a ticket for an access token that was sent itself, as clients of the reference system do.

    Raises NotOpened, AccessRefused.
    """
    token = bearer.find(value)
    if token is None or not token.is_alive() or not set(token.scope.split()) & set(SCOPES):
        raise NotOpened("The token is unknown or has ended, or it lacks the scope web or full.")
    return issue_ticket(request, token, target)


def owner_of(ticket: str) -> Any:
    """Return whose session ``ticket`` would open, None for one that opens nothing. Uses nothing up.

    SECURITY: where somebody else is signed in they are asked first. Else a link would put people into a stranger's account
    unnoticed, and what they enter there would be the stranger's (login CSRF, ASVS 7.6.2).
    """
    found = BridgeTicket.alive(ticket)
    return None if found is None else found.access_token.user


def open_session(request: HttpRequest, token: AccessToken) -> None:
    """Give the browser a new session of the token's user.

    Its only proof is the bridge. SECURITY: neither the token's level nor its proofs come along (R7.6): the profile's rule asks
    at the next request, and says why.
    """
    decision = decide(request, token)
    user: Any = token.user
    app = token.application.name if token.application else ""
    proof = Proof(Method.TOKEN_BRIDGE.value, time.time(), str(user.pk), app)
    login.open_session(request, user, [proof])
    level = level_of(policy_book.current().columns, [proof])
    write(request, token, LoginStatus.SUCCESS, level=level.slug, decision=decision)


def decide(request: HttpRequest, token: AccessToken) -> Decision:
    """Return the one decision about opening a session with ``token``. Raises AccessRefused."""
    facts = dataclasses.replace(token.facts(policy_book.current().now(), client_address(request)), channel=Channel.BRIDGE)
    user: Any = token.user
    book = policy_book.current()
    policy = book.policy_for(user.profile_id, user_id=user.pk, app=token.app_rule(), two_factor=book.two_factor_demand(user))
    decision = gate.decide_for(user, policy, facts)
    watching.observe(user, decision)
    if not decision.allowed:
        refused = gate.refusal(decision, facts)
        write(request, token, LoginStatus.REFUSED, reference=refused.reference, decision=decision)
        raise refused
    return decision


def write(
    request: HttpRequest,
    token: AccessToken,
    status: str,
    *,
    decision: Decision,
    level: str = "",
    reference: str = "",
) -> None:
    """Write into the login history that the bridge let somebody in, or did not."""
    user: Any = token.user
    histories.record_login(
        user=user,
        request=request,
        channel=Channel.BRIDGE.value,
        method=Method.TOKEN_BRIDGE.value,
        status=status,
        application=token.application.name if token.application else "",
        level=level,
        reference=reference,
        decision=decision,
    )


def check_target(request: HttpRequest, target: str) -> None:
    """Raise NotOpened unless ``target`` is a path of this site. SECURITY: a frontdoor must not be an open redirect."""
    if len(target) > LONGEST_TARGET or return_path.safe(request, target) != target:
        raise NotOpened("retURL must be a path of this site, such as /reports/.")
