"""The API against its own schema: whatever is sent, no error of the site, and only answers that the schema describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from authsite.api_schema import document
from authsite.wsgi import application
from oauth.models import AccessToken
from tests.accounts.people import PASSWORD, assured_profile, give_authenticator, person, sign_in
from tests.oauth.world import HIGH, app, call, tokens

pytestmark = pytest.mark.django_db
CONFORMS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DESCRIBED = document.document(in_force=False)
# The pages of a flow are for browsers; what they answer is tested with them.
PAGES = ("/oauth/authorize/", "/oauth/end-session/")
OPERATIONS = [(path, method) for path, method, _found in document.operations(DESCRIBED) if path not in PAGES]
EXAMPLES = 12


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the connection of the test's transaction, which the end of a real request would close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture
def token(client: Client) -> str:
    """Ada administers; her token carries High Assurance and every scope."""
    ada = User.objects.create_superuser("ada", "ada@example.org", PASSWORD, profile=assured_profile())
    sign_in(client, ada, give_authenticator(ada))
    give_authenticator(person("bob"))
    found: str = tokens(client, app(), scope="openid full", acr_values=HIGH)["access_token"]
    assert call("/api/v1/session/", found).json()["level"] == "high_assurance"
    return found


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_administrator_gets_what_the_schema_says(path: str, method: str, token: str) -> None:
    try_everything(path, method, {"Authorization": f"Bearer {token}"}, token)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nobody_gets_what_the_schema_says(path: str, method: str) -> None:
    try_everything(path, method, {})


def try_everything(path: str, method: str, headers: dict[str, str], token: str = "") -> None:
    """Send what the schema allows and what it does not."""
    schema = schemathesis.openapi.from_dict(DESCRIBED)
    schema.app = application
    operation = schema[path][method.upper()]

    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @given(case=st.one_of(*modes))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CONFORMS)

    with one_connection():
        send()
    if token:
        # What ends sessions and tokens has not ended this one: else the rest would have tried nothing.
        assert AccessToken.objects.exists()
