"""What oauthlib asks of this site. Set globally in ``OAUTH2_PROVIDER``, and shared by all threads: no state is kept here.

Each row is read once and kept on the request. What no rule here mentions is the library's. Imported by the library alone, by
the name in the settings: it binds the models when it is imported.
"""

from __future__ import annotations

from typing import Any

from oauthlib.common import Request as OauthlibRequest
from oauthlib.oauth2.rfc6749.errors import UnauthorizedClientError

from accounts import api_login
from sessions_policy.levels import Grant

from . import claims as id_claims
from . import errors, parameters, signing_keys
from .carried import django_request
from .clients import ClientRules
from .codes import CodeRules
from .issued import Issued
from .models import ConnectedApp
from .tokens import TokenRules


class Validator(ClientRules, CodeRules, TokenRules):
    """All our answers: about clients, codes and tokens, about people and ID tokens."""

    def validate_user(
        self, username: str, password: str, client: ConnectedApp, request: OauthlibRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """Log a program in with a person's password (R2); raises with the reason, or with 429 after too many tries."""
        # SECURITY: asked first, or an app without this grant would tell right passwords from wrong ones.
        if not self.validate_grant_type(client.client_id, request.grant_type, client, request):
            raise UnauthorizedClientError(request=request)
        grant = Grant.PASSWORD.value
        try:
            login = api_login.authenticate(django_request(request), username, password, grant=grant, app=client.rule())
        except api_login.ApiLoginRefused as refused:
            raise errors.refused_login(refused, request) from refused
        request.user = login.user
        request.issued = Issued.from_proofs(login.proofs, grant)
        return True

    def validate_user_match(self, id_token_hint: str | None, scopes: Any, claims: Any, request: OauthlibRequest) -> bool:
        """Whether the hint, and a ``sub`` that the ``claims`` ask for, name the person who is signed in.

        An unreadable hint matches nobody (OpenID Connect Core 3.1.2.1, 5.5.1). Nobody signed in is the view's to answer.
        """
        user = django_request(request).user
        if not user.is_authenticated:
            return True
        subject = id_claims.subject(user)
        for part in ("id_token", "userinfo"):
            wanted = parameters.requested_values(claims, "sub", part)
            if wanted and subject not in wanted:
                return False
        if not id_token_hint:
            return True
        named = signing_keys.read_own(id_token_hint)
        return named is not None and named.get("sub") == subject

    def validate_silent_login(self, request: OauthlibRequest) -> bool:
        """Return True: ``prompt=none`` is judged where the session is known, in the authorize view."""
        return True

    def validate_silent_authorization(self, request: OauthlibRequest) -> bool:
        """Return True, for the same reason."""
        return True

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: OauthlibRequest) -> str:
        """Return the signed ID token. It is not kept: nothing here takes one back."""
        azp = {"azp": request.client.client_id}
        claimed = id_claims.id_token(request.user, request.scopes, request.issued)
        nonce = {"nonce": request.nonce} if request.nonce else {}
        return signing_keys.sign({**nonce, **id_token, **azp, **claimed})
