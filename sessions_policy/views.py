"""The pages that explain the reason codes, which errors and prompts point to."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import replay, trace, why
from .doors import open_to_all
from .models import DecisionRecord

LONGEST_REFERENCE = 9


@open_to_all(during_login=True)
def why_page(request: HttpRequest, code: str) -> HttpResponse:
    """Explain one reason code in words; and with ``?reference=`` a decision, to the person whose it is."""
    page = why.page_of(code)
    if page is None:
        raise Http404(code)
    context = {"code": code, "page": page, "own": _own(request, request.GET.get("reference", ""))}
    return render(request, "why.html", context)


def _own(request: HttpRequest, reference: str) -> dict[str, Any] | None:
    """Return the decision named ``reference`` as its person may read it.

    SECURITY: None for everybody else, as for a reference that does not exist, so that nothing is learned by trying.
    """
    owner = _owner(request)
    if not reference or len(reference) > LONGEST_REFERENCE or owner is None:
        return None
    row = DecisionRecord.objects.filter(reference=reference, user_id=owner).first()
    replayed = replay.under_its_own(row.inputs) if row is not None else None
    if row is None or replayed is None:
        return None
    return {"reference": row.reference, "at": row.at, **trace.for_person(replayed.decision)}


def _owner(request: HttpRequest) -> Any:
    """Return the id of who is signed in, or is in the middle of it; None for nobody."""
    if request.user.is_authenticated:
        return request.user.pk
    pending = getattr(request, "pending_login", None)
    return None if pending is None else pending.user.pk
