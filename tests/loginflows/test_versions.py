"""Flows and their versions: one is active, only drafts change, and every change is a policy revision."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from pytest_django import DjangoAssertNumQueries

from loginflows.models import FlowAssignment, FlowVersion, LoginFlow, flow_names
from sessions_policy import policy_book, policy_tables
from sessions_policy.models import PolicyRevision
from tests.accounts.people import person, profile
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, active, assign, elements

pytestmark = pytest.mark.django_db


def test_activating_retires_the_version_before() -> None:
    first = active(TERMS, END)
    second = first.flow.new_draft(elements(WELCOME, END))
    assert second.number == 2
    second.activate()
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "active")
    assert first.flow.active_version() == second


def test_two_active_versions_are_impossible() -> None:
    first = active(TERMS, END)
    second = first.flow.new_draft(elements(END))
    with pytest.raises(IntegrityError), transaction.atomic():
        FlowVersion.objects.filter(pk=second.pk).update(state="active")


def test_a_draft_with_errors_is_not_activated_and_the_old_version_stays() -> None:
    first = active(TERMS, END)
    broken = first.flow.new_draft(elements(TERMS, OUT))
    with pytest.raises(ValidationError, match="No path finishes"):
        broken.activate()
    first.refresh_from_db()
    assert first.state == "active"


@pytest.mark.parametrize("retired", [False, True])
def test_what_was_activated_does_not_change_any_more(retired: bool) -> None:
    version = active(TERMS, END)
    if retired:
        version.retire()
    version.definition = elements(END)
    with pytest.raises(ValidationError, match="Only a draft"):
        version.save()
    version.refresh_from_db()
    assert version.definition == elements(TERMS, END)


def test_no_version_goes_back() -> None:
    version = active(TERMS, END)
    with pytest.raises(ValidationError):
        version.activate()
    version.retire()
    with pytest.raises(ValidationError):
        version.retire()
    with pytest.raises(ValidationError):
        version.activate()


def test_the_book_knows_flows_that_are_active_and_assigned() -> None:
    contractor, other = profile("Contractor"), profile("Other")
    version = active(TERMS, END)
    assert policy_book.current().profiles[contractor.pk].login_flow == ""
    assign(version, contractor)
    assert policy_book.current().profiles[contractor.pk].login_flow == "Contractor terms"
    assert policy_book.current().profiles[other.pk].login_flow == ""
    version.retire()
    policy_book.refresh()
    assert policy_book.current().profiles[contractor.pk].login_flow == ""


def test_no_query_tells_which_profile_has_which_flow(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    version = active(TERMS, END)
    contractor, visitor = profile("Contractor"), profile("Visitor")
    assign(version, contractor)
    assign(version, visitor)
    tables = policy_tables.stored()
    with django_assert_num_queries(0):
        assert flow_names(tables) == {contractor.pk: "Contractor terms", visitor.pk: "Contractor terms"}


def test_every_change_is_a_policy_revision_with_its_author() -> None:
    admin = person("admin")
    version = active(TERMS, END)
    version.retire(admin)
    newest = PolicyRevision.objects.first()
    assert newest is not None and newest.before is not None and newest.after is not None
    assert (newest.policy, newest.author) == ("loginflows.flowversion", admin)
    assert (newest.before["state"], newest.after["state"]) == ("active", "retired")
    assert newest.after["definition"] == elements(TERMS, END)


def test_a_profile_has_one_flow_at_most() -> None:
    contractor = profile("Contractor")
    assign(active(TERMS, END), contractor)
    other = active(END, name="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        FlowAssignment.objects.create(profile=contractor, flow=other.flow)


def test_a_flow_that_is_assigned_is_not_deleted() -> None:
    assign(active(TERMS, END), profile("Contractor"))
    with pytest.raises(ProtectedError):
        LoginFlow.objects.get().delete()
