"""How each channel phrases a refusal: a page or a redirect for browsers, a problem document for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.views import exception_handler

from . import farewell, gate, page_names, step_up, texts
from .challenge import bearer_challenge
from .decision import Outcome, Reason, Requirement
from .farewell import Farewell, Why
from .gate import AccessRefused
from .levels import Channel, Level

PROBLEM_JSON = "application/problem+json"
HELPS_TO_SIGN_IN = frozenset({Outcome.VERIFY, Outcome.ENROL, Outcome.LOG_IN})


def answer(request: HttpRequest, refused: AccessRefused) -> HttpResponse:
    """Return what a browser gets: the login page, the step-up page, or a page that says why not and what now (403)."""
    outcome = refused.decision.outcome
    if outcome is Outcome.LOG_IN:
        return log_in(request, refused, request.get_full_path())
    if outcome in (Outcome.VERIFY, Outcome.ENROL):
        # A form that was sent is not sent again by itself: the person comes back to its page.
        path = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
        return HttpResponseRedirect(step_up.url_for(request, refused.asked, path, refused.reference))
    return refusal_page(request, refused)


def end_with(request: HttpRequest, refused: AccessRefused, response: HttpResponse) -> HttpResponse:
    """Return ``response``; the browser session of somebody who may have none ends with it."""
    if refused.decision.reason is Reason.LOGIN_API_ONLY and refused.facts.channel is Channel.BROWSER:
        request.session.flush()
    return response


def log_in(request: HttpRequest, refused: AccessRefused, path: str, **query: str) -> HttpResponse:
    """Send to the login page, which then leads to ``path`` and says why, where the browser's own session tells it.

    A session that has ended or proves nothing is thrown away, so that the page can be used.
    """
    response = HttpResponseRedirect(reverse("login") + "?" + urlencode({"next": path, **query}))
    found = _farewell(request, refused.decision.reason)
    if found is not None:
        farewell.give(response, found)
    if request.user.is_authenticated:
        request.session.flush()
    return response


def _farewell(request: HttpRequest, reason: Reason) -> Farewell | None:
    if not request.user.is_authenticated:
        return None
    profile, name = gate.request_policy(request).profile, request.user.get_username()
    if reason is Reason.SESSION_IDLE:
        return Farewell(Why.IDLE, name, int(profile.idle_timeout or 0) // 60)
    return Farewell(Why.AGE, name, int(profile.absolute_timeout or 0) // 60) if reason is Reason.SESSION_OLD else None


def refusal_page(request: HttpRequest, refused: AccessRefused) -> HttpResponse:
    """Return the page of a refusal that nothing on it can lift."""
    context = {
        "why": texts.for_person(refused.decision, page_names.name_of(request.path)),
        "what_now": texts.what_now(refused.decision),
        "reference": refused.reference,
        "code": refused.decision.reason.value,
        "level": texts.level_name(refused.decision.level),
    }
    return end_with(request, refused, render(request, "refused.html", context, status=HTTPStatus.FORBIDDEN))


def api_refusal(request: HttpRequest, refused: AccessRefused) -> HttpResponse:
    """Return what a program gets: 401 with an RFC 9470 challenge where a new token would help, 403 where none would."""
    decision = refused.decision
    if decision.outcome is Outcome.LOG_IN:
        return _not_authenticated()
    if decision.outcome not in HELPS_TO_SIGN_IN:
        blocked = problem(
            HTTPStatus.FORBIDDEN,
            _("Blocked by policy"),
            f"{texts.for_person(decision)} {texts.what_now(decision)}",
            kind=decision.reason.value,
            code="blocked_by_policy",
            reason=decision.reason.value,
            reference=refused.reference,
        )
        return end_with(request, refused, blocked)
    return _insufficient(request, refused)


def problem(status: int, title: str, detail: str, *, kind: str = "", **members: Any) -> JsonResponse:
    """Return an RFC 9457 problem document. ``kind`` is the stable code whose page the ``type`` points to."""
    body = {"type": why_url(kind) if kind else "about:blank", "title": title, "status": int(status), "detail": detail}
    return JsonResponse({**body, **members}, status=status, content_type=PROBLEM_JSON, headers={"Cache-Control": "no-store"})


def why_url(code: str) -> str:
    """Return the absolute address of the page that explains ``code``."""
    return settings.BASE_URL + reverse("why", args=(code,))


def api_exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return problem documents for every error of the API; None for what is not the caller's fault."""
    if isinstance(error, AccessRefused):
        return api_refusal(context["request"], error)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.NotAuthenticated):
        return _not_authenticated()
    status = HTTPStatus(response.status_code)
    document = problem(status, status.phrase, _detail(error, response.data), **_field_errors(error, response.data))
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response.headers:
            document[header] = response.headers[header]
    return document


def _detail(error: Exception, data: Any) -> str:
    if isinstance(error, exceptions.ValidationError):
        return str(_("Some fields are not right. Correct them and send the request again."))
    if isinstance(error, Http404):
        return str(_("There is nothing at this address."))
    if isinstance(error, PermissionDenied):
        said = str(data.get("detail", "")) if isinstance(data, dict) else ""
        return said or str(_("You may not do this."))
    return str(data.get("detail", "")) if isinstance(data, dict) else str(data)


def _field_errors(error: Exception, data: Any) -> dict[str, Any]:
    return {"errors": data} if isinstance(error, exceptions.ValidationError) else {}


def _not_authenticated() -> HttpResponse:
    # RFC 6750 section 3.1: a request without credentials gets the bare challenge, without an error code.
    response = problem(HTTPStatus.UNAUTHORIZED, _("Not signed in"), _("Send a bearer token, or sign in in the browser first."))
    response["WWW-Authenticate"] = bearer_challenge()
    return response


def _insufficient(request: HttpRequest, refused: AccessRefused) -> HttpResponse:
    """RFC 9470 section 3: tell which level and which age would do, in the header and in the body."""
    decision = refused.decision
    requirement = decision.requirement or Requirement("", "", Level.HIGH_ASSURANCE)
    acr, why = requirement.level.acr, texts.for_person(decision)
    query = {"acr_values": acr}
    challenge = ['error="insufficient_user_authentication"', f'error_description="{_quoted(why)}"', f'acr_values="{acr}"']
    members: dict[str, Any] = {"acr_values": [acr]}
    if requirement.max_age is not None:
        query["max_age"] = str(int(requirement.max_age))
        members["max_age"] = int(requirement.max_age)
        challenge.append(f'max_age="{requirement.max_age:.0f}"')
    if refused.facts.channel is Channel.BROWSER:
        members["step_up_url"] = settings.BASE_URL + step_up.url_for(request, refused.asked, "/")
    response = problem(
        HTTPStatus.UNAUTHORIZED,
        _("Step-up needed"),
        why,
        kind=decision.reason.value,
        code="insufficient_user_authentication",
        reason=decision.reason.value,
        how_to_fix=_("Send the user to authorize_url with your client's parameters added, then retry with the new token."),
        authorize_url=f"{settings.BASE_URL}{reverse('authorize')}?{urlencode(query)}",
        reference=refused.reference,
        **members,
    )
    response["WWW-Authenticate"] = bearer_challenge(*challenge)
    return response


def _quoted(text: str) -> str:
    """RFC 6750 section 3: an error_description holds printable ASCII without quotes and backslashes."""
    return text.encode("ascii", "ignore").decode().replace("\\", "").replace('"', "")
