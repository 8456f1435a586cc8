"""The end-session endpoint: an app signs the person out of this site, and gets them back (RP-Initiated Logout 1.0)."""

from __future__ import annotations

from http import HTTPStatus

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods
from oauthlib.oauth2.rfc6749.errors import InvalidRequestFatalError

from accounts import pending
from sessions_policy.doors import open_to_all

from .. import end_session, redirects
from ..end_session import LogoutRequest, NotUnderstood
from . import answers

END = "end"
LONGEST_QUERY = 6000


# Open to all: a person who is signed out already is sent on like any other.
@csrf_exempt
@open_to_all(during_login=True)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """End the session, at once for an ID token of the same person, else when the person says so."""
    if request.method != "POST":
        return _answer(request)
    if END in request.POST:
        return _confirmed(request)
    # The same request as a form of the app's, which cannot be protected against forgery: it is asked again by GET.
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    query = sent.urlencode()
    if len(query) > LONGEST_QUERY:
        return answers.error_page(request, InvalidRequestFatalError(description=_("The request is too long.")))
    return HttpResponseRedirect(f"{request.path}?{query}", status=HTTPStatus.SEE_OTHER)


@csrf_protect
def _confirmed(request: HttpRequest) -> HttpResponse:
    return _answer(request, confirmed=True)


def _answer(request: HttpRequest, *, confirmed: bool = False) -> HttpResponse:
    try:
        asked = end_session.read(request.GET)
    except NotUnderstood as problem:
        return answers.error_page(request, InvalidRequestFatalError(description=str(problem)))
    if not request.user.is_authenticated:
        return _go_on(request, asked)
    # SECURITY: without this any page of the web could sign people out, over and over (ASVS 10.6.2).
    if confirmed or asked.is_about(request.user):
        pending.abandon(request)
        return _go_on(request, asked)
    return _ask(request, asked)


def _ask(request: HttpRequest, asked: LogoutRequest) -> HttpResponse:
    response = render(request, "oauth/end_session.html", {"app": asked.app, "action": f"{request.path}?{asked.query}"})
    if asked.target:
        # A browser applies form-action to the redirect that follows the form.
        response._csp_update = {"form-action": [SELF, redirects.origin(asked.target)]}  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-store"
    return response


def _go_on(request: HttpRequest, asked: LogoutRequest) -> HttpResponse:
    status = 303 if request.method == "POST" else 302
    if asked.target and asked.app is not None:
        schemes = {uri.partition(":")[0].lower() for uri in asked.app.post_logout_redirect_uris.split()}
        return redirects.RedirectToClient(asked.target, schemes, status=status)
    response = HttpResponseRedirect(reverse("home"), status=status)
    response["Cache-Control"] = "no-store"
    return response
