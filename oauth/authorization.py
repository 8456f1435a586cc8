"""The gate of the authorize endpoint: what a request asks of the browser session, and what a code or token then carries.

It stands where every authorization is issued (``oauth.backend``), whatever page led there.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from sessions_policy import gate
from sessions_policy.decision import Decision, Reason
from sessions_policy.facts import own_proofs
from sessions_policy.gate import Asked
from sessions_policy.levels import Grant, Level

from . import parameters
from .issued import Issued
from .models import ConnectedApp
from .parameters import Wish

# When this authorization request first arrived, signed. "Log in again" and "not older than" are judged from that moment.
ARRIVED = "arrived"
SALT = "oauth.arrived"
MARKER_AGE = 60 * 60


def enforce(request: HttpRequest, app: ConnectedApp) -> Issued:
    """Return the facts for what is issued, when the session is enough for the profile, the app and the request.

    Raises AccessRefused otherwise; the refusal or prompt is written down.
    """
    wish = parameters.read(request.GET.dict())
    asked = settle(request, app, wish)
    decision = gate.enforce(request, asked)
    facts = gate.session_facts(request, request.user)
    proofs = own_proofs(facts.person, facts.proofs)
    issued = Issued.from_proofs(proofs, flow_of(request).value, granted_acr(wish, decision))
    return replace(issued, decision=decision)


def settle(request: HttpRequest, app: ConnectedApp, wish: Wish) -> Asked:
    """Return what to ask of the session.

    A level that the client only wishes for, and that this person cannot reach, is dropped (OpenID Connect Core 5.5.1.1).
    """
    asked = asked_by(request, app, wish)
    if wish.level > Level.STANDARD and not is_necessary(request, app, wish):
        decision = gate.check(request, asked)
        if decision.reason is Reason.LEVEL_UNREACHABLE and is_by_request(decision):
            return replace(asked, asked_level=Level.NONE)
    return asked


def is_necessary(request: HttpRequest, app: ConnectedApp, wish: Wish) -> bool:
    """Whether the level of ``wish`` has to be reached: it is called essential, or nothing would tell that it was not."""
    scopes = request.GET.get("scope", "").split() or app.scopes
    return wish.essential or not parameters.tells_acr(scopes, request.GET.get("response_type"))


def asked_by(request: HttpRequest, app: ConnectedApp, wish: Wish) -> Asked:
    """Return what the app's policy and the request ask.

    SECURITY: ``prompt=login`` and ``max_age`` count from the arrival of the request, which a signed marker in its address
    keeps. So opening the address behind the login by hand skips nothing, and reading the consent page for long asks nothing
    twice. A marker from another request is no marker.
    """
    since = None
    if "login" in wish.prompt or wish.max_age is not None:
        back = 0 if "login" in wish.prompt else wish.max_age or 0
        since = arrival(request) - back
    return Asked(app=app.rule_for(request.user), asked_level=wish.level, since=since)


def arrival(request: HttpRequest) -> float:
    """Return when the request first arrived, in seconds since the epoch: what its marker says, or now."""
    marked = marked_arrival(address_query(request))
    return time.time() if marked is None else marked


def marked_arrival(query: QueryDict) -> float | None:
    """Return when the request at the address with ``query`` first arrived, by its signed marker; None without one."""
    try:
        data = signing.loads(query.get(ARRIVED, ""), salt=SALT, max_age=MARKER_AGE)
        return float(data["at"]) if data["of"] == _fingerprint(query) else None
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def address_query(request: HttpRequest) -> QueryDict:
    """Return the query of the request's address: for a pushed request (RFC 9126) not the same as its parameters."""
    replaced: QueryDict | None = getattr(request, "address_query", None)
    return request.GET if replaced is None else replaced


def path_of(request: HttpRequest) -> str:
    """Return the address of this authorization request with its marker: where a login, step-up or consent comes back to."""
    query: QueryDict = address_query(request).copy()
    query.pop(ARRIVED, None)
    marker = signing.dumps({"at": arrival(request), "of": _fingerprint(query)}, salt=SALT)
    return reverse("authorize") + "?" + query.urlencode() + "&" + urlencode({ARRIVED: marker})


def app_name_of(path: str) -> str:
    """Return the name of the app that the authorization request at ``path`` comes from; "" for none that we know."""
    client_id = parse_qs(urlsplit(path).query).get("client_id", [""])[0]
    app = ConnectedApp.find(client_id)
    return "" if app is None else app.name


def addresses() -> tuple[str, ...]:
    """Return the paths of the authorize endpoint."""
    return (reverse("authorize"), "/services/oauth2/authorize")


def granted_acr(wish: Wish, decision: Decision) -> str:
    """Return the level that the token carries, by slug: what was reached, at most what was asked; "" when nothing was."""
    if not wish.asks_for_a_level:
        return ""
    return (min(decision.level, wish.ceiling) if wish.ceiling > Level.NONE else decision.level).slug


def is_by_request(decision: Decision) -> bool:
    """Whether it is the authorization request itself that asks for what ``decision`` misses."""
    return decision.requirement is not None and decision.requirement.source == "request"


def is_implicit(request: HttpRequest) -> bool:
    """Whether the answer goes into the fragment: the user-agent flow."""
    return "token" in request.GET.get("response_type", "").split()


def flow_of(request: HttpRequest) -> Grant:
    """Return the flow that the request begins."""
    return Grant.IMPLICIT if is_implicit(request) else Grant.AUTHORIZATION_CODE


def _fingerprint(query: QueryDict) -> str:
    """Return what tells this authorization request from any other."""
    pairs = sorted((name, value) for name, values in query.lists() for value in values if name != ARRIVED)
    return hashlib.sha256(urlencode(pairs).encode()).hexdigest()
