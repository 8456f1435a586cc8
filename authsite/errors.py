"""What an error looks like: a page for people, a problem document for programs, and never another error."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oauth.descriptions import ascii_words
from sessions_policy.doors import open_to_all
from sessions_policy.events import new_reference, record_missing_right
from sessions_policy.responses import problem

from .content_security import HEADER

logger = logging.getLogger(__name__)

PROGRAMS = ("/api/", "/oauth/", "/services/")
OAUTH = ("/oauth/", "/services/oauth2/")
PEOPLE = ("/oauth/authorize", "/oauth/end-session", "/oauth/frontdoor", "/services/oauth2/authorize")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 to what cannot be read. Only a BadRequest of ours is repeated: other reasons may quote the input."""
    detail = str(exception) if isinstance(exception, BadRequest) else ""
    return _answer(request, HTTPStatus.BAD_REQUEST, "400", detail or _("The request could not be read."))


@open_to_all(during_login=True)
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that does not come from a page of ours, or whose page is too old."""
    detail = _("The form has no valid security token. Open the page again, and send the form from there.")
    return _answer(request, HTTPStatus.FORBIDDEN, "csrf", detail)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 to somebody who lacks a permission; refusals by session policy have an answer of their own."""
    detail = str(exception) if isinstance(exception, PermissionDenied) else ""
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    reference = record_missing_right(request) if signed_in else ""
    return _answer(request, HTTPStatus.FORBIDDEN, "403", detail or _("You may not do this."), reference)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return _answer(request, HTTPStatus.NOT_FOUND, "404", _("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500. The page is rendered without the request, whose user or session may be what failed."""
    detail = _("Something went wrong on our side. Nothing was done. Try again in a moment.")
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "500", detail)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the address belongs to programs, which read JSON, and not to people."""
    return request.path.startswith(PROGRAMS) and not request.path.startswith(PEOPLE)


def _answer(request: HttpRequest, status: HTTPStatus, name: str, detail: str, reference: str = "") -> HttpResponse:
    reference = reference or new_reference()
    level = logging.ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO
    logger.log(level, "Answered %d (%s), reference %s", status, name, reference)
    response: HttpResponse
    if is_for_programs(request):
        response = problem(status, status.phrase, detail, reference=reference, **_oauth_members(request, status, detail))
    else:
        page = _page(None if status >= HTTPStatus.INTERNAL_SERVER_ERROR else request, name, status, detail, reference)
        response = HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
    # An error may come from outside the middleware that adds the policy.
    response["Content-Security-Policy"] = HEADER
    return response


def _oauth_members(request: HttpRequest, status: HTTPStatus, detail: str) -> dict[str, str]:
    """Return what a client of the OAuth endpoints reads of an error (RFC 6749 5.2), also of one that no endpoint has seen."""
    if not request.path.startswith(OAUTH):
        return {}
    error = "invalid_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
    return {"error": error, "error_description": ascii_words(detail)}


def _page(request: HttpRequest | None, name: str, status: HTTPStatus, detail: str, reference: str) -> str:
    context = {"reference": reference, "detail": detail}
    try:
        return render_to_string(f"errors/{name}.html", context, request)
    except Exception:
        # Whatever broke the request may break its error page too, and then this plain page is all that is left to say.
        logger.exception("The error page %s could not be shown, reference %s", name, reference)
        return format_html(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            '<main data-page="error-{name}"><h1>{title}</h1><p>{detail}</p><p>{label} {reference}</p></main></html>',
            title=status.phrase,
            name=name,
            detail=detail,
            label=_("Reference:"),
            reference=reference,
        )
