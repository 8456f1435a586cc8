"""A revision is taken back from its page: with a reason, by who may, and never so that somebody is shut out."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from sessions_policy import policy_book
from sessions_policy.models import MethodLevel, OrganisationSettings, PolicyRevision, Profile, ResourcePolicy
from tests.accounts.people import move, permission_set, person, profile, rule, sign_in
from tests.admin.words import fill_in, newest_revision, text_of
from tests.loginflows.flows import END, TERMS, active

pytestmark = pytest.mark.django_db
POLICY = "/admin/sessions_policy/"
REVISIONS = f"{POLICY}policyrevision/"


def revert(desk: Client, revision: PolicyRevision, **sent: str) -> Any:
    response = desk.post(f"{REVISIONS}{revision.pk}/revert/", {"reason": "A mistake", **sent})
    policy_book.refresh()
    return response


def test_a_change_goes_back(desk: Client, ada: User) -> None:
    sales = profile("Sales")
    fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", login_hours="Mon-Tue 08:00-18:00", idle_timeout=15)
    changed = newest_revision()
    assert f"{REVISIONS}{changed.pk}/revert/" in desk.get(f"{REVISIONS}{changed.pk}/change/").content.decode()
    page = text_of(desk.get(f"{REVISIONS}{changed.pk}/revert/"))
    assert "Login hours Mon 08:00-18:00 Tue 08:00-18:00 –" in page
    assert "Time-out without activity (minutes) 15 –" in page
    assert revert(desk, changed, understood="on").status_code == 302
    sales.refresh_from_db()
    assert (sales.login_hours, sales.idle_timeout) == ({}, None)
    newest = newest_revision()
    assert (newest.author, newest.author_level, newest.reason) == (ada, "high_assurance", "A mistake")


def test_it_needs_a_reason(desk: Client) -> None:
    rule("networks", "raise")
    created = newest_revision()
    assert "This field is required." in text_of(revert(desk, created, reason="", understood="on"))
    assert ResourcePolicy.objects.exists()


def test_what_takes_protection_away_needs_the_tick(desk: Client) -> None:
    rule("networks", "block")
    created = newest_revision()
    refused = revert(desk, created)
    assert (refused.status_code, "opens without a High Assurance session" in text_of(refused)) == (400, True)
    assert revert(desk, created, understood="on").status_code == 302
    assert not ResourcePolicy.objects.exists()


def test_what_would_shut_out_stays(desk: Client, ada: User) -> None:
    move("password", "high_assurance")
    move("authenticator_app", "standard")
    rule("admin", "allow")
    MethodLevel.objects.get(method="authenticator_app").delete()
    deleted = newest_revision()
    move("password", "standard")
    refused = revert(desk, deleted, understood="on")
    assert "This would shut you out, so nothing was saved." in text_of(refused)
    assert "Revert" not in refused.content.decode().split("submit-row")[1]
    assert not MethodLevel.objects.filter(method="authenticator_app").exists()


def test_what_was_changed_again_says_so(desk: Client) -> None:
    rule("networks", "raise")
    rule("networks", "block")
    older = newest_revision()
    rule("networks", "raise")
    assert "was changed again since" in text_of(revert(desk, older, understood="on"))


def test_members_come_back(desk: Client) -> None:
    bob, carol = person("bob"), person("carol")
    strict = permission_set(bob, two_factor_ui=True)
    fill_in(desk, f"{POLICY}permissionset/{strict.pk}/change/", users=[carol.pk], reason="Swap", understood="on")
    swapped = newest_revision()
    assert "no longer asks these people for a second factor: carol." in text_of(desk.get(f"{REVISIONS}{swapped.pk}/revert/"))
    assert revert(desk, swapped, understood="on").status_code == 302
    assert list(strict.users.all()) == [bob]
    assert (newest_revision().before, newest_revision().after) == ({"users": ["carol"]}, {"users": ["bob"]})


def test_members_who_are_gone_are_named(desk: Client) -> None:
    bob = person("bob")
    strict = permission_set(bob)
    fill_in(desk, f"{POLICY}permissionset/{strict.pk}/change/", users=[])
    left = newest_revision()
    bob.delete()
    assert "These do not exist any more: bob." in text_of(revert(desk, left))


def test_a_deleted_profile_comes_back(desk: Client) -> None:
    sales = profile("Sales", required_level="high_assurance")
    desk.post(f"{POLICY}profile/{sales.pk}/delete/", {"post": "yes"})
    assert revert(desk, newest_revision()).status_code == 302
    assert Profile.objects.get(name="Sales").required_level == "high_assurance"


def test_it_needs_the_right_to_change_that_policy(client: Client) -> None:
    rule("networks", "raise")
    created = newest_revision()
    carol = person("carol", is_staff=True)
    carol.user_permissions.set(Permission.objects.filter(codename__in=["view_policyrevision", "change_resourcepolicy"]))
    rule("admin", "allow")
    sign_in(client, carol)
    assert "/revert/" not in client.get(f"{REVISIONS}{created.pk}/change/").content.decode()
    assert (client.get(f"{REVISIONS}{created.pk}/revert/").status_code, revert(client, created).status_code) == (403, 403)
    assert ResourcePolicy.objects.filter(key="networks").exists()


def test_the_area_of_the_policy_is_asked_too(desk: Client, client: Client) -> None:
    OrganisationSettings.load().save()
    saved = newest_revision()
    carol = person("carol", is_staff=True, is_superuser=True)
    rule("admin", "allow")
    rule("session_settings", "block")
    sign_in(client, carol)
    assert client.get(f"{REVISIONS}{saved.pk}/change/").status_code == 200
    assert client.get(f"{REVISIONS}{saved.pk}/revert/").status_code == 403


def test_versions_of_flows_never_go_back(desk: Client) -> None:
    active(TERMS, END)
    activated = newest_revision()
    assert activated.policy == "loginflows.flowversion"
    assert "/revert/" not in desk.get(f"{REVISIONS}{activated.pk}/change/").content.decode()
    assert revert(desk, activated).status_code == 403


def test_there_is_no_page_for_a_revision_that_is_not_there(desk: Client) -> None:
    assert desk.get(f"{REVISIONS}999999/revert/").status_code == 404
