"""Why a line of somebody's own activity went as it did."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_policy import replay, trace, why

from ..models import LoginRecord, User, VerificationRecord

HISTORIES: dict[str, Any] = {"logins": LoginRecord, "verifications": VerificationRecord}


def activity_why(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Explain one line of the signed-in person's activity in their own words."""
    user: User = request.user  # type: ignore[assignment]
    history = HISTORIES.get(kind)
    # SECURITY: only one's own rows; another's is answered like one that does not exist.
    row = None if history is None else history._default_manager.filter(pk=pk, user=user).first()
    replayed = None if row is None else replay.under_its_own(row.inputs)
    if row is None or replayed is None:
        raise Http404(kind)
    own = {"reference": row.reference, "at": row.at, **trace.for_person(replayed.decision)}
    return render(request, "why.html", {"code": own["code"], "page": why.page_of(own["code"]), "own": own})
