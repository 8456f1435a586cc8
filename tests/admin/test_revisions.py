"""Every change of a policy is a revision with its author, its reason, and what was before and after."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from sessions_policy.models import (
    OrganisationSettings,
    PermissionSet,
    PolicyRevision,
    Profile,
    ResourcePolicy,
    TrustedNetwork,
)
from tests.accounts.people import permission_set, person, profile
from tests.admin.words import errors_of, fill_in, newest_revision, text_of

pytestmark = pytest.mark.django_db
POLICY = "/admin/sessions_policy/"


def test_a_new_profile(desk: Client, ada: User) -> None:
    assert fill_in(desk, f"{POLICY}profile/add/", name="Sales", reason="A new team").status_code == 302
    revision = newest_revision()
    assert (revision.author, revision.reason, revision.object_key, revision.before) == (ada, "A new team", "Sales", None)
    assert revision.after is not None
    assert revision.after["required_level"] == "none"


def test_a_changed_profile(desk: Client, ada: User) -> None:
    sales = profile("Sales")
    assert fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", required_level="high_assurance").status_code == 302
    revision = newest_revision()
    assert revision.author == ada
    assert revision.before is not None and revision.after is not None
    assert (revision.before["required_level"], revision.after["required_level"]) == ("none", "high_assurance")


def test_a_deleted_profile(desk: Client, ada: User) -> None:
    sales = profile("Sales")
    assert desk.post(f"{POLICY}profile/{sales.pk}/delete/", {"post": "yes"}).status_code == 302
    revision = newest_revision()
    assert (revision.author, revision.object_key, revision.after) == (ada, "Sales", None)
    assert not Profile.objects.filter(name="Sales").exists()


def test_networks_deleted_together_are_a_revision_each(desk: Client, ada: User) -> None:
    for number in (1, 2):
        TrustedNetwork.objects.create(name=f"Office {number}", network=f"192.0.{number}.0/24")
    chosen = list(TrustedNetwork.objects.filter(name__startswith="Office").values_list("pk", flat=True))
    desk.post(
        f"{POLICY}trustednetwork/",
        {"action": "delete_selected", "_selected_action": chosen, "index": 0, "post": "yes"},
    )
    assert TrustedNetwork.objects.count() == 1
    assert {(r.author, r.after) for r in PolicyRevision.objects.all()[:2]} == {(ada, None)}


def test_a_network(desk: Client, ada: User) -> None:
    refused = fill_in(desk, f"{POLICY}trustednetwork/add/", name="Office", network="192.0.2.1/24")
    assert "Enter a network such as" in errors_of(refused)
    fill_in(desk, f"{POLICY}trustednetwork/add/", name="Office", network="192.0.2.0/24")
    assert (newest_revision().author, newest_revision().object_key) == (ada, "Office (192.0.2.0/24)")


def test_the_organisation(desk: Client, ada: User) -> None:
    address = f"{POLICY}organisationsettings/1/change/"
    assert desk.get(f"{POLICY}organisationsettings/").headers["Location"] == address
    assert fill_in(desk, address, two_factor_for_everyone="on").status_code == 302
    assert OrganisationSettings.load().two_factor_for_everyone is True
    assert (newest_revision().author, newest_revision().policy) == (ada, "sessions_policy.organisationsettings")
    assert "no time zone" not in errors_of(fill_in(desk, address, time_zone="Mars/Olympus"))
    assert desk.get(f"{POLICY}organisationsettings/add/").status_code == 403


def test_who_comes_into_a_permission_set_and_who_goes(desk: Client, ada: User) -> None:
    bob, carol = person("bob"), person("carol")
    strict = permission_set(bob, two_factor_ui=True)
    address = f"{POLICY}permissionset/{strict.pk}/change/"
    assert fill_in(desk, address, users=[carol.pk], reason="Swapped", understood="on").status_code == 302
    revision = newest_revision()
    assert (revision.before, revision.after) == ({"users": ["bob"]}, {"users": ["carol"]})
    assert (revision.author, revision.author_level, revision.reason) == (ada, "high_assurance", "Swapped")
    assert (revision.object_key, revision.object_id) == ("Strict", str(strict.pk))
    assert "Users bob carol" in text_of(desk.get(f"{POLICY}policyrevision/{revision.pk}/change/"))
    assert list(strict.users.all()) == [carol]


def test_a_new_permission_set_with_people_in_it(desk: Client) -> None:
    bob = person("bob")
    fill_in(desk, f"{POLICY}permissionset/add/", name="Strict", two_factor_ui="on", users=[bob.pk])
    people, itself = PolicyRevision.objects.filter(policy="sessions_policy.permissionset")
    assert (people.before, people.after) == ({"users": []}, {"users": ["bob"]})
    assert (itself.before, itself.after and itself.after["two_factor_ui"]) == (None, True)


def test_a_form_in_which_nothing_was_changed_is_no_change(desk: Client) -> None:
    bob = person("bob")
    strict, before = permission_set(bob), PolicyRevision.objects.count()
    assert fill_in(desk, f"{POLICY}permissionset/{strict.pk}/change/", reason="Just looking").status_code == 302
    assert fill_in(desk, f"{POLICY}profile/{bob.profile.pk}/change/").status_code == 302
    assert PolicyRevision.objects.count() == before


def test_the_api_permission_needs_the_other_one(desk: Client) -> None:
    refused = fill_in(desk, f"{POLICY}permissionset/add/", name="Odd", two_factor_api="on")
    assert "tick both" in errors_of(refused)
    assert not PermissionSet.objects.exists()


def test_revisions_are_read_with_their_difference(desk: Client) -> None:
    sales = profile("Sales")
    fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", required_level="high_assurance", two_factor_ui="on")
    listed = text_of(desk.get(f"{POLICY}policyrevision/"))
    assert "two-factor authentication for user interface logins, session security level required at login" in listed
    page = text_of(desk.get(f"{POLICY}policyrevision/{newest_revision().pk}/change/"))
    assert "Session security level required at login None High Assurance" in page
    assert "Two-factor authentication for user interface logins no yes" in page


def test_a_policy_leads_to_its_revisions(desk: Client) -> None:
    sales = profile("Sales")
    page = desk.get(f"{POLICY}profile/{sales.pk}/change/").content.decode()
    address = f"{POLICY}policyrevision/?policy=sessions_policy.profile&amp;q=Sales"
    assert address in page
    found = desk.get(address.replace("&amp;", "&")).context["cl"].result_list
    assert {each.object_key for each in found} == {"Sales"}


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_revisions_are_for_reading_only(desk: Client, page: str) -> None:
    address = f"{POLICY}policyrevision/" + page.format(pk=newest_revision().pk)
    assert (desk.get(address).status_code, desk.post(address, {"post": "yes"}).status_code) == (403, 403)
    assert desk.post(f"{POLICY}policyrevision/{newest_revision().pk}/change/", {"reason": "x"}).status_code == 403


def test_a_resource_policy(desk: Client, ada: User) -> None:
    assert fill_in(desk, f"{POLICY}resourcepolicy/add/?key=reports", action="block", reason="Audit").status_code == 302
    assert ResourcePolicy.objects.get(key="reports").action == "block"
    assert (newest_revision().author, newest_revision().reason) == (ada, "Audit")
