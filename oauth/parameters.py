"""The parameters of an authorization request that oauthlib leaves alone.

PKCE without a method, prompt, max_age, acr, claims, resource, response_mode, request objects.
oauthlib calls these before its own checks; whatever they raise goes back to the client's validated redirect address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.openid.connect.core.exceptions import RequestNotSupported, RequestURINotSupported

from sessions_policy.levels import Grant, Level

from . import redirects
from .carried import django_request
from .errors import InvalidTarget, UnmetAuthenticationRequirements

# Each response type with the flow that it begins. There is no other.
RESPONSE_TYPES = {
    "code": Grant.AUTHORIZATION_CODE,
    "token": Grant.IMPLICIT,
    "id_token token": Grant.IMPLICIT,
    "token id_token": Grant.IMPLICIT,
}
RESPONSE_MODES = ("query", "fragment")
OPENID = "openid"
S256 = "S256"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_NONCE = 255


@dataclass(frozen=True, slots=True)
class Wish:
    """What an authorization request asks of the session.

    ``level`` is to be reached, ``ceiling`` is the most that the token is to carry, ``essential`` means fail when the level
    cannot be reached (OpenID Connect Core 5.5.1.1), ``unknown`` that levels were named and none of them exists here.
    ``max_age`` is in seconds; ``silent`` means that no page may be shown.
    """

    prompt: frozenset[str] = frozenset()
    level: Level = Level.NONE
    ceiling: Level = Level.NONE
    essential: bool = False
    unknown: bool = False
    max_age: int | None = None
    silent: bool = False
    immediate: bool = False

    @property
    def asks_for_a_level(self) -> bool:
        """Whether the client asked for more than a Standard token (ruling on levels and tokens)."""
        return self.level > Level.NONE or self.max_age is not None


def read(given: Mapping[str, Any]) -> Wish:
    """Return what the parameters ``given`` ask. Raises ValueError, in words, for what cannot be understood."""
    asked = given.get("prompt") or ""
    prompt = frozenset(asked.split() if isinstance(asked, str) else asked)
    if "none" in prompt and len(prompt) > 1:
        raise ValueError("prompt=none stands alone.")
    immediate = str(given.get("immediate") or "").lower() == "true"
    named = str(given.get("acr_values") or "").split()
    essential, claimed = _claimed(given.get("claims"))
    named = claimed if essential else named + claimed
    levels = [level for name in named if (level := Level.from_acr(name)) is not None]
    return Wish(
        prompt=prompt,
        # An essential list is met by its lowest level; a voluntary one names the most wanted first.
        level=min(levels, default=Level.NONE) if essential else next(iter(levels), Level.NONE),
        ceiling=max(levels, default=Level.NONE),
        essential=essential,
        unknown=bool(named) and not levels,
        max_age=_seconds(given.get("max_age")),
        silent="none" in prompt or immediate,
        immediate=immediate,
    )


def tells_acr(scopes: Iterable[str], response_type: str | None) -> bool:
    """Whether the answer holds an ID token, which tells the client the level that was really reached.

    Without one a client that gets less than it asked for asks again and again, so there what it asks for is necessary
    (RFC 9470 section 5); with one it is a wish (OpenID Connect Core 5.5.1.1).
    """
    return OPENID in scopes and response_type != "token"


def check(request: OauthlibRequest) -> dict[str, Any]:
    """Raise the error of parameters that cannot be understood or met. One of oauthlib's ``pre_auth`` validators."""
    _check_what_is_not_offered(request)
    try:
        wish = read({name: getattr(request, name, None) for name in ("acr_values", "claims", "max_age", "prompt")})
    except ValueError as error:
        raise errors.InvalidRequestError(description=str(error), request=request) from error
    scopes = request.scope.split() if request.scope else request.client.scopes
    if wish.unknown and (wish.essential or not tells_acr(scopes, request.response_type)):
        raise UnmetAuthenticationRequirements(description="None of the acr values is known here.", request=request)
    if request.nonce and len(request.nonce) > LONGEST_NONCE:
        raise errors.InvalidRequestError(description="nonce: at most 255 characters.", request=request)
    if not redirects.are_ours(django_request(request).GET.getlist("resource")):
        raise InvalidTarget(request=request)
    return {}


def _check_what_is_not_offered(request: OauthlibRequest) -> None:
    """Raise for response types, response modes and request objects that there are not."""
    if request.response_type and request.response_type not in RESPONSE_TYPES:
        raise errors.UnsupportedResponseTypeError(request=request)
    if request.response_mode and request.response_mode not in RESPONSE_MODES:
        raise errors.InvalidRequestError(description="response_mode: query or fragment.", request=request)
    # SECURITY: a token in the query would reach servers, logs and Referer headers (R6.22).
    if request.response_mode == "query" and "token" in (request.response_type or "").split():
        raise errors.InvalidRequestError(description="Tokens are sent in the fragment only.", request=request)
    given = django_request(request).GET
    # SECURITY: never ignored. Whoever sends a signed request relies on what it says, and nothing is ever fetched from outside.
    if "request" in given:
        raise RequestNotSupported(request=request)
    if "request_uri" in given:
        raise RequestURINotSupported(request=request)


def check_pkce(request: OauthlibRequest) -> dict[str, Any]:
    """Take a challenge without a method as S256 when it has that shape (interop), and refuse everything that is not S256."""
    if request.code_challenge is None:
        return {}
    if request.code_challenge_method is None and CHALLENGE.fullmatch(request.code_challenge):
        request.code_challenge_method = S256
    if request.code_challenge_method != S256:
        raise errors.InvalidRequestError(description="PKCE: code_challenge_method must be S256.", request=request)
    if not CHALLENGE.fullmatch(request.code_challenge):
        raise errors.InvalidRequestError(description="PKCE: an S256 code_challenge has 43 characters.", request=request)
    return {}


def _seconds(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not re.fullmatch(r"[0-9]{1,9}", str(value)):
        raise ValueError("max_age: write a number of seconds.")
    return int(value)


def _claimed(value: Any) -> tuple[bool, list[str]]:
    """Return whether the ``claims`` parameter calls acr essential, and the values that it names."""
    try:
        claims = json.loads(value) if isinstance(value, str) and value else value or {}
    except (ValueError, RecursionError) as error:
        raise ValueError("claims: not JSON.") from error
    if not isinstance(claims, dict) or not isinstance(claims.get("id_token") or {}, dict):
        raise ValueError("claims: write a JSON object.")
    names = requested_values(claims, "acr")
    acr = (claims.get("id_token") or {}).get("acr")
    return isinstance(acr, dict) and acr.get("essential") is True and bool(names), [n for n in names if isinstance(n, str)]


def requested_values(claims: Any, name: str, part: str = "id_token") -> list[Any]:
    """Return the values that the ``claims`` parameter asks the claim ``name`` to have (OpenID Connect Core 5.5.1)."""
    group = claims.get(part) if isinstance(claims, dict) else None
    asked = group.get(name) if isinstance(group, dict) else None
    if not isinstance(asked, dict):
        return []
    values = asked.get("values")
    return [asked["value"]] if "value" in asked else values if isinstance(values, list) else []
