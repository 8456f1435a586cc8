"""The parameters of an authorization request that oauthlib leaves alone: PKCE without a method, prompt, max_age, acr, claims.

oauthlib calls these before its own checks; whatever they raise goes back to the client's validated redirect address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749 import errors

from sessions_policy.levels import Grant, Level

# Each response type with the flow that it begins. There is no other.
RESPONSE_TYPES = {
    "code": Grant.AUTHORIZATION_CODE,
    "token": Grant.IMPLICIT,
    "id_token token": Grant.IMPLICIT,
    "token id_token": Grant.IMPLICIT,
}
S256 = "S256"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_NONCE = 255


@dataclass(frozen=True, slots=True)
class Wish:
    """What an authorization request asks of the session.

    ``level`` is to be reached, ``ceiling`` is the most that the token is to carry, ``essential`` means fail when the level
    cannot be reached (OpenID Connect Core 5.5.1.1). ``max_age`` is in seconds; ``silent`` means that no page may be shown.
    """

    prompt: frozenset[str] = frozenset()
    level: Level = Level.NONE
    ceiling: Level = Level.NONE
    essential: bool = False
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
    listed = [level for name in str(given.get("acr_values") or "").split() if (level := Level.from_acr(name)) is not None]
    essential, wanted = _claimed(given.get("claims"))
    if essential and not wanted:
        raise ValueError("claims: none of the acr values is known here.")
    levels = wanted if essential else listed + wanted
    return Wish(
        prompt=prompt,
        # An essential list is met by its lowest level; a voluntary one names the most wanted first.
        level=min(levels) if essential else next(iter(levels), Level.NONE),
        ceiling=max(levels, default=Level.NONE),
        essential=essential,
        max_age=_seconds(given.get("max_age")),
        silent="none" in prompt or immediate,
        immediate=immediate,
    )


def check(request: OauthlibRequest) -> dict[str, Any]:
    """Raise invalid_request for parameters that cannot be understood. One of oauthlib's ``pre_auth`` validators."""
    try:
        read({name: getattr(request, name, None) for name in ("acr_values", "claims", "max_age", "prompt")})
    except ValueError as error:
        raise errors.InvalidRequestError(description=str(error), request=request) from error
    if request.response_type and request.response_type not in RESPONSE_TYPES:
        raise errors.UnsupportedResponseTypeError(request=request)
    if request.nonce and len(request.nonce) > LONGEST_NONCE:
        raise errors.InvalidRequestError(description="nonce: at most 255 characters.", request=request)
    # SECURITY: a token in the query would reach servers, logs and Referer headers (R6.22).
    if request.response_mode == "query" and "token" in (request.response_type or "").split():
        raise errors.InvalidRequestError(description="Tokens are sent in the fragment only.", request=request)
    return {}


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


def _claimed(value: Any) -> tuple[bool, list[Level]]:
    """Return whether the ``claims`` parameter calls acr essential, and the levels that it names."""
    try:
        claims = json.loads(value) if isinstance(value, str) and value else value or {}
    except (ValueError, RecursionError) as error:
        raise ValueError("claims: not JSON.") from error
    if not isinstance(claims, dict) or not isinstance(claims.get("id_token") or {}, dict):
        raise ValueError("claims: write a JSON object.")
    acr = (claims.get("id_token") or {}).get("acr")
    if not isinstance(acr, dict):
        return False, []
    values = acr.get("values")
    names = [acr["value"]] if "value" in acr else values if isinstance(values, list) else []
    found = [level for name in names if isinstance(name, str) and (level := Level.from_acr(name)) is not None]
    return acr.get("essential") is True and bool(names), found
