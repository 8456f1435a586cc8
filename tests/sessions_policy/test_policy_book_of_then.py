"""The book as it was at a revision, the book that a form would make, and the book with what is only watched."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sessions_policy import policy_book
from sessions_policy.levels import Level, SessionPolicy
from sessions_policy.models import OrganisationSettings, PermissionSet, PolicyRevision, Profile, ResourcePolicy, TrustedNetwork
from sessions_policy.policy_book import Change, PolicyBook
from tests.accounts.people import move, person, profile, rule

pytestmark = pytest.mark.django_db


def newest() -> int:
    """Return the newest revision."""
    policy_book.refresh()
    return PolicyRevision.objects.values_list("id", flat=True).order_by("-id").first() or 0


def plain(book: PolicyBook) -> tuple[Any, ...]:
    """Return what a book says, without its number."""
    return (
        dict(book.columns),
        dict(book.profiles),
        dict(book.profile_two_factor),
        dict(book.resources),
        book.trusted_networks,
        book.organisation,
        dict(book.permission_sets),
        dict(book.apps),
    )


def test_every_revision_gives_the_book_of_its_time() -> None:
    kept: list[tuple[int, tuple[Any, ...]]] = []

    def remember() -> None:
        kept.append((newest(), plain(policy_book.current())))

    remember()
    sales = profile("Sales", required_level="high_assurance", grace_until=date(2026, 12, 1))
    remember()
    rule("reports", "block")
    remember()
    move("password", "high_assurance")
    remember()
    sales.ip_ranges, sales.login_hours = "192.0.2.0/24", {"0": ["08:00", "18:00"]}
    sales.save()
    remember()
    strict = PermissionSet.objects.create(name="Strict", two_factor_ui=True)
    remember()
    OrganisationSettings(time_zone="Europe/Berlin", lock_sessions_to_address=True).save()
    remember()
    for each in (strict, ResourcePolicy.objects.get(), *TrustedNetwork.objects.all()):
        each.delete()
        remember()
    assert len({number for number, _book in kept}) == len(kept) > 8
    for number, book in kept:
        assert plain(policy_book.at(number)) == book, number


def test_the_book_of_the_newest_revision_is_the_one_in_force() -> None:
    profile()
    assert policy_book.at(newest()) is policy_book.current()


def test_an_older_book_is_kept(django_assert_num_queries: Any) -> None:
    before = newest()
    profile("Sales")
    policy_book.at(before)
    with django_assert_num_queries(0):
        policy_book.at(before)


def test_a_draft_is_the_book_that_saving_makes_and_saves_nothing() -> None:
    sales = profile("Sales")
    sales.required_level = "high_assurance"
    drafted = policy_book.draft(Change.of(sales), Change.of(ResourcePolicy(key="reports", action="block")))
    assert policy_book.current().profiles[sales.pk].required_level is Level.NONE
    assert Profile.objects.get(pk=sales.pk).required_level == "none"
    sales.save()
    rule("reports", "block")
    assert plain(drafted) == plain(policy_book.current())


def test_a_draft_can_be_a_deletion() -> None:
    rule("reports", "block")
    drafted = policy_book.draft(Change.deletion(ResourcePolicy.objects.get()))
    assert drafted.resource("reports").action is SessionPolicy.RAISE


@pytest.mark.parametrize(("mode", "live", "watched"), [("on", 20, None), ("report_only", 0, 20), ("off", 0, None)])
def test_a_required_level_holds_only_while_it_is_on(mode: str, live: int, watched: int | None) -> None:
    sales = profile("Sales", required_level="high_assurance", required_level_mode=mode)
    book = policy_book.current()
    assert book.profiles[sales.pk].required_level == live
    assert (book.report_only.profiles[sales.pk].required_level if book.report_only else None) == watched


def test_a_permission_set_that_is_only_watched_demands_nothing() -> None:
    user = person("sue")
    held = PermissionSet.objects.create(name="Strict", two_factor_ui=True, two_factor_mode="report_only")
    held.users.add(user)
    policy_book.refresh()
    book = policy_book.current()
    assert book.two_factor_demand(user).ui == ()
    assert book.two_factor_demand(user).sets == (held.pk,)
    assert policy_book.with_report_only(book).demand_of_sets(user.profile_id, (held.pk,)).ui == ("Strict",)


def test_an_unknown_mode_opens_nothing() -> None:
    sales = profile("Sales", required_level="high_assurance", required_level_mode="perhaps")
    assert policy_book.current().profiles[sales.pk].required_level is Level.HIGH_ASSURANCE
