"""One try of one method by one person: counted, checked, written down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from sessions_policy import statements
from sessions_policy.decision import Decision
from sessions_policy.facts import Proof
from sessions_policy.levels import Method
from sessions_policy.statements import Statement

from . import histories, notifications, throttle
from .devices import METHODS
from .devices.result import Result
from .models import User
from .models.histories import VerificationStatus

# After so many wrong codes the owner is told: the password was right, or a session is open.
TOLD_AFTER = 3
# Whose use the owner is told of.
_USES = {
    Method.RECOVERY_CODE.value: notifications.recovery_code_used,
    Method.TEMPORARY_CODE.value: notifications.temporary_code_used,
}


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a verification is for: what asked for it, what the person was doing, and what they were told.

    ``decision`` is the one that asked; None where the person began it.
    """

    attempt: str
    trigger: str
    activity: str
    message: str = ""
    reference: str = ""
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try went: a proof, or an error for the person; ``retry_after`` (seconds) when there were too many."""

    proof: Proof | None = None
    error: str = ""
    retry_after: int = 0
    tries_left: int | None = None


def attempt(request: HttpRequest, user: User, method: str, value: str, purpose: Purpose) -> Answer:
    """Try ``value`` as a proof of ``method`` by ``user``.

    While the budget is used up nothing is checked, so that the right value answers like a wrong one (R9.25, 6238-7).
    """
    return _counted(request, user, method, lambda *also: METHODS[method].finish_verify(user, value, *also), purpose)


def counted(request: HttpRequest, user: User, method: str, check: Callable[[], Result], purpose: Purpose) -> Answer:
    """Run ``check`` as one try of ``method`` by ``user``: inside the budget, and written down."""
    return _counted(request, user, method, lambda *_also: check(), purpose)


def _counted(request: HttpRequest, user: User, method: str, check: Callable[..., Result], purpose: Purpose) -> Answer:
    ticket = throttle.take(*_budget(user, method))
    if not ticket.allowed:
        _write(request, user, method, VerificationStatus.FAILED_TOO_MANY_ATTEMPTS, purpose)
        return Answer(retry_after=ticket.retry_after)
    success = _entry(request, user, method, VerificationStatus.SUCCEEDED, purpose)
    result = check(throttle.giving_back(ticket), success)
    if result.right:
        given_back, written = result.also or (0, 0)
        if not given_back:
            throttle.give_back(ticket)
        if not written:
            statements.run(success)
        if method in _USES:
            _USES[method](request, user)
        return Answer(proof=Proof(method, time.time(), str(user.pk), result.detail))
    return _wrong(request, user, method, result, ticket, purpose)


def _wrong(request: HttpRequest, user: User, method: str, result: Result, ticket: throttle.Ticket, purpose: Purpose) -> Answer:
    password = method == Method.PASSWORD
    failed = VerificationStatus.FAILED_INVALID_PASSWORD if password else VerificationStatus.FAILED_INVALID_CODE
    _write(request, user, method, failed, purpose)
    if not password and throttle.CODES.tries - ticket.left == TOLD_AFTER:
        tell = notifications.step_up_failed if request.user.is_authenticated else notifications.second_factor_failed
        tell(request, user)
    if not ticket.was_the_last:
        return Answer(error=str(result.error), tries_left=ticket.left)
    notifications.too_many_tries(request, user)
    return Answer(error=str(result.error), retry_after=_budget(user, method)[0].pause)


def _budget(user: User, method: str) -> tuple[throttle.Budget, str | int]:
    if method == Method.PASSWORD:
        return throttle.PASSWORDS, throttle.name_subject(user.get_username())
    return throttle.CODES, user.pk


def _write(request: HttpRequest, user: User, method: str, status: str, purpose: Purpose) -> None:
    statements.run(_entry(request, user, method, status, purpose))


def _entry(request: HttpRequest, user: User, method: str, status: str, purpose: Purpose) -> Statement:
    return histories.verification_entry(
        user=user,
        request=request,
        attempt=purpose.attempt,
        method=method,
        status=status,
        trigger=purpose.trigger,
        activity=purpose.activity,
        message=purpose.message,
        reference=purpose.reference,
        decision=purpose.decision,
    )
