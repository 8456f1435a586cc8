"""The JWT bearer grant, which the libraries below lack (RFC 7521, RFC 7523, R6.39 to R6.49)."""

from __future__ import annotations

import json
from typing import Any

from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749 import errors as oauthlib_errors
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from sessions_policy.levels import Grant

from . import assertions


class JwtBearerGrant(GrantTypeBase):  # type: ignore[misc]
    """An app's signed assertion stands for a user who approved it before. No client secret, no refresh token."""

    refresh_token = False

    def create_token_response(self, request: OauthlibRequest, token_handler: Any) -> tuple[dict[str, str], str, int]:
        """Return headers, body and status for an assertion."""
        headers: dict[str, str] = self._get_default_headers()
        try:
            self.validate_token_request(request)
        except oauthlib_errors.OAuth2Error as error:
            headers.update(error.headers)
            return headers, error.json, error.status_code
        token = token_handler.create_token(request, refresh_token=False)
        self.request_validator.save_token(token, request)
        return headers, json.dumps(token), 200

    def validate_token_request(self, request: OauthlibRequest) -> None:
        """Raise the OAuth error of the first check that fails; the policy comes after all of them, the ``jti`` last."""
        if request.grant_type != Grant.JWT_BEARER:
            raise oauthlib_errors.UnsupportedGrantTypeError(request=request)
        assertion = getattr(request, "assertion", None)
        if not assertion:
            raise oauthlib_errors.InvalidRequestError(description="Missing assertion parameter.", request=request)
        found = assertions.prove(assertion, request)
        self.validate_grant_type(request)
        assertions.identify(found, request)
        self.validate_scopes(request)
        for validator in self.custom_validators.post_token:
            validator(request)
        assertions.use_once(found, request)
