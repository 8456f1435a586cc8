"""What tokens cost: statements for each request of a client, counted exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oauth.models import ConnectedApp
from sessions_policy import policy_book
from tests.accounts.people import person, sign_in
from tests.oauth.world import app, approve, call, public_app, redeem, refresh, tokens

# Without a transaction around each test, which would put savepoints where the site has transactions.
pytestmark = pytest.mark.django_db(transaction=True)

# Code or refresh token used up, access token, refresh token and history, beside the reading of what is used up.
CODE, REFRESH, INTROSPECTION, BEARER = 5, 7, 2, 1


@pytest.fixture(params=[app, public_app], ids=["confidential", "public"])
def client_app(request: pytest.FixtureRequest) -> ConnectedApp:
    made: ConnectedApp = request.param()
    return made


@pytest.fixture
def alice() -> Client:
    browser = Client()
    sign_in(browser, person("alice"))
    return browser


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that read or write rows, without the look for a new policy revision, once a second."""
    policy_book.current()
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    texts = [query["sql"].strip() for query in queries]
    found += [text for text in texts if not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", text) and "policyrevision" not in text]


def test_a_code_is_exchanged(client_app: ConnectedApp, alice: Client) -> None:
    code = approve(alice, client_app)["code"]
    with statements() as found:
        assert redeem(client_app, code).status_code == 200
    assert len(found) == CODE, found


def test_a_refresh_token_is_exchanged(client_app: ConnectedApp, alice: Client) -> None:
    given = tokens(alice, client_app)
    with statements() as found:
        assert refresh(client_app, given["refresh_token"]).status_code == 200
    assert len(found) == REFRESH, found


def test_a_token_is_introspected(alice: Client) -> None:
    web = app()
    given = tokens(alice, web)
    asked = {"token": given["access_token"], "client_id": web.client_id, "client_secret": web.shown_secret}
    with statements() as found:
        assert Client().post("/oauth/introspect/", asked).json()["active"]
    assert len(found) == INTROSPECTION, found


def test_a_bearer_token_costs_one_statement(client_app: ConnectedApp, alice: Client) -> None:
    given = tokens(alice, client_app)
    with statements() as found:
        assert call("/api/v1/session/", given["access_token"]).status_code == 200
    assert len(found) == BEARER, found
