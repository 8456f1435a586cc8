"""The gate of the token endpoint: one hook for every grant, and the history of what was issued and refused."""

from __future__ import annotations

from typing import Any

from oauthlib.common import Request as OauthlibRequest

from accounts import histories
from accounts.models.histories import LoginStatus
from sessions_policy import events, gate, policy_book, watching
from sessions_policy.client_address import client_address
from sessions_policy.decision import Decision
from sessions_policy.facts import Facts
from sessions_policy.levels import APPROVAL_GRANTS, Channel, Grant, Level

from . import errors, token_response
from .carried import django_request
from .issued import Issued

# Grants whose refusals the login of programs writes down itself.
LOGINS = frozenset({Grant.PASSWORD.value})


def enforce(request: OauthlibRequest) -> None:
    """Ask the one decision about ``request``, after its grant was checked and its client authenticated.

    Raises TokenError when the answer is not "allow"; the refusal is written down. Else the answer's extra fields are set.
    """
    issued: Issued = request.issued
    facts = Facts(
        # In the organisation's zone, which login hours are in.
        now=policy_book.current().now(),
        channel=Channel.GRANT,
        person=gate.person_of(request.user),
        proofs=issued.proofs,
        ip=client_address(django_request(request)),
        grant=_grant_of(request),
        level_cap=Level.from_slug(issued.acr) if issued.acr else Level.STANDARD,
    )
    policy = policy_book.current().policy_for(
        request.user.profile_id, user_id=request.user.pk, app=request.client.rule_for(request.user)
    )
    request.decision = decision = gate.decide_for(request.user, policy, facts)
    watching.observe(request.user, decision)
    if not decision.allowed:
        reference = events.record(decision, facts)
        write(request, LoginStatus.REFUSED, reference=reference)
        raise errors.refused_by_policy(decision, reference, request)
    request.extra_credentials = token_response.extra_fields(request.user, client_secret(request))


def refuse_grant(request: OauthlibRequest, description: str, *, user: Any = None, how_to_fix: str = "") -> errors.TokenError:
    """Return the ``invalid_grant`` to raise for a grant that does not hold, written down where it is known whose it is.

    SECURITY: made-up values leave no rows, or anybody could fill the history.
    """
    if user is not None:
        write(request, LoginStatus.INVALID_GRANT, user=user)
    return errors.TokenError("invalid_grant", description, how_to_fix=how_to_fix, request=request)


def write(request: OauthlibRequest, status: str, *, user: Any = None, reference: str = "") -> None:
    """Write one row of the login history: a token of this grant was issued, or refused."""
    grant = request.grant_type or Grant.IMPLICIT.value
    histories.record_login(
        user=user or request.user or None,
        request=django_request(request),
        channel=(Channel.API_LOGIN if grant in LOGINS else Channel.GRANT).value,
        method=grant,
        status=status,
        application=request.client.name if request.client else "",
        level=level_of(request),
        reference=reference,
        decision=_decision_of(request),
    )


def _decision_of(request: OauthlibRequest) -> Decision | None:
    """Return the decision of the gate, or of the approval where the token comes of it at once."""
    # SECURITY: not by getattr, which would find a parameter of that name in what the client sent.
    known = vars(request)
    issued: Issued | None = known.get("issued")
    decision: Decision | None = known.get("decision") or (issued.decision if issued is not None else None)
    return decision


def level_of(request: OauthlibRequest) -> str:
    """Return the slug of the level that the token of ``request`` carries, "" while nothing is known."""
    # SECURITY: among its own attributes alone. oauthlib answers an unknown one with the client's parameter of that name.
    issued: Issued | None = vars(request).get("issued")
    return "" if issued is None else issued.acr or Level.STANDARD.slug


def client_secret(request: OauthlibRequest) -> str:
    """Return the secret that the client authenticated with, "" when it has none."""
    secret: str = vars(request).get("proven_secret", "")
    return secret


def _grant_of(request: OauthlibRequest) -> str:
    """Return the grant that the decision judges: the flow that began a chain, when that had no approval step."""
    flow = request.issued.flow
    grant: str = request.grant_type if flow in APPROVAL_GRANTS else flow
    return grant
