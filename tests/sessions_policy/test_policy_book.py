"""The policy book: compiled once per revision, in force within a second, closed where it knows nothing."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import override_settings

from sessions_policy import policy_book, resources
from sessions_policy.client_address import client_address
from sessions_policy.levels import Level, SessionPolicy
from sessions_policy.models import MethodLevel, PolicyRevision, Profile, ResourcePolicy, TrustedNetwork
from tests.accounts.people import permission_set, person, profile, rule

pytestmark = pytest.mark.django_db


def test_the_defaults_are_those_of_the_table() -> None:
    columns = policy_book.current().columns
    assert columns["password"] is Level.STANDARD
    assert columns["authenticator_app"] is Level.HIGH_ASSURANCE


def test_no_table_lifts_a_client_assertion() -> None:
    MethodLevel.objects.create(method="client_assertion", level="high_assurance")
    policy_book.refresh()
    assert policy_book.current().columns["client_assertion"] is Level.STANDARD


def test_a_question_costs_no_query_inside_a_second(django_assert_num_queries: Any) -> None:
    policy_book.refresh()
    policy_book.current()
    with django_assert_num_queries(0):
        policy_book.current()


def test_a_change_is_seen_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    policy_book.refresh()
    before = policy_book.current()
    MethodLevel.objects.create(method="password", level="high_assurance")
    assert policy_book.current() is before
    monkeypatch.setattr(policy_book, "CHECK_EVERY", 0.0)
    after = policy_book.current()
    assert after.revision > before.revision
    assert after.columns["password"] is Level.HIGH_ASSURANCE


def test_an_unknown_profile_asks_for_the_most() -> None:
    policy_book.refresh()
    assert policy_book.current().policy_for(None).profile.required_level is Level.HIGH_ASSURANCE
    assert policy_book.current().policy_for(999_999).profile.required_level is Level.HIGH_ASSURANCE


def test_a_resource_without_a_row_has_its_default() -> None:
    policy_book.refresh()
    assert policy_book.current().resource("reports").action is SessionPolicy.RAISE


def test_a_resource_nobody_declared_is_an_error_with_the_nearest_name() -> None:
    policy_book.refresh()
    with pytest.raises(ImproperlyConfigured, match=r"Did you mean 'reports'\?"):
        policy_book.current().resource("report")


def test_a_declared_resource_can_be_ruled() -> None:
    resources.register(resources.Resource("vault", "Vault"))
    rule("vault", "block")
    assert policy_book.current().resource("vault").action is SessionPolicy.BLOCK


def test_the_demands_of_profile_and_permission_sets_add_up() -> None:
    sales = profile("Sales", two_factor_ui=True)
    user = person("sue", sales)
    permission_set(user, name="Strict", two_factor_ui=True, two_factor_api=True)
    permission_set(user, name="Robots", waive_two_factor=True)
    policy_book.refresh()
    demand = policy_book.current().two_factor_demand(user)
    assert (demand.ui, demand.api, demand.waived_by) == (("Sales", "Strict"), ("Strict",), ("Robots",))


def test_every_change_is_a_revision_with_before_and_after() -> None:
    row = ResourcePolicy.objects.create(key="reports", action="raise")
    row.action, row.reason = "block", "An incident"
    row.save()
    row.delete()
    created, changed, deleted = PolicyRevision.objects.filter(policy="sessions_policy.resourcepolicy").order_by("id")
    assert created.before is None and created.after["action"] == "raise"
    assert (changed.before["action"], changed.after["action"], changed.reason) == ("raise", "block", "An incident")
    assert deleted.after is None


def test_a_network_must_be_one() -> None:
    with pytest.raises(ValidationError):
        TrustedNetwork(name="Office", network="192.0.2.1/24").full_clean()
    TrustedNetwork(name="Office", network="192.0.2.0/24").full_clean()


def test_the_api_permission_needs_the_one_for_the_interface() -> None:
    with pytest.raises(ValidationError, match="tick both"):
        Profile(name="Odd", two_factor_api=True).full_clean()


@override_settings(TRUSTED_PROXIES=[])
def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(rf: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.7, 198.51.100.9")
    assert client_address(request) == "192.0.2.1"
    with override_settings(TRUSTED_PROXIES=[ip_network("192.0.2.0/24")]):
        assert client_address(request) == "198.51.100.9"
    with override_settings(TRUSTED_PROXIES=[ip_network("192.0.2.0/24"), ip_network("198.51.100.0/24")]):
        assert client_address(request) == "203.0.113.7"
