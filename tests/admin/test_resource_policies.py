"""Resource policies: one line for each resource, ruled or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sessions_policy import resources
from sessions_policy.models import ResourcePolicy
from tests.accounts.people import rule
from tests.admin.words import errors_of, fill_in, text_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/sessions_policy/resourcepolicy/"


def rows(desk: Client) -> dict[str, Any]:
    return {row.key: row for row in desk.get(PAGE).context["rows"]}


def test_every_declared_resource_is_there(desk: Client) -> None:
    shown = rows(desk)
    assert list(shown) == [each.key for each in resources.registered()]
    reports, networks = shown["reports"], shown["networks"]
    assert (reports.action, reports.default, reports.is_ruled) == ("Raise the session level", "Raise the session level", False)
    assert (networks.action, networks.default) == ("Allow", "Allow")


def test_a_resource_is_ruled_from_its_line(desk: Client) -> None:
    address = rows(desk)["networks"].url
    assert fill_in(desk, address, action="raise", again_after_minutes=30).status_code == 302
    row = rows(desk)["networks"]
    assert (row.action, row.again_after_minutes, row.default, row.is_ruled) == ("Raise the session level", 30, "Allow", True)
    assert "again after 30 minutes" in text_of(desk.get(PAGE))
    assert fill_in(desk, row.url, action="block", again_after_minutes="").status_code == 302
    assert rows(desk)["networks"].action == "Block"


def test_a_period_needs_something_that_is_raised(desk: Client) -> None:
    refused = fill_in(desk, rows(desk)["networks"].url, action="block", again_after_minutes=30)
    assert "A period needs the action that raises the session level." in errors_of(refused)


def test_deleting_the_policy_brings_the_default_back(desk: Client) -> None:
    rule("networks", "block")
    policy = ResourcePolicy.objects.get(key="networks")
    assert "Without this policy: Allow" in text_of(desk.get(f"{PAGE}{policy.pk}/change/"))
    desk.post(f"{PAGE}{policy.pk}/delete/", {"post": "yes", "understood": "on", "reason": "Too strict"})
    assert rows(desk)["networks"].action == "Allow"


@pytest.mark.parametrize("key", ["", "reprots", "admin' OR 1=1", "REPORTS"])
def test_unknown_resources_are_refused(desk: Client, key: str) -> None:
    assert fill_in(desk, f"{PAGE}add/", key=key, action="block").context["adminform"].form.errors["key"]
    assert not ResourcePolicy.objects.exists()


def test_a_resource_has_one_policy_that_stays_with_it(desk: Client) -> None:
    rule("reports", "block")
    assert "reports" in errors_of(fill_in(desk, f"{PAGE}add/", key="reports", action="allow"))
    policy = ResourcePolicy.objects.get()
    fill_in(desk, f"{PAGE}{policy.pk}/change/", key="networks", action="allow", reason="Open", understood="on")
    policy.refresh_from_db()
    assert (policy.key, policy.action) == ("reports", "allow")


def test_a_policy_whose_resource_is_gone_is_named(desk: Client) -> None:
    rule("old_area", "block")
    assert "No longer declared" in text_of(desk.get(PAGE))
    policy = ResourcePolicy.objects.get()
    assert "nothing asks for it" in text_of(desk.get(f"{PAGE}{policy.pk}/change/"))
