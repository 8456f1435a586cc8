"""The consent page: which app, where it leads, what it may do, who approves, and what the level means."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from sessions_policy import policy_book, texts
from sessions_policy.facts import level_of_proof
from sessions_policy.levels import SessionPolicy
from sessions_policy.session_security import SessionSecurity

from .. import authorization, pushed, redirects
from ..models import Approval, ConnectedApp
from ..scopes import REFRESH, described


def consent_page(
    request: HttpRequest, app: ConnectedApp, scopes: list[str], redirect_uri: str, *, approved: bool = False
) -> HttpResponse:
    """Return the page. Its form goes back to the same authorization request; nothing that a hidden field says counts.

    ``approved`` says that there is nothing left to approve: the page then asks with which account to go on.
    """
    security = SessionSecurity(request)
    columns = policy_book.current().columns
    strongest = max(security.proofs, key=lambda proof: (level_of_proof(columns, proof), proof.at), default=None)
    known = Approval.scopes_of(request.user, app)
    context = {
        "app": app,
        "approved": approved,
        "lasts_days": settings.OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"] // 86400 if REFRESH in scopes else 0,
        "lasts_minutes": settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"] // 60,
        "host": urlsplit(redirect_uri).netloc or redirects.origin(redirect_uri),
        "groups": described(scopes),
        "new_scopes": set(scopes) - set(known) if known else set(),
        "action": authorization.path_of(request),
        "level": texts.level_name(security.level),
        "confirmed_with": texts.method_name(strongest.method) if strongest else "",
        "confirmed_at": datetime.fromtimestamp(strongest.at, tz=UTC) if strongest else None,
        "app_needs_level": app.rule().action is SessionPolicy.RAISE,
    }
    response = render(request, "oauth/consent.html", context)
    # A browser applies form-action to the redirect that follows the form, so the one validated origin is added, on this page.
    response._csp_update = {"form-action": [SELF, redirects.origin(redirect_uri)]}  # type: ignore[attr-defined]
    return response


def form_action_origins(path: str) -> list[str]:
    """Return where forms may end whose answer leads on to ``path``: at the client, if ``path`` is a request of one.

    The setting ``FORM_ACTION_ORIGINS`` names this function. SECURITY: only a registered address of a known app counts.
    """
    parts = urlsplit(path)
    if parts.path not in authorization.addresses():
        return []
    query = pushed.parameters_of(QueryDict(parts.query))
    app = ConnectedApp.find(query.get("client_id"))
    if app is None:
        return []
    given = query.get("redirect_uri") or (app.redirect_uris.split() or [""])[0]
    return [redirects.origin(given)] if app.redirect_uri_allowed(given) else []


def app_name(path: str) -> str:
    """Return the name of the connected app that ``path`` is an authorization request of; "" when it is none.

    The setting ``APP_OF_RETURN_PATH`` names this function: login flows may ask which app somebody signs in for.
    """
    parts = urlsplit(path)
    if parts.path not in authorization.addresses():
        return ""
    app = ConnectedApp.find(QueryDict(parts.query).get("client_id"))
    return app.name if app is not None else ""
