"""The session engine: its columns, its statements, and what happens when requests overtake one another."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core import checks
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sessions_policy import checks as our_checks
from sessions_policy import ending, policy_book, proofs, statements
from sessions_policy.farewell import Why
from sessions_policy.levels import Level
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import Authenticator, give_authenticator, person, sign_in
from tests.sessions_policy.world import proof

pytestmark = pytest.mark.django_db

Store: Any = import_module(settings.SESSION_ENGINE).SessionStore


@pytest.fixture
def sam(client: Client) -> Authenticator:
    """Sam is signed in at Standard and has an authenticator."""
    user = person("sam")
    app = give_authenticator(user)
    sign_in(client, user)
    return app


def test_the_columns_follow_the_data(client: Client, sam: Authenticator) -> None:
    row = UserSession.objects.get()
    assert (row.level, row.method, row.ip) == ("standard", "password", "127.0.0.1")
    client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    after = UserSession.objects.get()
    assert (after.level, after.method) == ("high_assurance", "password, authenticator_app")
    assert after.created == row.created.replace(microsecond=0)
    assert after.session_key != row.session_key


def test_the_columns_are_not_the_authority(client: Client, sam: Authenticator) -> None:
    UserSession.objects.update(level="high_assurance", method="authenticator_app")
    assert client.get("/reports/").status_code == 302


def test_a_proof_of_somebody_else_in_the_data_counts_for_nothing() -> None:
    eve = person("eve")
    store = Store()
    store[SESSION_KEY] = str(eve.pk)
    store[proofs.PROOFS_KEY] = proofs.pack([proof("password", owner="999"), proof("authenticator_app", owner="999")])
    store.save()
    assert UserSession.objects.get().level == "none"


@pytest.mark.parametrize("rows", [None, "x", 7, [1], [["password"]], [["password", "x", "1", "", None]], [[1, 2, 3, 4, 99]]])
def test_unreadable_proofs_prove_nothing(rows: Any) -> None:
    assert proofs.unpack(rows) == ()


def test_a_stale_copy_can_not_bring_a_dropped_proof_back(client: Client, sam: Authenticator) -> None:
    client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    stale = Store(client.session.session_key)
    assert stale[proofs.PROOFS_KEY]
    UserSession.objects.all().delete()
    stale["anything"] = 1
    with pytest.raises(UpdateError):
        stale.save()


def test_a_stale_copy_can_not_come_back_by_taking_a_new_key(client: Client, sam: Authenticator) -> None:
    stale = Store(client.session.session_key)
    assert stale[SESSION_KEY]
    client.post("/logout/")
    with pytest.raises(SessionInterrupted):
        stale.cycle_key()
    assert not UserSession.objects.exists()


def test_a_parallel_request_with_the_old_cookie_does_not_log_the_browser_out(client: Client, sam: Authenticator) -> None:
    old = client.cookies["sessionid"].value
    client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    parallel = Client()
    parallel.cookies["sessionid"] = old
    response = parallel.get("/login/")
    assert "sessionid" not in response.cookies
    assert client.get("/reports/").status_code == 200


def test_signing_out_deletes_row_and_cookie(client: Client, sam: Authenticator) -> None:
    response = client.post("/logout/")
    assert not UserSession.objects.exists()
    assert response.cookies["sessionid"].value == ""


def test_signing_out_by_get_does_nothing(client: Client, sam: Authenticator) -> None:
    assert client.get("/logout/").status_code == 405
    assert UserSession.objects.exists()


def test_an_invented_session_id_is_not_adopted(client: Client) -> None:
    client.cookies["sessionid"] = "attackerchosen0000000000000000000"
    sign_in(client, person("alice"))
    assert client.cookies["sessionid"].value != "attackerchosen0000000000000000000"


def test_ending_a_session_is_in_force_at_once(client: Client, sam: Authenticator) -> None:
    assert ending.end(UserSession.objects.all(), Why.OWNER) == 1
    assert client.get("/security/").status_code == 302


def test_ending_what_is_below_a_level_spares_the_rest(client: Client, sam: Authenticator) -> None:
    client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    other = Client()
    user = User.objects.get(username="sam")
    sign_in(other, user)
    assert ending.end_below(user, Level.HIGH_ASSURANCE, keep=None) == 1
    assert other.get("/security/").status_code == 302
    assert client.get("/security/").status_code == 200


def test_the_epoch_ends_every_session_of_the_person(client: Client, sam: Authenticator) -> None:
    alice = Client()
    sign_in(alice, person("alice"))
    ending.end_all_by_epoch(User.objects.get(username="sam"))
    assert client.get("/security/").status_code == 302
    assert alice.get("/security/").status_code == 200


def test_the_user_of_the_row_is_not_the_authority_either(client: Client, sam: Authenticator) -> None:
    eve = person("eve")
    UserSession.objects.update(user=eve)
    response = client.get("/")
    assert response.wsgi_request.user.username == "sam"


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}, {"session_epoch": 7}])
def test_a_session_ends_when_its_person_changes(client: Client, sam: Authenticator, change: dict[str, Any]) -> None:
    User.objects.update(**change)
    assert client.get("/security/").headers["Location"].startswith("/login/")


@override_settings(AUTHENTICATION_BACKENDS=["oauth2_provider.backends.OAuth2Backend"])
def test_a_session_ends_when_its_backend_is_taken_away(client: Client, sam: Authenticator) -> None:
    assert client.get("/security/").headers["Location"].startswith("/login/")


def test_a_session_outlives_a_change_of_the_secret_key(client: Client, sam: Authenticator) -> None:
    data = client.session
    with override_settings(SECRET_KEY="x" * 60, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert client.get("/security/").status_code == 200
        assert client.cookies["sessionid"].value != data.session_key


def writes(queries: Any) -> list[str]:
    table = UserSession._meta.db_table
    return [verb for each in queries for verb in re.findall(f'(INSERT|UPDATE|DELETE)(?: INTO| FROM)? "{table}"', each["sql"])]


def test_a_login_writes_its_session_once(client: Client) -> None:
    alice = person("alice")
    with CaptureQueriesContext(connection) as queries:
        sign_in(client, alice)
    assert writes(queries) == ["INSERT"]


def test_a_step_up_moves_the_session_in_one_statement(client: Client, sam: Authenticator) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.post("/step-up/", {"next": "/reports/", "code": sam.code()})
    assert writes(queries) == ["UPDATE"]
    assert UserSession.objects.get().session_key == client.cookies["sessionid"].value


def test_of_two_that_go_on_from_one_session_one_does(client: Client, sam: Authenticator) -> None:
    key = client.session.session_key
    first, second = Store(key), Store(key)
    for store in (first, second):
        assert store[SESSION_KEY]
        store.clear()
        store["who"] = "the next one"
    first.write_under_new_key()
    with pytest.raises(SessionInterrupted):
        second.write_under_new_key()
    row = UserSession.objects.get()
    assert row.session_key == first.session_key != key
    assert Store(row.session_key).load() == {"who": "the next one"}


def test_a_session_that_takes_a_new_key_does_so_with_what_belongs_to_it_or_not_at_all(
    client: Client, sam: Authenticator
) -> None:
    stale = Store(client.session.session_key)
    assert stale[SESSION_KEY]
    note = DecisionRecord(reference="2222-3333", user=User.objects.get(), revision=0, trace=[])
    client.post("/logout/")
    with pytest.raises(SessionInterrupted):
        stale.write_under_new_key(statements.insert(note))
    assert not DecisionRecord.objects.exists()
    Store().write_under_new_key(statements.insert(note))
    assert DecisionRecord.objects.get().reference == "2222-3333"


def test_a_signed_in_page_costs_one_statement(client: Client, sam: Authenticator, django_assert_num_queries: Any) -> None:
    policy_book.current()
    with django_assert_num_queries(1):
        assert client.get("/").status_code == 200


@override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
def test_sessions_in_cookies_are_refused_by_a_check() -> None:
    messages = our_checks.sessions_live_on_the_server(None)
    assert [message.id for message in messages] == ["sessions_policy.E001"]
    assert isinstance(messages[0], checks.Error)
