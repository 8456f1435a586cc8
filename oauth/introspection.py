"""What a client may learn about a token of its own (RFC 7662; acr and auth_time: RFC 9470 6.2)."""

from __future__ import annotations

from typing import Any

from sessions_policy import gate, policy_book

from . import app_policy, bearer, claims
from .models import AccessToken, ConnectedApp, RefreshToken
from .models.single_use import checksum
from .redirects import issuer, resources

INACTIVE = {"active": False}


def describe(value: str, app: ConnectedApp) -> dict[str, Any]:
    """Return the description of ``value``; ``{"active": false}`` for whatever does not work or belongs to another client."""
    access = bearer.find(value)
    if access is not None:
        return _describe_access(access) if access.application_id == app.pk else dict(INACTIVE)
    refresh = RefreshToken.objects.select_related("user").filter(token_checksum=checksum(value), application=app).first()
    return dict(INACTIVE) if refresh is None else _describe_refresh(refresh, app)


def _describe_access(token: AccessToken) -> dict[str, Any]:
    if not token.is_alive() or token.user is None:
        return dict(INACTIVE)
    facts = token.facts(policy_book.current().now(), "")
    # What the policy refuses at our own API is not active for anybody else's either.
    book = policy_book.current()
    decision = gate.decide_for(
        token.user, book.policy_for(token.user.profile_id, user_id=token.user.pk, app=token.app_rule()), facts
    )
    if not decision.allowed:
        return dict(INACTIVE)
    issued = int(token.created.timestamp())
    return {
        **_common(token, "Bearer"),
        **claims.acr(decision.level),
        **claims.amr_within(decision.level, book.columns, token.given),
        "aud": resources()[0],
        "exp": int(token.expires.timestamp()),
        "iat": issued,
        "nbf": issued,
        **({"auth_time": token.auth_time} if token.auth_time is not None else {}),
    }


def _describe_refresh(token: RefreshToken, app: ConnectedApp) -> dict[str, Any]:
    user = token.user
    if token.revoked is not None or app_policy.refresh_problem(token, app):
        return dict(INACTIVE)
    # The decision about a refresh of now, from nowhere in particular: a closed app, somebody who may not use it any more.
    policy = policy_book.current().policy_for(user.profile_id, user_id=user.pk, app=app.rule_for(user))
    if not gate.decide_for(user, policy, token.facts(policy_book.current().now(), "")).allowed:
        return dict(INACTIVE)
    return {**_common(token, "refresh_token"), "exp": int(token.expires.timestamp()), "iat": int(token.created.timestamp())}


def _common(token: AccessToken | RefreshToken, kind: str) -> dict[str, Any]:
    return {
        "active": True,
        "scope": token.scope,
        "client_id": token.application.client_id,
        "username": token.user.get_username(),
        "sub": claims.subject(token.user),
        "token_type": kind,
        "iss": issuer(),
    }
