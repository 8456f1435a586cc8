"""What ends tokens: a new password, a reset of the second factor, switching somebody off; and what removes their rows."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from accounts import two_factor_help
from accounts.models import User
from oauth.models import AccessToken, RefreshToken
from tests.accounts.people import PASSWORD, person, sign_in
from tests.oauth.world import app, call, refresh, tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    alice = person("alice")
    sign_in(client, alice)
    return alice


def is_dead(given: dict[str, Any], web_app: Any) -> bool:
    dead = call("/api/v1/me/", given["access_token"]).status_code == 401
    return dead and refresh(web_app, given["refresh_token"]).status_code == 400


def test_a_new_password_ends_tokens(client: Client, alice: User) -> None:
    web_app = app()
    given = tokens(client, web_app, scope="api refresh_token")
    assert call("/api/v1/me/", given["access_token"]).status_code == 200
    new = "an entirely different phrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/security/password/", form).status_code == 302
    assert is_dead(given, web_app)


def test_a_reset_by_the_help_desk_ends_tokens(client: Client, alice: User) -> None:
    web_app = app()
    given = tokens(client, web_app, scope="api refresh_token")
    two_factor_help.reset(alice, reason="Stolen laptop", helper=None)
    assert is_dead(given, web_app)


def test_switching_somebody_off_ends_what_their_tokens_may(client: Client, alice: User) -> None:
    web_app = app()
    given = tokens(client, web_app, scope="api refresh_token")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert is_dead(given, web_app)


def test_cleanup_removes_tokens_that_have_ended(client: Client, alice: User) -> None:
    noon = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
    with time_machine.travel(noon, tick=False):
        sign_in(client, alice)
        tokens(client, app(), scope="api refresh_token")
    with time_machine.travel(noon + dt.timedelta(days=91), tick=False):
        out = StringIO()
        call_command("cleanup", "--json", stdout=out)
    counts = json.loads(out.getvalue())
    assert (counts["access_tokens"], counts["refresh_tokens"], counts["authorization_codes"]) == (1, 1, 1)
    assert not AccessToken.objects.exists() and not RefreshToken.objects.exists()
