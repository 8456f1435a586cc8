"""People and apps of the product."""

from __future__ import annotations

from django.test import Client
from oauth2_provider.generators import generate_client_secret

from accounts.models import User
from benchmarks.product.people import create_person
from benchmarks.token_operations import CALLBACK, App
from oauth.models import ConnectedApp
from sessions_policy.testing import LevelClient

SCOPE = "api refresh_token"


def signed_in(name: str) -> Client:
    """Return a browser with a session of somebody new."""
    create_person(name)
    client = LevelClient()
    client.login_at(User.objects.get(username=name), level="standard")
    return client


def app(name: str, *, confidential: bool) -> App:
    """Return a new app that asks nobody for consent."""
    secret = generate_client_secret() if confidential else ""
    made = ConnectedApp(
        name=name,
        client_type=ConnectedApp.CLIENT_CONFIDENTIAL if confidential else ConnectedApp.CLIENT_PUBLIC,
        client_secret=secret,
        redirect_uris=CALLBACK,
        grant_types=["authorization_code", "refresh_token"],
        skip_authorization=True,
    )
    made.full_clean()
    made.save()
    return App(made.client_id, secret)


def introspection(client: Client, app: App, token: str) -> object:
    """Ask about ``token`` as the app with its secret: nobody else may."""
    return client.post("/oauth/introspect/", {"token": token, "client_id": app.client_id, "client_secret": app.secret})
