"""The authorize endpoint: who asks, is the session enough, does the person approve."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauthlib.oauth2.rfc6749.errors import InvalidRequestFatalError

from accounts import histories
from accounts.models.histories import LoginStatus
from sessions_policy import responses, step_up
from sessions_policy.decision import Decision, Outcome, Reason
from sessions_policy.doors import open_to_all
from sessions_policy.gate import AccessRefused
from sessions_policy.levels import Channel

from .. import approvals, authorization, parameters, pushed, redirects
from ..backend import core
from ..models import Approval, ConnectedApp
from ..parameters import Wish
from . import answers
from .consent import consent_page

ALLOW, DENY, SWITCH = "allow", "deny", "switch_account"
LONGEST_QUERY = 6000


# Open to all: an unknown client or address gets its page whoever asks, and prompt=none is answered without one.
@csrf_exempt
@open_to_all
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Answer an authorization request, or the form of its consent page.

    The form is protected against forgery below. A request that comes as a form of the client's (OpenID Connect Core 3.1.2.1)
    cannot be, and is sent on as the same request by GET, which shows the page.
    """
    try:
        pushed.open_request(request, arrived=authorization.marked_arrival(request.GET) is not None)
    except FatalClientError as error:
        return answers.error_page(request, error.oauthlib_error)
    if request.method != "POST":
        return _answer(request)
    if {ALLOW, DENY, SWITCH} & set(request.POST):
        return _answer_form(request)
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    query = sent.urlencode()
    if len(query) > LONGEST_QUERY:
        return answers.error_page(request, InvalidRequestFatalError(description=_("The authorization request is too long.")))
    return HttpResponseRedirect(f"{request.path}?{query}", status=HTTPStatus.SEE_OTHER)


@csrf_protect
def _answer_form(request: HttpRequest) -> HttpResponse:
    if SWITCH in request.POST:
        path = authorization.path_of(request)
        logout(request)
        return _see_other(f"{reverse('login')}?{urlencode({'next': path})}")
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        scopes, credentials = core().validate_authorization_request(request)
        app: ConnectedApp = credentials["request"].client
        return _Authorization(request, app, scopes, credentials).answer()
    except OAuthToolkitError as error:
        return _error(request, error)


def _error(request: HttpRequest, error: OAuthToolkitError) -> HttpResponse:
    """Answer an error of the request itself: by redirect only where the address was validated with the client."""
    found = error.oauthlib_error
    app = ConnectedApp.find(request.GET.get("client_id"))
    if isinstance(error, FatalClientError) or app is None or not found.redirect_uri:
        return answers.error_page(request, found)
    if not app.redirect_uri_allowed(found.redirect_uri):
        return answers.error_page(request, found)
    return answers.to_client(request, app, found.redirect_uri, found.error, found.description)


class _Authorization:
    """One authorization request whose client, address, scopes and parameters are valid."""

    def __init__(self, request: HttpRequest, app: ConnectedApp, scopes: list[str], credentials: dict[str, Any]) -> None:
        self.request = request
        self.app = app
        self.scopes = scopes
        self.credentials = credentials
        self.redirect_uri: str = credentials["redirect_uri"]
        self.wish: Wish = parameters.read(request.GET.dict())

    def answer(self) -> HttpResponse:
        """Return the step-up, the consent page, the refusal, or the redirect with what was asked for."""
        if self.request.method == "POST" and (ALLOW not in self.request.POST or DENY in self.request.POST):
            pushed.use_up(self.request)
            return self.to_client("access_denied", _("The person denied the access."))
        try:
            authorization.enforce(self.request, self.app)
            return self.go_on()
        except AccessRefused as refused:
            return self.refused(refused)

    def go_on(self) -> HttpResponse:
        """Return the consent page, or the redirect with what was asked for: the session is enough."""
        if self.request.method == "POST":
            approvals.remember(self.request, self.app, self.scopes)
            return self.issue()
        approved = not self.needs_consent()
        if approved and "select_account" not in self.wish.prompt:
            return self.issue()
        if self.wish.silent:
            return self.to_client("immediate_unsuccessful" if self.wish.immediate else "consent_required")
        return consent_page(self.request, self.app, self.scopes, self.redirect_uri, approved=approved)

    def issue(self) -> HttpResponse:
        """Return the redirect with a code or token. The gate stands in the backend, whatever was asked before."""
        location, _headers, _body, _status = core().create_authorization_response(
            self.request, self.scopes, self.credentials, allow=True
        )
        status = 303 if self.request.method == "POST" else 302
        return redirects.RedirectToClient(str(location), self.app.get_allowed_schemes(), status=status)

    def needs_consent(self) -> bool:
        """Whether the person is asked.

        SECURITY: whoever claims to be a public app on the local machine may be another one (RFC 8252 8.6), so there every
        request is asked about. What an older token could do approves nothing, and the client has no say in it.
        """
        if "consent" in self.wish.prompt:
            return True
        if self.app.skip_authorization or self.app.permitted_users == self.app.PermittedUsers.ADMIN_APPROVED:
            return False
        if self.app.is_public and not self.redirect_uri.startswith("https:"):
            return True
        return not Approval.holds(self.request.user, self.app, self.scopes)

    def refused(self, refused: AccessRefused) -> HttpResponse:
        """Return what a refused session gets: the login, the step-up, an error to the client, or the page with the reason."""
        decision = refused.decision
        if authorization.is_by_request(decision) and decision.reason is Reason.LEVEL_UNREACHABLE:
            # Asked for as necessary, or it would have been dropped (RFC 9470 section 5).
            return self.to_client("unmet_authentication_requirements")
        if self.wish.silent:
            return self.to_client(answers.silent_error(self.wish, decision))
        path = authorization.path_of(self.request)
        if decision.outcome is Outcome.LOG_IN:
            return self.to_login(path, refused)
        if decision.outcome in (Outcome.VERIFY, Outcome.ENROL):
            return _see_other(step_up.url_for(self.request, refused.asked, path, refused.reference))
        self.write_refusal(refused.reference, decision)
        answer = answers.refusal(self.request, refused, self.app, self.redirect_uri)
        return responses.end_with(self.request, refused, answer)

    def to_login(self, path: str, refused: AccessRefused) -> HttpResponse:
        """Send to the login page. A session that has ended is thrown away, so that the page can be used."""
        hint = self.request.GET.get("login_hint", "")
        response = responses.log_in(self.request, refused, path, **({"login_hint": hint} if hint else {}))
        response["Cache-Control"] = "no-store"
        return response

    def write_refusal(self, reference: str, decision: Decision) -> None:
        """Write into the login history that the person got nothing for this app, and under which reference."""
        user: Any = self.request.user
        histories.record_login(
            user=user,
            request=self.request,
            channel=Channel.BROWSER.value,
            method=authorization.flow_of(self.request).value,
            status=LoginStatus.REFUSED,
            application=self.app.name,
            reference=reference,
            decision=decision,
        )

    def to_client(self, error: str, description: str = "") -> HttpResponse:
        """Return the error to the client."""
        return answers.to_client(self.request, self.app, self.redirect_uri, error, description)


def _see_other(location: str) -> HttpResponse:
    response = HttpResponseRedirect(location)
    response["Cache-Control"] = "no-store"
    return response
