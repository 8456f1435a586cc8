"""What a request says about a change of a policy, and how the API answers one that is not made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.db.models import ProtectedError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from sessions_policy import changing, trace
from sessions_policy.models import PolicyModel
from sessions_policy.responses import problem

# What a request says about the change itself, beside the fields of the policy.
REASON, CONFIRM = "reason", "confirm"


class Refused(APIException):
    """A change that was not made, with the problem document that says why and what to do."""

    def __init__(self, document: HttpResponse) -> None:
        super().__init__()
        self.status_code = document.status_code
        self.document = document


def fields_of(request: Request) -> dict[str, Any]:
    """Return what the request says of the policy's fields."""
    if not isinstance(request.data, dict):
        raise ValidationError({"non_field_errors": [_("Send a JSON object.")]})
    return {name: value for name, value in request.data.items() if name not in (REASON, CONFIRM)}


def make(request: Request, area: str, change: changing.Change) -> PolicyModel | None:
    """Make ``change`` as the work of the caller, with the reason and the confirmation that the request gives."""
    author = changing.Author.of(request)
    confirmed = _said(request, CONFIRM) in (True, "true")
    with _answering():
        made: PolicyModel | None = changing.make(
            [change], author, areas=(area,), reason=reason_of(request), confirmed=confirmed
        )[0]
        return made


@contextmanager
def _answering() -> Iterator[None]:
    """Turn what stands against a change into the document that says so."""
    try:
        yield
    except changing.WouldShutOut as error:
        refusal = error.refusal
        document = problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("This would shut people out"),
            str(error),
            kind=refusal.decision.reason.value,
            code="would_shut_out",
            who=refusal.who.value,
            trace=trace.document(refusal.decision, mode=trace.Mode.SIMULATED),
        )
        raise Refused(document) from error
    except changing.Unconfirmed as error:
        document = problem(
            HTTPStatus.CONFLICT,
            _("Confirmation needed"),
            str(error),
            code="confirmation_needed",
            takes_away=list(error.taken_away),
            how_to_fix=_('Send the same request again with "reason": "…" and "confirm": true.'),
        )
        raise Refused(document) from error


def delete(request: Request, area: str, policy: PolicyModel) -> None:
    """Delete ``policy`` as the work of the caller; answers 409 while something uses it."""
    try:
        make(request, area, changing.deleting(policy))
    except ProtectedError as error:
        detail = _("Something still uses it. Give people another profile first.")
        raise Refused(problem(HTTPStatus.CONFLICT, _("Still in use"), detail, code="in_use")) from error


def reason_of(request: Request) -> str:
    """Return the reason that the request gives, or ""; answers 400 to one that is no short text."""
    said = _said(request, REASON)
    if said is None:
        return ""
    if not isinstance(said, str) or len(said) > 300:
        raise ValidationError({REASON: [_("Send a text of at most 300 characters.")]})
    return said.strip()


def _said(request: Request, name: str) -> Any:
    """Return what the body says, or the address: not every client sends a body with DELETE."""
    body = request.data if isinstance(request.data, dict) else {}
    return body.get(name, request.query_params.get(name))
