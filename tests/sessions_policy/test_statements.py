"""Rows that belong together are written together, or not at all."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from sessions_policy import statements
from sessions_policy.models import DecisionRecord
from sessions_policy.statements import Statement
from tests.accounts.people import person

pytestmark = pytest.mark.django_db(transaction=True)


def row(reference: str, **values: object) -> DecisionRecord:
    given = {"revision": 3, "trace": [{"rule": "r", "sentence": 'It\'s 100 % %s "quoted"'}], "ip": "2001:db8::1", **values}
    return DecisionRecord(reference=reference, channel="browser", **given)


def rename(old: str, new: str) -> Statement:
    return Statement("UPDATE sessions_policy_decisionrecord SET reference = %s WHERE reference = %s", (new, old))


def test_an_inserted_row_is_the_one_that_saving_would_make() -> None:
    alice = person("alice")
    assert statements.run(statements.insert(row("A", user=alice))) == (1,)
    row("B", user=alice).save()
    first, second = DecisionRecord.objects.order_by("reference").values()
    for own in ("id", "at", "reference"):
        assert first.pop(own) is not None
        second.pop(own)
    assert first == second


def test_a_row_takes_the_place_of_the_one_that_was_there() -> None:
    statements.run(statements.insert(row("A")))
    found = DecisionRecord.objects.get()
    found.level = "standard"
    assert statements.run(statements.update_where(found, "reference", "A")) == (1,)
    assert statements.run(statements.update_where(found, "reference", "nobody's")) == (0,)
    assert DecisionRecord.objects.get().level == "standard"


def test_what_follows_is_run_when_the_first_touched_a_row() -> None:
    statements.run(statements.insert(row("A")))
    assert statements.run(rename("A", "B"), statements.insert(row("C")), rename("X", "Y")) == (1, 1, 0)
    assert set(DecisionRecord.objects.values_list("reference", flat=True)) == {"B", "C"}


def test_what_follows_is_left_out_when_the_first_touched_none() -> None:
    statements.run(statements.insert(row("A")))
    assert statements.run(rename("X", "Y"), statements.insert(row("C")), rename("A", "B")) == (0, 0, 0)
    assert [each.reference for each in DecisionRecord.objects.all()] == ["A"]


def test_nothing_is_written_when_one_of_them_fails() -> None:
    statements.run(statements.insert(row("A")))
    with pytest.raises(IntegrityError):
        statements.run(statements.insert(row("B")), statements.insert(row("A")))
    assert [each.reference for each in DecisionRecord.objects.all()] == ["A"]
