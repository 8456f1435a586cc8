"""What people are told by mail: every kind with its occasion, in text and HTML alike, no code, no link that signs in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts import mail as mails
from accounts import notifications, two_factor_help
from accounts.devices import recovery_code
from accounts.mail import Letter
from accounts.models import User
from tests.accounts.people import assured_profile, give_authenticator, give_password, person, profile, sign_in
from tests.admin.words import fill_in

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], Any]], list[Any]]:
    """Do something, and return the mails that go out after it."""

    def run(act: Callable[[], Any]) -> list[Any]:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return mail.outbox[before:]

    return run


pytestmark = pytest.mark.django_db
Committed = Callable[[Callable[[], Any]], list[Any]]


def subjects(sent: list[Any]) -> list[str]:
    return [each.subject.removeprefix("[Authsite] ") for each in sent]


def test_text_and_html_say_the_same_in_the_same_order(committed: Committed, rf: Any) -> None:
    bob = person("bob")
    request = rf.get("/", HTTP_USER_AGENT=FIREFOX)
    letter = Letter("Something <happened>", "What & why", (("Fact", "<b>"),), "Do this.")
    (sent,) = committed(lambda: mails.tell(request, bob, letter))
    html = sent.alternatives[0][0]
    plain = ("What & why", "When", "From", "Browser", "Account", "Fact", "Do this.")
    assert [sent.body.index(part) for part in plain] == sorted(sent.body.index(part) for part in plain)
    order = ("What &amp; why", "When", "From", "Browser", "Firefox on Linux", "Account", "Fact", "&lt;b&gt;", "Do this.")
    assert [html.index(part) for part in order] == sorted(html.index(part) for part in order)
    assert "<b>" in sent.body and "http" not in sent.body + html
    assert sent.to == ["bob@example.org"]


def test_a_new_browser_is_told_once(client: Client, committed: Committed) -> None:
    bob = person("bob")
    client.defaults["HTTP_USER_AGENT"] = FIREFOX
    assert committed(lambda: sign_in(client, bob)) == []
    other = Client(HTTP_USER_AGENT=CHROME)
    (sent,) = committed(lambda: sign_in(other, bob))
    assert subjects([sent]) == ["A sign-in from a new browser"]
    assert "Browser: Chrome on Windows" in sent.body
    for known in (client, other):
        known.post("/logout/")
        assert committed(lambda browser=known: sign_in(browser, bob)) == []  # type: ignore[misc]
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)):
        assert len(committed(lambda: sign_in(Client(HTTP_USER_AGENT=FIREFOX), bob))) == 1


@pytest.mark.parametrize("value", ["", "nonsense", "WyJhIl0:1abcde:forged"])
def test_a_browser_that_only_says_so_is_new(client: Client, committed: Committed, value: str) -> None:
    bob = person("bob")
    sign_in(client, bob)
    other = Client()
    other.cookies["seen"] = value
    assert subjects(committed(lambda: sign_in(other, bob))) == ["A sign-in from a new browser"]


def test_a_browser_knows_each_of_its_people(client: Client, committed: Committed) -> None:
    bob, carol = person("bob"), person("carol")
    sign_in(Client(), carol)
    sign_in(client, bob)
    client.post("/logout/")
    assert subjects(committed(lambda: sign_in(client, carol))) == ["A sign-in from a new browser"]
    client.post("/logout/")
    assert committed(lambda: sign_in(client, bob)) == []


def test_wrong_codes_after_the_right_password(client: Client, committed: Committed) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    tries = [committed(lambda: client.post("/login/verify/", {"code": "000000"})) for _n in range(4)]
    assert [subjects(sent) for sent in tries] == [[], [], ["Wrong codes after your password"], []]
    assert "change your password now" in tries[2][0].body


def test_wrong_codes_in_a_session(client: Client, committed: Committed) -> None:
    bob = person("bob")
    give_authenticator(bob)
    sign_in(client, bob)
    tries = [committed(lambda: client.post("/step-up/", {"next": "/reports/", "code": "000000"})) for _n in range(3)]
    assert subjects(tries[2]) == ["Wrong codes in a session of yours"]


def test_the_last_codes_say_that_new_ones_are_needed(client: Client, committed: Committed) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    codes = recovery_code.generate(bob)
    for code in codes[:6]:
        recovery_code.finish_verify(bob, code.replace("-", ""))
    give_password(client, bob)
    sent = committed(lambda: client.post("/login/verify/", {"method": "recovery_code", "code": codes[6]}))
    assert subjects(sent) == ["A recovery code was used"]
    assert "Codes left: 3. Make new ones soon" in sent[0].body


def test_a_temporary_code_that_is_used(client: Client, committed: Committed) -> None:
    bob, hanna = person("bob", assured_profile()), person("hanna", is_superuser=True)
    code = two_factor_help.issue_temporary_code(bob, hours=1, reason="lost", helper=hanna)
    give_password(client, bob)
    sent = committed(lambda: client.post("/login/verify/", {"method": "temporary_code", "code": code}))
    assert subjects(sent) == ["A temporary code was used"]
    assert code not in sent[0].body


def test_unlocking_is_told(client: Client, committed: Committed) -> None:
    bob, hanna = person("bob"), person("hanna", is_superuser=True)
    for _n in range(10):
        client.post("/login/", {"username": "bob", "password": "wrong"})
    sent = committed(lambda: two_factor_help.unlock(bob, helper=hanna))
    assert subjects(sent) == ["Sign-in is possible again"]
    assert committed(lambda: two_factor_help.unlock(bob, helper=hanna)) == []


def test_a_new_address_is_told_to_the_old_one(client: Client, committed: Committed) -> None:
    ada = person("ada", assured_profile(), is_staff=True, is_superuser=True)
    sign_in(client, ada, give_authenticator(ada))
    bob = person("bob")
    sent = committed(lambda: fill_in(client, f"/admin/accounts/user/{bob.pk}/change/", email="new@example.org"))
    assert [each.to for each in sent] == [["bob@example.org"], ["new@example.org"]]
    assert "from bob@example.org to new@example.org" in sent[0].body


def test_administrators_learn_of_a_changed_policy(client: Client, committed: Committed) -> None:
    ada = person("ada", assured_profile(), is_staff=True, is_superuser=True)
    person("carol", is_superuser=True)
    sign_in(client, ada, give_authenticator(ada))
    sales = profile("Sales")
    url = f"/admin/sessions_policy/profile/{sales.pk}/change/"
    sent = committed(lambda: fill_in(client, url, idle_timeout=30, reason="Shared desks"))
    assert sorted(each.to[0] for each in sent) == ["ada@example.org", "carol@example.org"]
    assert subjects(sent)[0] == "A policy was changed"
    for part in ("ada changed a policy: Profile “Sales”.", "Reason: Shared desks", "(minutes): – → 30", "revert revision"):
        assert part in sent[0].body
    # Within five minutes the next change of the same person is no mail of its own.
    assert committed(lambda: fill_in(client, url, idle_timeout=45)) == []
    assert committed(lambda: fill_in(client, url, required_level="high_assurance", two_factor_api="on")) == []


def test_what_changes_an_account_is_never_left_out(committed: Committed, rf: Any) -> None:
    bob, request = person("bob"), rf.get("/")
    for tell in (
        lambda: notifications.method_removed(request, bob, "Phone"),
        lambda: notifications.method_added(request, bob, "Phone"),
        lambda: notifications.password_changed(request, bob),
        lambda: notifications.recovery_codes_made(request, bob),
    ):
        assert [len(committed(tell)) for _n in range(3)] == [1, 1, 1]


def remind(*options: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("remind", "--json", *options, stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())["due"]
    return found


@pytest.fixture
def rollout(db: None) -> User:
    """Bob of Sales, which needs a second factor from the eighth of December on; Carol has hers already."""
    sales = profile("Sales", required_level="high_assurance", grace_until=dt.date(2026, 12, 8))
    give_authenticator(carol := person("carol", sales))
    recovery_code.generate(carol)
    return person("bob", sales)


def test_who_will_need_a_second_factor_is_reminded_three_times(rollout: User, committed: Committed) -> None:
    told = {}
    for day in range(-3, 17):
        with time_machine.travel(NOON + dt.timedelta(days=day)):
            told[day] = subjects(committed(remind)) + subjects(committed(remind))
    assert {day: found for day, found in told.items() if found} == {
        0: ["Set up your second factor"],
        11: ["Set up your second factor"],
        14: ["From today on you need a second factor"],
    }
    assert all(each.to == ["bob@example.org"] for each in mail.outbox)


def test_a_day_without_the_command_loses_no_reminder(rollout: User, committed: Committed) -> None:
    with time_machine.travel(NOON + dt.timedelta(days=5)):
        assert subjects(committed(remind)) == ["Set up your second factor"]


def test_missing_recovery_codes_are_told_weekly(committed: Committed) -> None:
    give_authenticator(person("bob"))
    counts = []
    for day in range(9):
        with time_machine.travel(NOON + dt.timedelta(days=day)):
            counts.append(len(committed(remind)))
    assert counts == [1, 0, 0, 0, 0, 0, 0, 1, 0]


def test_a_dry_run_mails_nobody(rollout: User, committed: Committed) -> None:
    with time_machine.travel(NOON):
        assert committed(lambda: remind("--dry-run")) == []
        assert remind("--dry-run") == [{"username": "bob", "kind": "two_factor_soon", "days": 14}]


def test_who_cannot_sign_in_is_not_reminded(rollout: User) -> None:
    User.objects.filter(pk=rollout.pk).update(is_frozen=True)
    with time_machine.travel(NOON):
        assert remind("--dry-run") == []
