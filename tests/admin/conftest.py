"""The administrator of these tests, and her browser."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.people import give_authenticator, person, profile, sign_in


@pytest.fixture
def ada(db: None) -> User:
    """An administrator whose profile requires High Assurance; her authenticator is all that gives it."""
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


@pytest.fixture
def desk(ada: User) -> Client:
    """Ada's browser, signed in with password and authenticator."""
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client
