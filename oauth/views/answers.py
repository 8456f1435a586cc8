"""How the authorize endpoint answers: back to the client, or with a page that says why not."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from sessions_policy import texts
from sessions_policy.decision import Decision, Outcome, Reason
from sessions_policy.events import new_reference
from sessions_policy.gate import AccessRefused
from sessions_policy.responses import why_url

from .. import authorization, redirects
from ..descriptions import ascii_words
from ..error_meanings import MEANINGS
from ..errors import explanation_url
from ..models import ConnectedApp
from ..parameters import Wish


def to_client(request: HttpRequest, app: ConnectedApp, redirect_uri: str, error: str, description: str = "") -> HttpResponse:
    """Return the error to the client at ``redirect_uri``, which was validated: with state, and with ``iss`` (RFC 9207)."""
    location = error_location(request, redirect_uri, error, description)
    return redirects.RedirectToClient(location, app.get_allowed_schemes(), status=303 if request.method == "POST" else 302)


def error_location(request: HttpRequest, redirect_uri: str, error: str, description: str = "") -> str:
    """Return the address that tells the client of ``error``: in the query, or in the fragment where a token would be."""
    fields = [("error", error), ("error_description", ascii_words(description)), ("error_uri", explanation_url(error))]
    fields += [("state", request.GET.get("state", "")), ("iss", redirects.issuer())]
    in_fragment = authorization.is_implicit(request) or request.GET.get("response_mode") == "fragment"
    return redirects.with_parameters(redirect_uri, [(n, v) for n, v in fields if v], fragment=in_fragment)


def error_page(request: HttpRequest, error: OAuth2Error) -> HttpResponse:
    """Return the page of a request that must not be answered by redirect: nobody vouches for where it would lead."""
    context = {
        "why": error.description or MEANINGS.get(error.error, (error.error,))[0],
        "code": error.error,
        "explanation": explanation_url(error.error),
        "reference": new_reference(),
    }
    return render(request, "oauth/error.html", context, status=HTTPStatus.BAD_REQUEST)


def refusal(request: HttpRequest, refused: AccessRefused, app: ConnectedApp, redirect_uri: str) -> HttpResponse:
    """Return the page of a policy's refusal, with the way back to the app."""
    decision = refused.decision
    return refusal_page(
        request,
        app,
        why=texts.for_person(decision),
        what_now=texts.what_now(decision),
        code=decision.reason.value,
        explanation=why_url(decision.reason.value),
        reference=refused.reference,
        level=texts.level_name(decision.level),
        # A blocked app is closed: there is nothing to go back to.
        back="" if decision.reason is Reason.APP_BLOCKED else error_location(request, redirect_uri, "access_denied"),
    )


def refusal_page(request: HttpRequest, app: ConnectedApp, **context: Any) -> HttpResponse:
    """Return the page of a refusal (403)."""
    return render(request, "oauth/error.html", {"app": app, **context}, status=HTTPStatus.FORBIDDEN)


def silent_error(wish: Wish, decision: Decision) -> str:
    """Return what to tell a client that asked for an answer without a page (OpenID Connect Core 3.1.2.6)."""
    if wish.immediate:
        return "immediate_unsuccessful"
    if decision.outcome is Outcome.LOG_IN or decision.reason is Reason.PROOF_OLD_ASKED:
        return "login_required"
    if decision.outcome in (Outcome.VERIFY, Outcome.ENROL):
        return "interaction_required"
    return "access_denied"
