"""Step 2 from a token into the browser: the ticket, or the token itself, opens a new session (R7)."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sessions_policy.doors import open_to_all
from sessions_policy.events import new_reference
from sessions_policy.gate import AccessRefused
from sessions_policy.responses import refusal_page

from .. import bridge


# Clients send people here from outside, by a link or a form, so there is no token of ours in it. What is sent is the
# credential, and works once.
@csrf_exempt
@open_to_all(during_login=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def frontdoor(request: HttpRequest) -> HttpResponse:
    """Open a new session with ``ticket``, or with ``sid`` (an access token) and ``retURL``, and go on."""
    given = request.POST if request.method == "POST" else request.GET
    ticket, sid, target = given.get("ticket", ""), given.get("sid", ""), given.get("retURL", "") or "/"
    try:
        if ticket:
            target = bridge.open_with_ticket(request, ticket)
        elif sid:
            target = bridge.open_with_token(request, sid, target)
        else:
            return _not_opened(request, _("This address needs a ticket. Start again from the app."))
    except bridge.NotOpened as reason:
        return _not_opened(request, f"{reason} {_('Start again from the app.')}")
    except AccessRefused as refused:
        return refusal_page(request, refused)
    response = HttpResponseRedirect(target)
    response.status_code = HTTPStatus.SEE_OTHER
    return _unseen(response)


def _not_opened(request: HttpRequest, why: str) -> HttpResponse:
    context = {"why": why, "code": "bridge.not_opened", "reference": new_reference()}
    return _unseen(render(request, "oauth/error.html", context, status=HTTPStatus.BAD_REQUEST))


def _unseen(response: HttpResponse) -> HttpResponse:
    """Keep the address of this request, which holds a credential, out of caches and of other sites' logs."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
