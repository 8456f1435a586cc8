"""What a login and a step-up cost: requests, redirects and statements, counted exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AttemptCount, AuthenticatorDevice, User, VerificationRecord, credentials
from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import (
    Authenticator,
    assured_profile,
    give_authenticator,
    give_password,
    is_asked_for_a_code,
    permission_set,
    person,
    sign_in,
)

# Without a transaction around each test, which would put savepoints where the site has transactions.
pytestmark = pytest.mark.django_db(transaction=True)

# What belongs together is one statement on PostgreSQL; elsewhere it is a transaction with a statement for each table.
LOGIN = {"postgresql": 11, "sqlite": 16}
# The pending login comes from the cache, where there is one; a session's user comes from the database all the same.
FROM_THE_CACHE = 1 if "cached" in settings.SESSION_ENGINE else 0
STEP_UP = {"postgresql": 8, "sqlite": 10}


@pytest.fixture
def bob() -> User:
    return person("bob", assured_profile())


@pytest.fixture
def phone(bob: User) -> Authenticator:
    return give_authenticator(bob)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that read or write rows, without the look for a new policy revision, once a second."""
    policy_book.current()
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    texts = [query["sql"].strip() for query in queries]
    found += [text for text in texts if not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", text) and "policyrevision" not in text]


def test_a_login_takes_four_requests_and_one_redirect(client: Client, bob: User, phone: Authenticator) -> None:
    with statements() as found:
        answers = [client.get("/login/?next=/security/stay/"), give_password(client, bob, next="/")]
        answers.append(client.post("/login/verify/", {"code": phone.code()}))
        answers.append(client.get(answers[-1].headers["Location"]))
    assert [answer.status_code for answer in answers] == [200, 200, 302, 200]
    assert len(found) == LOGIN[connection.vendor] - FROM_THE_CACHE, "\n".join(found)


def test_permission_sets_and_other_methods_cost_a_login_nothing_more(client: Client, phone: Authenticator) -> None:
    bob = User.objects.get(username="bob")
    give_authenticator(bob, "Tablet")
    permission_set(bob, name="Strict", two_factor_ui=True)
    permission_set(bob, name="Stricter", two_factor_ui=True)
    with statements() as found:
        client.get("/login/")
        give_password(client, bob)
        answer = client.post("/login/verify/", {"code": phone.code()})
        client.get(answer.headers["Location"])
    assert len(found) == LOGIN[connection.vendor] - FROM_THE_CACHE, "\n".join(found)


def test_a_step_up_in_statements(client: Client) -> None:
    sam = person("sam")
    app = give_authenticator(sam)
    sign_in(client, sam)
    address = client.get("/reports/").headers["Location"]
    with statements() as found:
        assert client.get(address).status_code == 200
        answer = client.post(address, {"code": app.code()})
        assert answer.headers["Location"] == "/reports/"
        # Any page: what it reads itself is not the step-up's.
        assert client.get("/").status_code == 200
    assert len(found) == STEP_UP[connection.vendor], "\n".join(found)


def test_the_answer_to_the_password_is_the_page_of_the_stage(client: Client, bob: User, phone: Authenticator) -> None:
    def plain(page: str) -> str:
        without_token = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
        return without_token.replace(' action="/login/verify/" data-own-address', "")

    at_once = give_password(client, bob)
    later = client.get("/login/verify/")
    assert at_once.context["reference"] == later.context["reference"]
    assert plain(at_once.content.decode()) == plain(later.content.decode())
    assert 'action="/login/verify/" data-own-address' in at_once.content.decode()
    assert at_once.headers["Cache-Control"] == "no-store"


def test_other_ways_lead_to_the_stage(client: Client, bob: User, phone: Authenticator) -> None:
    bob.recovery_codes.create(salt="s", digest="d")
    assert 'href="/login/verify/?method=recovery_code"' in give_password(client, bob).content.decode()


def test_sending_the_password_again_begins_again_and_costs_no_try(client: Client, bob: User, phone: Authenticator) -> None:
    first, second = give_password(client, bob), give_password(client, bob)
    assert is_asked_for_a_code(second)
    assert first.context["reference"] != second.context["reference"]
    assert UserSession.objects.count() == 1
    assert not AttemptCount.objects.exists()
    assert client.post("/login/verify/", {"code": phone.code()}).status_code == 302


def test_after_the_login_the_form_with_the_password_is_refused(bob: User, phone: Authenticator) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/login/")
    form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert is_asked_for_a_code(give_password(browser, bob, **form))
    assert is_asked_for_a_code(give_password(browser, bob, **form))
    assert browser.post("/login/verify/", {"code": phone.code(), **form}).status_code == 302
    assert give_password(browser, bob, **form).status_code == 403
    browser.post("/logout/", {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert give_password(browser, bob, **form).status_code == 403


def test_stages_that_do_something_when_they_are_shown_are_led_to(client: Client) -> None:
    nina = person("nina", assured_profile())
    assert give_password(client, nina).headers["Location"] == "/login/enrol/"


def test_what_a_code_proves_is_written_with_its_use(client: Client, bob: User, phone: Authenticator) -> None:
    give_password(client, bob)
    code = phone.code()
    client.post("/login/verify/", {"code": code})
    assert [row.status for row in VerificationRecord.objects.all()] == ["succeeded"]
    bob.refresh_from_db()
    assert bob.last_login is not None
    assert DecisionRecord.objects.count() == 1
    other = Client()
    give_password(other, bob)
    assert other.post("/login/verify/", {"code": code}).status_code == 403
    assert [row.status for row in VerificationRecord.objects.order_by("id")] == ["succeeded", "failed_invalid_code"]


def test_a_right_code_beside_wrong_tries_leaves_them_counted(client: Client, bob: User, phone: Authenticator) -> None:
    give_password(client, bob)
    client.post("/login/verify/", {"code": "000000" if phone.code() != "000000" else "000001"})
    assert client.post("/login/verify/", {"code": phone.code()}).status_code == 302
    assert [len(row.failures) for row in AttemptCount.objects.filter(key=f"code:{bob.pk}")] == [1]


def test_a_device_that_was_removed_since_proves_nothing(bob: User, phone: Authenticator) -> None:
    held = bob.look_up_credentials()
    bob.authenticators.update(confirmed=False)
    assert not held.authenticators[0].verify_token(phone.code())


def test_the_credentials_are_what_the_tables_say(bob: User, phone: Authenticator) -> None:
    give_authenticator(bob, "Tablet")
    give_authenticator(person("eve"), "Somebody else's")
    AuthenticatorDevice.objects.create(user=bob, name="Not confirmed", confirmed=False)
    permission_set(bob, name="Waived", waive_two_factor=True)
    permission_set(bob, name="API", two_factor_api=True)
    bob.recovery_codes.create(salt="s", digest="d")
    loaded = credentials.with_their_user(bob.pk)
    assert loaded == bob
    for found in (bob.look_up_credentials(), loaded.credentials):
        assert found is not None
        stored = AuthenticatorDevice.objects.filter(user=bob, confirmed=True)
        for device, row in zip(found.authenticators, stored, strict=True):
            assert [getattr(device, f.attname) for f in row._meta.concrete_fields] == [
                getattr(row, f.attname) for f in row._meta.concrete_fields
            ]
        assert found.methods == {"authenticator_app", "recovery_code"}
        sets = tuple(each[:4] for each in found.permission_sets)
        assert sets == (("API", False, True, False), ("Waived", False, False, True))


def test_nobody_has_no_credentials() -> None:
    assert credentials.with_their_user(4711) is None
    assert person("alice").look_up_credentials().methods == set()


def test_the_page_names_the_device(client: Client, bob: User, phone: Authenticator) -> None:
    assert give_password(client, bob).context["device"] == "Phone"
    assert client.get("/login/verify/").context["device"] == "Phone"
