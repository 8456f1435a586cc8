"""Step 2 from a token into the browser: the ticket, or the token itself, opens a new session (R7)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sessions_policy.doors import open_to_all
from sessions_policy.events import new_reference
from sessions_policy.gate import AccessRefused
from sessions_policy.responses import refusal_page

from .. import bridge

CONFIRM = "open_as_other"
IN_THE_ADDRESS = gettext_lazy(
    "A token in an address stays in logs and in the history of the browser, so it opens nothing. Send it as the field sid of "
    "a form by POST, or exchange it for a link that works once: POST /oauth/singleaccess/."
)


# Clients send people here from outside, by a link or a form, so there is no token of ours in it. What is sent is the
# credential. The form of our own page, which is sent when somebody else is signed in, is protected below.
@csrf_exempt
@open_to_all(during_login=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def frontdoor(request: HttpRequest) -> HttpResponse:
    """Open a new session with ``ticket``, or with ``sid`` (an access token, by POST alone) and ``retURL``, and go on."""
    return _confirmed(request) if CONFIRM in request.POST else _answer(request)


@csrf_protect
def _confirmed(request: HttpRequest) -> HttpResponse:
    return _answer(request, confirmed=True)


def _answer(request: HttpRequest, *, confirmed: bool = False) -> HttpResponse:
    # SECURITY: a token in an address is in logs, histories and Referer headers (RFC 6750 2.3, RFC 9700 4.3.2).
    if "sid" in request.GET:
        return _not_opened(request, str(IN_THE_ADDRESS))
    given = request.POST if request.method == "POST" else request.GET
    ticket, sid = given.get("ticket", ""), request.POST.get("sid", "")
    if not ticket and not sid:
        return _not_opened(request, _("This address needs a ticket. Start again from the app."))
    try:
        if not ticket:
            ticket = bridge.ticket_for(request, sid, given.get("retURL", "") or "/")
        owner = bridge.owner_of(ticket)
        if not confirmed and owner is not None and request.user.is_authenticated and request.user != owner:
            return _ask(request, owner, ticket)
        target = bridge.open_with_ticket(request, ticket)
    except bridge.NotOpened as reason:
        return _not_opened(request, f"{reason} {_('Start again from the app.')}")
    except AccessRefused as refused:
        return refusal_page(request, refused)
    response = HttpResponseRedirect(target)
    response.status_code = HTTPStatus.SEE_OTHER
    return _unseen(response)


def _ask(request: HttpRequest, owner: Any, ticket: str) -> HttpResponse:
    response = render(request, "oauth/other_account.html", {"owner": owner, "ticket": ticket})
    # Not without a referrer: a browser would then send our own form as one of nobody's, and it would be refused as forged.
    response["Cache-Control"] = "no-store"
    return response


def _not_opened(request: HttpRequest, why: str) -> HttpResponse:
    context = {"why": why, "code": "bridge.not_opened", "reference": new_reference()}
    return _unseen(render(request, "oauth/error.html", context, status=HTTPStatus.BAD_REQUEST))


def _unseen(response: HttpResponse) -> HttpResponse:
    """Keep the address of this request, which holds a credential, out of caches and of other sites' logs."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
