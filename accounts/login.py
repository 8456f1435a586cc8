"""The login sequence: begin, resume, finish. The only module that opens a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sessions_policy import events, gate, policy_book, proofs, responses, watching
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision, Outcome
from sessions_policy.facts import Facts, Proof, level_of
from sessions_policy.levels import Channel

from . import histories, pending, remembered_browsers, return_path, stages
from .models import User
from .models.histories import LoginStatus
from .pending import PendingLogin

BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, user: User, proof: Proof, next_path: str = "") -> HttpResponse:
    """Start the login of ``user`` after a first factor, and answer with its first stage, or with the page asked for.

    Any older session or pending login of this browser ends here: a session id that somebody planted before is worth
    nothing after it.
    """
    request.session.flush()
    return resume(request, PendingLogin(user=user, proofs=(proof,), next=next_path))


def decision_for(request: HttpRequest, login: PendingLogin) -> tuple[Decision, Facts]:
    """Ask the one decision about a pending login with the proofs so far."""
    book = policy_book.current()
    facts = Facts(
        now=book.now(),
        channel=Channel.BROWSER,
        person=gate.person_of(login.user),
        proofs=login.proofs,
        at_login=True,
        ip=client_address(request),
        device_known=remembered_browsers.is_known(request, login.user),
        enrolment_postponed=bool(login.data.get("enrolment_postponed")),
        flow_finished=login.flow_finished,
    )
    login.demand = login.demand or book.two_factor_demand(login.user)
    policy = book.policy_for(login.user.profile_id, two_factor=login.demand)
    return gate.decide_for(login.user, policy, facts), facts


@dataclass(frozen=True, slots=True)
class Grace:
    """Until when an enrolment may be put off, and how many days that are."""

    until: date
    days: int


def grace_for(login: PendingLogin) -> Grace | None:
    """Return the grace that the profile of a pending login gives today, or None."""
    book = policy_book.current()
    until = book.policy_for(login.user.profile_id).profile.grace_until
    days = (until - book.now().date()).days if until else 0
    return Grace(until, days) if until and days > 0 else None


def resume(request: HttpRequest, login: PendingLogin) -> HttpResponse:
    """Ask again, and answer with the stage that the decision names, with the finished login, or with the refusal."""
    if login.data.get("recovery_codes") == "due":
        return _go_to(request, login, reverse("login-recovery-codes"))
    decision, facts = decision_for(request, login)
    watching.observe(login.user, decision)
    if decision.outcome is Outcome.ALLOW:
        return finish(request, login, decision)
    stage = stages.stage_for(decision)
    if stage is None:
        return _refuse(request, login, decision, facts)
    login.reference = events.record(decision, facts)
    return _go_to(request, login, stage.url(login))


def finish(request: HttpRequest, login: PendingLogin, decision: Decision) -> HttpResponse:
    """Open the session of a login whose every stage has passed, and go on to the page that was asked for."""
    open_session(request, login.user, login.proofs)
    level = level_of(policy_book.current().columns, login.proofs)
    histories.record_login(
        user=login.user,
        request=request,
        channel=Channel.BROWSER.value,
        method=", ".join(proof.method for proof in login.proofs),
        status=LoginStatus.SUCCESS,
        level=level.slug,
        decision=decision,
    )
    return HttpResponseRedirect(return_path.safe(request, login.next))


def open_session(request: HttpRequest, user: User, given: Iterable[Proof]) -> None:
    """Give the browser a new session of ``user`` that holds ``given``; an older one, or the pending login, ends.

    Raises SessionInterrupted when a parallel request has finished the same pending login.
    """
    if pending.is_kept(request):
        request.session.claim()  # type: ignore[attr-defined]
    request.session.flush()
    proofs.carry_into_session(request, given)
    auth.login(request, user, backend=BACKEND)


def _go_to(request: HttpRequest, login: PendingLogin, url: str) -> HttpResponse:
    login.stage_url = url
    pending.save(request, login)
    return HttpResponseRedirect(url)


def _refuse(request: HttpRequest, login: PendingLogin, decision: Decision, facts: Facts) -> HttpResponse:
    refused = gate.refusal(decision, facts)
    histories.record_login(
        user=login.user,
        request=request,
        channel=Channel.BROWSER.value,
        method=", ".join(proof.method for proof in login.proofs),
        status=LoginStatus.REFUSED,
        level=decision.level.slug,
        reference=refused.reference,
        decision=decision,
    )
    pending.abandon(request)
    return responses.refusal_page(request, refused)
