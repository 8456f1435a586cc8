"""Logins of programs without a browser: a name, a password, and what stands in for the second factor (R2).

From an untrusted network the user's security token follows the password; with the API permission in force the current
authenticator code does. Both may be appended to the password, as clients of the reference system do, or given apart.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass

from django.contrib.auth import authenticate as check_password
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sessions_policy import events, gate, policy_book, texts, watching
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision, Reason
from sessions_policy.facts import AppRule, Facts, Proof
from sessions_policy.levels import Channel, Method

from . import challenge, histories, throttle
from .challenge import Purpose
from .models import User
from .models.histories import LoginStatus, TriggeredBy

TOKEN_LENGTH = 24
_TOKEN = re.compile(rf"^(?P<password>.+)(?P<token>[A-Za-z0-9]{{{TOKEN_LENGTH}}})$", re.DOTALL)
_CODE = re.compile(r"^(?P<password>.+)(?P<code>[0-9]{6})$", re.DOTALL)

_STATUSES = {
    Reason.TWO_FACTOR_API: LoginStatus.TWO_FACTOR_REQUIRED,
    Reason.SECURITY_TOKEN: LoginStatus.SECURITY_TOKEN_REQUIRED,
}


@dataclass(frozen=True, slots=True)
class ApiLogin:
    """Who logged in, and what they proved."""

    user: User
    proofs: tuple[Proof, ...]
    decision: Decision | None = None


class ApiLoginRefused(Exception):
    """An API login that was refused. ``error`` is the RFC 6749 code, ``reason`` ours, "" when the password was wrong."""

    def __init__(
        self, error: str, description: str, reason: str = "", retry_after: int | None = None, reference: str = ""
    ) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.reason = reason
        self.retry_after = retry_after
        self.reference = reference


def new_security_token(user: User) -> str:
    """Give ``user`` a new security token and return it; only its digest is kept."""
    token = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789") for _n in range(TOKEN_LENGTH))
    user.security_token_digest = _digest(token)
    user.save(update_fields=["security_token_digest"])
    return token


def authenticate(
    request: HttpRequest,
    username: str,
    password: str,
    *,
    code: str = "",
    security_token: str = "",
    grant: str,
    app: AppRule | None = None,
) -> ApiLogin:
    """Return who logged in with ``username`` and ``password``, or raise :class:`ApiLoginRefused`.

    An unknown name costs the same hashes, tries and words as a wrong password.
    """
    ticket = throttle.take(throttle.PASSWORDS, throttle.name_subject(username))
    if not ticket.allowed:
        _write(request, None, grant, LoginStatus.TOO_MANY_ATTEMPTS, app)
        raise ApiLoginRefused("invalid_grant", _("Too many wrong tries. Try again later."), retry_after=ticket.retry_after)
    found = _split(request, username, password, code, security_token)
    if found is None:
        _write(request, None, grant, LoginStatus.INVALID_PASSWORD, app)
        raise ApiLoginRefused("invalid_grant", _("The username or password is not correct."))
    throttle.give_back(ticket)
    user, code, security_token = found
    return _decide(request, user, code, security_token, grant, app)


def _split(request: HttpRequest, username: str, password: str, code: str, security_token: str) -> tuple[User, str, str] | None:
    """Find which part of ``password`` is the password. At most one hash more than the plain case, for every name alike."""
    candidates = [(password, code, security_token)]
    appended_token, appended_code = _TOKEN.match(password), _CODE.match(password)
    if appended_token and not security_token:
        candidates.append((appended_token["password"], code, appended_token["token"]))
    elif appended_code and not code:
        candidates.append((appended_code["password"], appended_code["code"], security_token))
    for each, its_code, its_token in candidates:
        user = check_password(request, username=username, password=each)
        if isinstance(user, User):
            return user, its_code, its_token
    return None


def _decide(request: HttpRequest, user: User, code: str, security_token: str, grant: str, app: AppRule | None) -> ApiLogin:
    proofs: tuple[Proof, ...] = (Proof(Method.PASSWORD.value, time.time(), str(user.pk)),)
    known = bool(security_token) and hmac.compare_digest(_digest(security_token), user.security_token_digest)
    decision, facts = _ask(request, user, proofs, grant, app, known=known)
    # The code is consumed only where it is wanted: a login that is refused anyhow must not burn it.
    if code and (decision.allowed or decision.reason in _STATUSES):
        proofs += _prove_code(request, user, code, grant, app)
        decision, facts = _ask(request, user, proofs, grant, app, known=known)
    watching.observe(user, decision)
    if decision.allowed:
        return ApiLogin(user, proofs, decision)
    reference = events.record(decision, facts)
    _write(request, user, grant, _STATUSES.get(decision.reason, LoginStatus.REFUSED), app, decision, reference)
    error = "unauthorized_client" if decision.requirement and decision.requirement.source == "app" else "invalid_grant"
    words = f"{texts.for_person(decision)} {texts.what_now(decision)}"
    raise ApiLoginRefused(error, words, decision.reason.value, None, reference)


def _ask(
    request: HttpRequest, user: User, proofs: tuple[Proof, ...], grant: str, app: AppRule | None, *, known: bool
) -> tuple[Decision, Facts]:
    book = policy_book.current()
    facts = Facts(
        now=book.now(),
        channel=Channel.API_LOGIN,
        person=dataclasses.replace(gate.person_of(user), methods=user.usable_methods()),  # type: ignore[type-var]
        proofs=proofs,
        at_login=True,
        ip=client_address(request),
        device_known=known,
        grant=grant,
    )
    policy = book.policy_for(user.profile_id, user_id=user.pk, app=app, two_factor=book.two_factor_demand(user))
    return gate.decide_for(user, policy, facts), facts


def _prove_code(request: HttpRequest, user: User, code: str, grant: str, app: AppRule | None) -> tuple[Proof, ...]:
    """Consume the authenticator code; raises when it is wrong, used, or too many were (ruling: a used code is refused)."""
    purpose = Purpose(secrets.token_urlsafe(12), TriggeredBy.TWO_FACTOR, "API login")
    if not re.fullmatch(r"[0-9]{6}", code):
        raise ApiLoginRefused("invalid_grant", _("The code must have 6 digits."))
    answer = challenge.attempt(request, user, Method.AUTHENTICATOR_APP.value, code, purpose)
    if answer.proof is not None:
        return (answer.proof,)
    _write(request, user, grant, LoginStatus.TWO_FACTOR_REQUIRED, app)
    if answer.retry_after:
        raise ApiLoginRefused("invalid_grant", _("Too many wrong tries. Try again later."), retry_after=answer.retry_after)
    raise ApiLoginRefused("invalid_grant", answer.error, Reason.TWO_FACTOR_API.value)


def _write(
    request: HttpRequest,
    user: User | None,
    grant: str,
    status: str,
    app: AppRule | None,
    decision: Decision | None = None,
    reference: str = "",
) -> None:
    histories.record_login(
        user=user,
        request=request,
        channel=Channel.API_LOGIN.value,
        method=grant,
        status=status,
        application=app.name if app else "",
        reference=reference,
        decision=decision,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
