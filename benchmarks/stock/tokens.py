"""People and apps of the stock project."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.test import Client
from oauth2_provider.models import get_application_model

from benchmarks.token_operations import CALLBACK, App

SCOPE = "api introspection"


def signed_in(name: str) -> Client:
    """Return a browser with a session of somebody new."""
    client = Client()
    client.force_login(get_user_model().objects.create_user(name))
    return client


def app(name: str, *, confidential: bool) -> App:
    """Return a new app that asks nobody for consent."""
    model = get_application_model()
    made = model(
        name=name,
        client_type=model.CLIENT_CONFIDENTIAL if confidential else model.CLIENT_PUBLIC,
        authorization_grant_type=model.GRANT_AUTHORIZATION_CODE,
        redirect_uris=CALLBACK,
        skip_authorization=True,
    )
    secret = made.client_secret
    made.save()
    return App(made.client_id, secret if confidential else "")


def introspection(client: Client, app: App, token: str) -> object:
    """Ask about ``token`` with a bearer token that may: the cheapest way that the library has."""
    return client.post("/oauth/introspect/", {"token": token}, headers={"Authorization": f"Bearer {token}"})
