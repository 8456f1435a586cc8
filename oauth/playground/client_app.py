"""The playground's own connected app. Administrators see it like any other, and may change its policies to try them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from jwcrypto.jwk import JWK

from sessions_policy.levels import Grant

from ..models import AppKey, ConnectedApp
from ..scopes import FULL, WEB

CLIENT_ID = "playground"
NAME = "Playground"
SCOPES = tuple(name for name in settings.OAUTH2_PROVIDER["SCOPES"] if name not in (FULL, WEB))
GRANTS = (Grant.AUTHORIZATION_CODE.value, Grant.REFRESH_TOKEN.value, Grant.JWT_BEARER.value)


def callback() -> str:
    """Return the registered redirect address."""
    base: str = settings.BASE_URL
    return base + reverse("playground-callback")


def secret() -> str:
    """Return the client secret: made from the site's own, so that it is kept nowhere."""
    return salted_hmac("oauth.playground", CLIENT_ID, algorithm="sha256").hexdigest()


def ensure() -> ConnectedApp:
    """Return the app; it is made at the first use, and follows the site's address and secret. Its policies are left alone.

    Its tokens last an hour at most, refreshed ones too.
    """
    with transaction.atomic():
        app = ConnectedApp.find(CLIENT_ID) or ConnectedApp(
            client_id=CLIENT_ID,
            name=_free_name(),
            client_type=ConnectedApp.CLIENT_CONFIDENTIAL,
            grant_types=list(GRANTS),
            scopes=list(SCOPES),
            require_pkce=True,
            require_jti=True,
            access_token_minutes=60,
            refresh_policy=ConnectedApp.RefreshPolicy.FIXED,
            refresh_hours=1,
        )
        known = app.proves(secret())
        if not known or app.redirect_uris != callback():
            app.redirect_uris = callback()
            app.client_secret = app.client_secret if known else secret()
            app.reason = "playground"
            app.clean()
            app.save()
    return app


def _free_name() -> str:
    taken = ConnectedApp.objects.filter(name=NAME).exists()
    return f"{NAME} ({CLIENT_ID})" if taken else NAME


@contextmanager
def signing_key(app: ConnectedApp) -> Iterator[JWK]:
    """Give the app a key for as long as the block runs, and yield its private half.

    SECURITY: a key that lasted could be stolen, and would speak for everybody who approved the app. This one is never stored.
    It is no policy of anybody, so it writes no revision.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    row = AppKey(application=app, label=NAME, pem=public.decode())
    row.clean()
    AppKey.objects.bulk_create([row])
    try:
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        yield JWK.from_pem(pem)
    finally:
        AppKey.objects.filter(pk=row.pk).delete()


def is_ours(app: Any) -> bool:
    """Whether ``app`` is the playground's."""
    return bool(app.client_id == CLIENT_ID)
