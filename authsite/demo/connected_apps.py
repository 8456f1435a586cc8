"""The connected apps of the demo organisation: one for each way to get a token, two for the policies of apps."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from oauth2_provider.generators import generate_client_secret

from accounts.models import User
from authsite import generated_secrets
from oauth.models import AppKey, ConnectedApp
from sessions_policy.levels import Grant, SessionPolicy
from sessions_policy.models import Profile

from .people import ASSURED, INTEGRATION

REDIRECT_URIS = ("http://127.0.0.1:8777/cb", "http://localhost:1717/OauthRedirect")
CODE, REFRESH = Grant.AUTHORIZATION_CODE.value, Grant.REFRESH_TOKEN.value


@dataclass(frozen=True, slots=True)
class DemoApp:
    """One app. A public one, and one that signs with a key, has no secret."""

    name: str
    grants: tuple[str, ...]
    policy: SessionPolicy = SessionPolicy.ALLOW
    is_public: bool = False
    run_as: str = ""
    approved_profiles: tuple[str, ...] = ()

    @property
    def signs(self) -> bool:
        """Whether the app proves itself by a signature."""
        return Grant.JWT_BEARER.value in self.grants

    @property
    def redirects(self) -> bool:
        """Whether browsers come back to the app."""
        return bool({CODE, Grant.IMPLICIT.value} & set(self.grants))


APPS = (
    DemoApp("web-app", (CODE, REFRESH)),
    DemoApp("native-app", (CODE, REFRESH), is_public=True),
    DemoApp("browser-app", (Grant.IMPLICIT.value,), is_public=True),
    DemoApp("nightly-job", (Grant.JWT_BEARER.value,), approved_profiles=(INTEGRATION, ASSURED)),
    DemoApp("script", (Grant.PASSWORD.value,)),
    DemoApp("service", (Grant.CLIENT_CREDENTIALS.value,), run_as="integration"),
    DemoApp("vault", (CODE, REFRESH), policy=SessionPolicy.RAISE),
    DemoApp("retired", (CODE, REFRESH), policy=SessionPolicy.BLOCK),
)

NAMES = tuple(app.name for app in APPS)


def create(demo_app: DemoApp) -> dict[str, str]:
    """Make the app and return what cannot be read back later: its secret, or its private key in PEM."""
    secret = generate_client_secret()
    private_key = generated_secrets.rsa_private_key() if demo_app.signs else ""
    permitted = ConnectedApp.PermittedUsers
    app = ConnectedApp(
        name=demo_app.name,
        client_type=ConnectedApp.CLIENT_PUBLIC if demo_app.is_public else ConnectedApp.CLIENT_CONFIDENTIAL,
        client_secret="" if demo_app.is_public else secret,
        redirect_uris=" ".join(REDIRECT_URIS) if demo_app.redirects else "",
        grant_types=list(demo_app.grants),
        session_policy=demo_app.policy.value,
        require_pkce=demo_app.is_public and CODE in demo_app.grants,
        permitted_users=permitted.ADMIN_APPROVED if demo_app.approved_profiles else permitted.SELF_AUTHORISE,
        run_as=User.objects.get(username=demo_app.run_as) if demo_app.run_as else None,
    )
    app.clean()
    app.save()
    app.approved_profiles.set(Profile.objects.filter(name__in=demo_app.approved_profiles))
    if private_key:
        AppKey.objects.create(application=app, label="Demo", pem=_public_key(private_key))
        return {"private_key": private_key}
    return {} if demo_app.is_public else {"client_secret": secret}


def _public_key(private_key: str) -> str:
    key = serialization.load_pem_private_key(private_key.encode(), None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
