"""Revisions: what changed in words, and taking it back."""

from __future__ import annotations

import pytest

from sessions_policy import policy_book, revisions
from sessions_policy.levels import Level
from sessions_policy.models import MethodLevel, PolicyRevision, Profile, ResourcePolicy
from sessions_policy.revisions import CannotRevert
from tests.accounts.people import person

pytestmark = pytest.mark.django_db


def newest() -> PolicyRevision:
    return PolicyRevision.objects.order_by("-id")[0]


def test_a_change_is_told_in_words() -> None:
    sales = Profile.objects.create(name="Sales")
    sales.required_level, sales.two_factor_ui = "high_assurance", True
    sales.save()
    told = [(c.label, c.before, c.after) for c in revisions.changes(newest())]
    assert ("session security level required at login", "None", "High Assurance") in told
    assert ("two-factor authentication for user interface logins", "no", "yes") in told
    assert len(told) == 2


def test_taking_a_change_back_is_a_revision_of_its_own() -> None:
    ada = person("ada")
    row = MethodLevel.objects.create(method="password", level="standard")
    row.level = "high_assurance"
    row.save()
    revisions.revert(newest(), author=ada, reason="A mistake")
    policy_book.refresh()
    assert policy_book.current().columns["password"] is Level.STANDARD
    assert (newest().author, newest().reason) == (ada, "A mistake")
    assert newest().before["level"] == "high_assurance"


def test_taking_a_deletion_back_brings_the_policy_back() -> None:
    row = ResourcePolicy.objects.create(key="reports", action="raise", again_after_minutes=10)
    row.delete()
    revisions.revert(newest(), author=None, reason="")
    assert ResourcePolicy.objects.get().again_after_minutes == 10


def test_taking_a_creation_back_removes_it() -> None:
    ResourcePolicy.objects.create(key="reports", action="block")
    assert revisions.revert(newest(), author=None, reason="") is None
    assert not ResourcePolicy.objects.exists()


def test_only_what_the_revision_changed_goes_back() -> None:
    sales = Profile.objects.create(name="Sales")
    sales.required_level = "high_assurance"
    sales.save()
    strict = newest()
    sales.idle_timeout, sales.login_hours = 30, {"0": ["08:00", "18:00"]}
    sales.save()
    revisions.revert(strict, author=None, reason="")
    sales.refresh_from_db()
    assert (sales.required_level, sales.idle_timeout, sales.login_hours) == ("none", 30, {"0": ["08:00", "18:00"]})


def test_a_newer_change_of_the_same_field_is_not_overwritten() -> None:
    row = ResourcePolicy.objects.create(key="reports", action="allow")
    row.action = "raise"
    row.save()
    older = newest()
    row.action = "block"
    row.save()
    with pytest.raises(CannotRevert, match="changed again since"):
        revisions.revert(older, author=None, reason="")
    assert ResourcePolicy.objects.get().action == "block"


def test_what_is_gone_can_not_be_taken_back() -> None:
    row = ResourcePolicy.objects.create(key="reports", action="allow")
    created = newest()
    row.action = "raise"
    row.save()
    changed = newest()
    row.delete()
    for revision in (created, changed):
        with pytest.raises(CannotRevert):
            revisions.revert(revision, author=None, reason="")


def test_a_kind_that_no_longer_exists_says_so() -> None:
    odd = PolicyRevision.objects.create(policy="gone.thing", object_key="x", before={"a": 1}, after={"a": 2})
    assert revisions.changes(odd)[0].label == "a"
    with pytest.raises(CannotRevert, match="no longer exist"):
        revisions.revert(odd, author=None, reason="")
