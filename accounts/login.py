"""The login sequence: begin, resume, finish. The only module that opens a session."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.contrib import auth
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from sessions_policy import events, gate, policy_book, proofs, responses, statements, watching
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision, Outcome
from sessions_policy.facts import Facts, Proof, level_of
from sessions_policy.levels import Channel
from sessions_policy.statements import Statement

from . import histories, notifications, pending, remembered_browsers, return_path, seen_browsers, stages
from .models import User
from .models.histories import LoginStatus
from .pending import PendingLogin

BACKEND = "django.contrib.auth.backends.ModelBackend"
_LAST_LOGIN = "UPDATE accounts_user SET last_login = %s WHERE id = %s"


# Stage name -> its page as an answer. A stage that is not in it is answered with a redirect to its page.
Pages = Mapping[str, Callable[[HttpRequest, PendingLogin, Decision], HttpResponse]]
NO_PAGES: Pages = MappingProxyType({})


def begin(request: HttpRequest, user: User, proof: Proof, next_path: str = "", *, pages: Pages = NO_PAGES) -> HttpResponse:
    """Start the login of ``user`` after a first factor, and answer with its first stage, or with the page asked for.

    A stage of ``pages`` is answered with its page at once: a form leads to the next form without a redirect between.
    Any older session or pending login of this browser ends here: a session id that somebody planted before is worth
    nothing after it.
    """
    request.session.flush()
    return resume(request, PendingLogin(user=user, proofs=(proof,), next=next_path), pages=pages)


def decision_for(request: HttpRequest, login: PendingLogin) -> tuple[Decision, Facts]:
    """Ask the one decision about a pending login with the proofs so far."""
    book, user, person = policy_book.current(), login.user, gate.person_of(login.user)
    assert person is not None
    held = user.credentials or user.look_up_credentials()
    facts = Facts(
        now=book.now(),
        channel=Channel.BROWSER,
        person=dataclasses.replace(person, methods=login.user.methods_of(held)),
        proofs=login.proofs,
        at_login=True,
        ip=client_address(request),
        device_known=remembered_browsers.is_known(request, user),
        enrolment_postponed=bool(login.data.get("enrolment_postponed")),
        flow_finished=login.flow_finished,
    )
    demand = book.demand_of(user.profile_id, held.permission_sets)
    policy = book.policy_for(user.profile_id, user_id=user.pk, two_factor=demand)
    return gate.decide_for(user, policy, facts), facts


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


def resume(request: HttpRequest, login: PendingLogin, *, pages: Pages = NO_PAGES) -> HttpResponse:
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
    login.reference = events.new_reference()
    redirect = _go_to(request, login, stage.url(login), events.entry(login.reference, decision, facts))
    page = pages.get(stage.name)
    return page(request, login, decision) if page else redirect


def finish(request: HttpRequest, login: PendingLogin, decision: Decision) -> HttpResponse:
    """Open the session of a login whose every stage has passed, and go on to the page that was asked for."""
    level = level_of(policy_book.current().columns, login.proofs)
    entry = histories.login_entry(
        user=login.user,
        request=request,
        channel=Channel.BROWSER.value,
        method=", ".join(proof.method for proof in login.proofs),
        status=LoginStatus.SUCCESS,
        level=level.slug,
        decision=decision,
    )
    is_new_browser = seen_browsers.is_new(request, login.user)
    open_session(request, login.user, login.proofs, entry)
    if is_new_browser:
        notifications.new_browser(request, login.user)
    response = HttpResponseRedirect(return_path.safe(request, login.next))
    seen_browsers.note(request, response, login.user)
    return response


def open_session(request: HttpRequest, user: User, given: Iterable[Proof], *also: Statement) -> None:
    """Give the browser a new session of ``user`` that holds ``given``; an older one, or the pending login, ends.

    ``also`` is run in the same transaction. Raises SessionInterrupted when a parallel request has finished the same
    pending login.
    """
    session: Any = request.session
    if pending.is_kept(request):
        # The pending login becomes the session. SECURITY: nothing of its data stays, and its key leads nowhere afterwards.
        session.clear()
    else:
        session.flush()
    proofs.carry_into_session(request, given)
    session[auth.SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[auth.BACKEND_SESSION_KEY] = BACKEND
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    user.last_login = timezone.now()
    seen = connection.ops.adapt_datetimefield_value(user.last_login)
    session.write_under_new_key(Statement(_LAST_LOGIN, (seen, user.pk)), *also)
    # Finds itself done as far as the session goes, which is therefore not written once more.
    auth.login(request, user, backend=BACKEND)


def _go_to(request: HttpRequest, login: PendingLogin, url: str, *also: Statement) -> HttpResponse:
    login.stage_url = url
    pending.save(request, login)
    session: Any = request.session
    if session.session_key is None:
        # A new pending login, and what was decided about it, in one transaction.
        session.write_under_new_key(*also)
    else:
        for each in also:
            statements.run(each)
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
