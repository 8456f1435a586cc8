"""Prompts and refusals, written down with a reference that an administrator can look up."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest

from . import policy_book, recorded, statements, trace
from .client_address import client_address
from .decision import Decision, Outcome, Reason
from .facts import Facts
from .levels import Channel, Level
from .models import DecisionRecord, RecordMode
from .statements import Statement

# Without characters that are read as one another.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

# Letters and digits, without the hyphen.
REFERENCE_LENGTH = 8


def new_reference() -> str:
    """Return a fresh reference such as ``7F3A-91C2``."""
    letters = [secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def reference_in(text: str) -> str:
    """Return ``text`` as a reference, however it was typed: ``7f3a 91c2`` is ``7F3A-91C2``; "" for what is none."""
    plain = "".join(c for c in text if c.isascii() and c.isalnum()).upper()
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == REFERENCE_LENGTH else ""


def record(decision: Decision, facts: Facts, mode: RecordMode = RecordMode.ENFORCED) -> str:
    """Write ``decision`` down and return its reference. An anonymous caller's is only named, so nobody fills the table."""
    reference = new_reference()
    if facts.person is not None:
        statements.run(entry(reference, decision, facts, mode))
    return reference


def entry(reference: str, decision: Decision, facts: Facts, mode: RecordMode = RecordMode.ENFORCED) -> Statement:
    """Return what writes ``decision`` about a known person down under ``reference``."""
    row = DecisionRecord(
        reference=reference,
        user_id=None if facts.person is None else facts.person.id,
        channel=facts.channel.value,
        outcome=decision.outcome.value,
        reason=decision.reason.value,
        level=decision.level.slug,
        subject=_subject(decision)[:200],
        grant=facts.grant[:60],
        ip=facts.ip or None,
        revision=decision.policy.revision if decision.policy else policy_book.current().revision,
        trace=trace_of(decision),
        mode=mode,
        inputs=recorded.of(decision),
    )
    return statements.insert(row)


def record_missing_right(request: HttpRequest) -> str:
    """Write down that a signed-in person lacked the right to a page, and return the reference that they are shown."""
    reference = new_reference()
    DecisionRecord.objects.create(
        reference=reference,
        user_id=request.user.pk,
        channel=Channel.BROWSER.value,
        outcome=Outcome.DENY.value,
        reason=Reason.RIGHT_MISSING.value,
        level=getattr(request, "session_level", Level.NONE).slug,
        subject=request.path[:200],
        ip=client_address(request) or None,
        revision=policy_book.current().revision,
        trace={"version": trace.VERSION, "steps": []},
    )
    return reference


def _subject(decision: Decision) -> str:
    """Return the name of the policy that asks: of the requirement, or the login flow."""
    if decision.requirement is not None:
        return decision.requirement.name
    return decision.policy.profile.login_flow if decision.policy and decision.outcome is Outcome.RUN_FLOW else ""


def trace_of(decision: Decision) -> dict[str, Any]:
    """Return what is kept of the trace, as JSON values: what each rule that was asked said. No code, no token."""
    return {"version": trace.VERSION, "steps": trace.kept_steps(decision)}
