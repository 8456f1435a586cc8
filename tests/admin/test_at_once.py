"""Two changes in the same moment that are each fine, and together would shut everybody out: one of them is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.devices import recovery_code
from accounts.models import User
from sessions_policy import changing, policy_book, safety
from sessions_policy.models import MethodLevel, Profile
from tests.accounts.people import give_authenticator, give_password, person, profile, sign_in
from tests.admin.words import fill_in
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def browsers() -> list[Client]:
    """Two administrators: Ada has an authenticator and nothing else, Bob has recovery codes and nothing else."""
    policy_book.refresh()
    assured = profile("System Administrator", required_level="high_assurance")
    ada = person("ada", assured, is_staff=True, is_superuser=True)
    bob = person("bob", profile("Operator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    first, second = Client(), Client()
    sign_in(first, ada, give_authenticator(ada))
    code = recovery_code.generate(bob)[0]
    give_password(second, bob)
    assert second.post("/login/verify/", {"method": "recovery_code", "code": code}).status_code == 302
    return [first, second]


def move_away(browser: Client, method: str) -> int:
    sent = {"move": f"{method}:standard", "reason": "We agreed on it", "understood": "on"}
    return int(browser.post("/admin/sessions_policy/methodlevel/", sent).status_code)


def test_each_moves_the_others_method_away(browsers: list[Client]) -> None:
    methods = ("recovery_code", "authenticator_app")
    answers = at_once(lambda i: move_away(browsers[i], methods[i]), 2)
    assert sorted(answers) == [302, 400]
    assert MethodLevel.objects.count() == 1
    assert somebody_gets_in()


def test_each_switches_the_other_off(browsers: list[Client]) -> None:
    people = [User.objects.get(username=name) for name in ("bob", "ada")]
    # Read before, so that both send at the same moment what both were shown.
    pages = [
        form_of(browser, f"/admin/accounts/user/{user.pk}/change/") for browser, user in zip(browsers, people, strict=True)
    ]
    for each in pages:
        each.pop("is_active")

    def send(i: int) -> int:
        return int(browsers[i].post(f"/admin/accounts/user/{people[i].pk}/change/", pages[i]).status_code)

    # Whoever comes second is refused by the rehearsal, or has no session any more: which of the two, the moment decides.
    assert 302 in at_once(send, 2)
    assert User.objects.filter(is_active=True).count() == 1
    assert somebody_gets_in()


def test_changes_by_other_ways_wait_as_well(browsers: list[Client]) -> None:
    def move(i: int) -> str:
        method = ("recovery_code", "authenticator_app")[i]
        with changing.locked():
            row = MethodLevel(method=method, level="standard")
            try:
                changing.make([changing.saving(row)], changing.Author(), reason="x", confirmed=True)
            except changing.WouldShutOut as refused:
                return str(refused.refusal.who)
        return "saved"

    # Whom the second one would shut out depends on which it is.
    assert sorted(answer in ("administrators", "profile") for answer in at_once(move, 2)) == [False, True]
    assert somebody_gets_in()


def test_the_lock_is_nothing_without_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        changing.lock()


def test_what_was_changed_meanwhile_is_not_written_back(browsers: list[Client]) -> None:
    """A change that reads under the lock keeps what another has saved in the same moment."""

    def describe(i: int) -> None:
        with changing.locked():
            row = Profile.objects.get(name="Operator")
            setattr(row, ("description", "ip_ranges")[i], ("Nights", "127.0.0.0/8")[i])
            changing.make([changing.saving(row)], changing.Author())

    for _round in range(ROUNDS):
        Profile.objects.filter(name="Operator").update(description="", ip_ranges="")
        at_once(describe, 2)
        row = Profile.objects.get(name="Operator")
        assert (row.description, row.ip_ranges) == ("Nights", "127.0.0.0/8")


def somebody_gets_in() -> bool:
    policy_book.refresh()
    return safety.refusal_of_all(safety.Administrator(None, "127.0.0.1")) is None


def form_of(browser: Client, url: str) -> dict[str, Any]:
    """Return what the form at ``url`` would send as it stands."""
    sent: dict[str, Any] = {}
    real = browser.post

    def keep(path: str, data: dict[str, Any], **more: Any) -> Any:
        sent.update(data)

    browser.post = keep  # type: ignore[method-assign, assignment]
    fill_in(browser, url)
    browser.post = real  # type: ignore[method-assign]
    assert not connection.in_atomic_block
    return sent
