"""OAuth errors: which code a refusal gets, in which words, and where it is explained (RFC 6749 5.2)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from accounts.api_login import ApiLoginRefused
from sessions_policy import responses, texts
from sessions_policy.decision import Decision, Reason
from sessions_policy.levels import Grant

from .descriptions import ascii_words
from .error_meanings import MEANINGS

# R6.45: clients of the reference system compare the whole description with these words, so ours stand beside them.
NOT_APPROVED = "user hasn't approved this consumer"


class UnmetAuthenticationRequirements(OAuth2Error):  # type: ignore[misc]
    """The level that was asked for cannot be reached (RFC 9470 section 5)."""

    error = "unmet_authentication_requirements"


class InvalidTarget(OAuth2Error):  # type: ignore[misc]
    """The resource that was asked for is none of ours (RFC 8707 section 2)."""

    error = "invalid_target"
    description = "resource: tokens of this server are for its own API only."


class TokenError(OAuth2Error):  # type: ignore[misc]
    """An OAuth error in our words, with the page that explains it and, if something was written down, its reference."""

    def __init__(
        self,
        error: str,
        description: str,
        *,
        uri: str = "",
        reference: str = "",
        status: int = 400,
        retry_after: int | None = None,
        how_to_fix: str = "",
        request: Any = None,
    ) -> None:
        self.error = error
        self.how_to_fix = how_to_fix
        self.reference = reference
        self.retry_after = retry_after
        super().__init__(ascii_words(description), uri=uri or explanation_url(error), status_code=status, request=request)

    @property
    def twotuples(self) -> list[tuple[str, str]]:
        """The fields of the answer."""
        fields: list[tuple[str, str]] = super().twotuples
        more = {"how_to_fix": ascii_words(self.how_to_fix), "reference": self.reference}
        return [*fields, *((name, value) for name, value in more.items() if value)]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        headers: dict[str, str] = super().headers
        return {**headers, "Retry-After": str(self.retry_after)} if self.retry_after else headers


def refused_by_policy(decision: Decision, reference: str, request: Any) -> TokenError:
    """Return the error of a refused grant: ``unauthorized_client`` where the app is the cause, else ``invalid_grant``.

    Its description names the policy and says what to use instead (ruling on refused grants).
    """
    words, how = f"{texts.for_person(decision)} {texts.what_now(decision)}", ""
    if decision.reason is Reason.APP_NOT_APPROVED and request.grant_type == Grant.JWT_BEARER:
        words, how = NOT_APPROVED, words
    by_app = decision.requirement is not None and decision.requirement.source == "app"
    return TokenError(
        "unauthorized_client" if by_app else "invalid_grant",
        words,
        uri=responses.why_url(decision.reason.value),
        reference=reference,
        how_to_fix=how,
        request=request,
    )


def refused_login(refused: ApiLoginRefused, request: Any) -> TokenError:
    """Return the error of a username-password grant that was refused: 429 with a wait after too many tries, else 400."""
    return TokenError(
        refused.error,
        refused.description,
        uri=responses.why_url(refused.reason) if refused.reason else "",
        reference=refused.reference,
        status=429 if refused.retry_after else 400,
        retry_after=refused.retry_after,
        request=request,
    )


def explanation_url(error: str) -> str:
    """Return the absolute address of the page about the OAuth error ``error``; "" when there is none."""
    base: str = settings.BASE_URL
    return base + reverse("why-oauth", args=(error,)) if error in MEANINGS else ""


def completed(body: str) -> str:
    """Return the JSON of an error with a description and the page that explains it, where the library gave none."""
    fields: dict[str, Any] = json.loads(body)
    code = str(fields.get("error", ""))
    meaning = MEANINGS.get(code)
    if meaning is not None:
        fields["error_description"] = ascii_words(str(fields.get("error_description") or meaning[0]))
        fields.setdefault("error_uri", explanation_url(code))
    return json.dumps(fields)
