"""OAuth errors: which code a refusal gets, in which words, and where it is explained (RFC 6749 5.2)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from accounts.api_login import ApiLoginRefused
from sessions_policy import responses, texts
from sessions_policy.decision import Decision

from .descriptions import ascii_words

# What each code means, and what the developer of a client can do about it. Also the pages that ``error_uri`` points to.
MEANINGS: dict[str, tuple[str | Promise, str | Promise]] = {
    "invalid_request": (
        _("A parameter is missing, repeated or malformed."),
        _("Send each parameter once: in the body to the token endpoint, in the query to the authorize endpoint."),
    ),
    "invalid_client": (
        _("The client is unknown, or its authentication failed."),
        _("Check client_id and client_secret; a confidential client authenticates at every request."),
    ),
    "invalid_grant": (
        _("The code, token, assertion or password is wrong, used, expired, revoked, or was issued to another client."),
        _("Start the flow again. A code and a refresh token work once each; after a reuse their whole family is revoked."),
    ),
    "unauthorized_client": (
        _("This client may not use this grant."),
        _("Ask an administrator which grants the connected app may use, and whether it is open."),
    ),
    "unsupported_grant_type": (
        _("The server has no such grant."),
        _("The metadata at /.well-known/oauth-authorization-server lists the grants."),
    ),
    "unsupported_response_type": (
        _("The server has no such response type."),
        _("The metadata at /.well-known/oauth-authorization-server lists the response types."),
    ),
    "invalid_scope": (
        _("A scope is unknown, or the connected app may not ask for it."),
        _("Ask for the scopes that the connected app has; a refresh can only ask for less."),
    ),
    "access_denied": (
        _("The person or a policy denied the access."),
        _("Ask the person to approve, or an administrator why."),
    ),
    "login_required": (_("Nobody is signed in, and no page may be shown."), _("Send the request again without prompt=none.")),
    "consent_required": (_("The person has to approve first."), _("Send the request again without prompt=none.")),
    "interaction_required": (
        _("The person has to prove more first, and no page may be shown."),
        _("Send the request again without prompt=none."),
    ),
    "immediate_unsuccessful": (
        _("The request cannot be answered without a page."),
        _("Send the request again without immediate=true."),
    ),
    "unmet_authentication_requirements": (
        _("The level that the request calls essential cannot be reached by this person."),
        _("Ask for a level that they can reach, or have them set up a second factor (RFC 9470 section 5)."),
    ),
    "invalid_token": (
        _("The access token is unknown, expired or revoked, or its owner may not sign in."),
        _("Get a new token, by refresh or by a new approval."),
    ),
    "insufficient_scope": (
        _("The access token is good, but its scope is too small."),
        _("Ask for a token with the scope that the answer names."),
    ),
    "server_error": (_("Something went wrong on the server."), _("Try again in a moment.")),
}


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
        request: Any = None,
    ) -> None:
        self.error = error
        self.reference = reference
        self.retry_after = retry_after
        super().__init__(ascii_words(description), uri=uri or explanation_url(error), status_code=status, request=request)

    @property
    def twotuples(self) -> list[tuple[str, str]]:
        """The fields of the answer."""
        fields: list[tuple[str, str]] = super().twotuples
        return [*fields, ("reference", self.reference)] if self.reference else fields

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        headers: dict[str, str] = super().headers
        return {**headers, "Retry-After": str(self.retry_after)} if self.retry_after else headers


def refused_by_policy(decision: Decision, reference: str, request: Any) -> TokenError:
    """Return the error of a refused grant: ``unauthorized_client`` where the app is the cause, else ``invalid_grant``.

    Its description names the policy and says what to use instead (ruling on refused grants).
    """
    by_app = decision.requirement is not None and decision.requirement.source == "app"
    return TokenError(
        "unauthorized_client" if by_app else "invalid_grant",
        f"{texts.for_person(decision)} {texts.what_now(decision)}",
        uri=responses.why_url(decision.reason.value),
        reference=reference,
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
