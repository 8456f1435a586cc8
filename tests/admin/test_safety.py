"""No policy can be saved or deleted that shuts out the administrator who does it; everything else can."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from accounts.devices import recovery_code
from accounts.models import User
from sessions_policy import policy_book, safety
from sessions_policy.models import PermissionSet, PolicyRevision, Profile, ResourcePolicy
from tests.accounts.people import give_authenticator, move, person, profile, rule, sign_in
from tests.admin.words import errors_of, fill_in, text_of

pytestmark = pytest.mark.django_db
POLICY = "/admin/sessions_policy/"
METHODS = ("sso:corp", "delegated", "authenticator_app", "token_bridge")


@pytest.fixture
def carol() -> User:
    """An administrator of whom nothing is asked, where no method gives High Assurance."""
    move("authenticator_app", "standard")
    rule("admin", "allow")
    carol = person("carol", profile("Operator"), is_staff=True, is_superuser=True)
    give_authenticator(carol)
    return carol


@pytest.fixture
def office(client: Client, carol: User) -> Client:
    """Carol's browser."""
    sign_in(client, carol)
    return client


def address_of(found: Profile | ResourcePolicy, page: str = "change") -> str:
    return f"{POLICY}{found._meta.model_name}/{found.pk}/{page}/"


def test_ones_own_profile_asks_for_nothing_out_of_reach(office: Client, carol: User) -> None:
    before = PolicyRevision.objects.count()
    refused = fill_in(office, address_of(carol.profile), required_level="high_assurance", description="Only the strong")
    assert "This would shut you out, so nothing was saved." in errors_of(refused)
    assert "which Operator needs" in errors_of(refused)
    assert b'value="Only the strong"' in refused.content
    assert Profile.objects.get(name="Operator").required_level == "none"
    assert PolicyRevision.objects.count() == before


def test_other_peoples_profiles_are_their_business(office: Client) -> None:
    sales = profile("Sales")
    recovery_code.generate(person("bob", sales))
    assert fill_in(office, address_of(sales), required_level="high_assurance").status_code == 302
    assert Profile.objects.get(name="Sales").required_level == "high_assurance"


def test_it_is_saved_where_something_reaches(office: Client, carol: User) -> None:
    recovery_code.generate(carol)
    assert fill_in(office, address_of(carol.profile), required_level="high_assurance").status_code == 302


def test_it_is_saved_where_a_first_method_could_be_set_up(client: Client) -> None:
    dave = person("dave", profile("Operator"), is_staff=True, is_superuser=True)
    rule("admin", "allow")
    sign_in(client, dave)
    assert fill_in(client, address_of(dave.profile), required_level="high_assurance").status_code == 302


@pytest.mark.parametrize("action", ["raise", "block"])
@pytest.mark.parametrize("key", ["admin", "session_settings"])
def test_the_way_to_the_page_stays_open(office: Client, key: str, action: str) -> None:
    found = ResourcePolicy.objects.filter(key=key).first()
    address = address_of(found) if found else f"{POLICY}resourcepolicy/add/?key={key}"
    refused = fill_in(office, address, action=action)
    assert "This would shut you out" in errors_of(refused)
    assert ResourcePolicy.objects.filter(key=key, action=action).count() == 0


def test_a_resource_that_leads_nowhere_near_is_free(office: Client) -> None:
    assert fill_in(office, f"{POLICY}resourcepolicy/add/?key=reports", action="block").status_code == 302


def test_a_policy_whose_default_would_shut_out_is_not_deleted(office: Client) -> None:
    allowed = ResourcePolicy.objects.get(key="admin")
    for page in (office.get(address_of(allowed, "delete")), office.post(address_of(allowed, "delete"), {"post": "yes"})):
        assert "“admin” cannot be deleted, because of this: This would shut you out" in text_of(page)
    assert ResourcePolicy.objects.filter(key="admin").exists()


def test_a_profile_that_people_have_says_who(office: Client, carol: User) -> None:
    page = office.post(address_of(carol.profile, "delete"), {"post": "yes"})
    assert "“Operator” cannot be deleted, because of this: User: carol" in text_of(page)
    assert Profile.objects.filter(name="Operator").exists()


def test_addresses_that_leave_out_ones_own_are_refused(office: Client, carol: User) -> None:
    refused = fill_in(office, address_of(carol.profile), ip_ranges="192.0.2.0/24")
    assert "outside the IP ranges of the profile Operator" in errors_of(refused)
    assert fill_in(office, address_of(carol.profile), ip_ranges="192.0.2.0/24\n127.0.0.1").status_code == 302


@time_machine.travel("2026-11-22 12:00:00Z", tick=False)
def test_hours_pass_and_shut_nobody_out(client: Client) -> None:
    dave = person("dave", profile("Operator"), is_staff=True, is_superuser=True)
    rule("admin", "allow")
    sign_in(client, dave)
    saved = fill_in(client, address_of(dave.profile), login_hours="Mon 08:00-18:00")
    assert (saved.status_code, Profile.objects.get(name="Operator").login_hours) == (302, {"0": ["08:00", "18:00"]})


def test_one_cannot_give_oneself_a_profile_that_shuts_out(office: Client, carol: User) -> None:
    strict = profile("Strict", required_level="high_assurance")
    refused = fill_in(office, f"/admin/accounts/user/{carol.pk}/change/", profile=strict.pk)
    assert "which Strict needs" in errors_of(refused)
    assert User.objects.get(pk=carol.pk).profile.name == "Operator"


def test_one_cannot_make_oneself_an_api_only_user(office: Client, carol: User) -> None:
    refused = fill_in(office, address_of(carol.profile), api_only="on")
    assert "This would shut you out" in errors_of(refused) and "API only user" in errors_of(refused)
    assert not Profile.objects.get(name="Operator").api_only


def test_nor_by_a_permission_set(office: Client, carol: User) -> None:
    robots = PermissionSet.objects.create(name="Robots", api_only=True)
    refused = fill_in(office, f"{POLICY}permissionset/{robots.pk}/change/", users=[carol.pk])
    assert "This would shut you out" in errors_of(refused)
    assert not robots.users.exists()


def test_nor_every_administrator(carol: User) -> None:
    own = carol.profile
    own.api_only = True
    refused = safety.rehearse(own.save, safety.COMMAND_LINE)
    assert refused is not None and (refused.who, refused.decision.reason) == ("administrators", "login.api_only")


def test_a_profile_of_programs_is_saved(office: Client) -> None:
    jobs = profile("Jobs")
    person("nightly", jobs)
    assert fill_in(office, address_of(jobs), api_only="on").status_code == 302
    assert Profile.objects.get(name="Jobs").api_only


def test_a_rehearsal_leaves_nothing_behind(office: Client, carol: User) -> None:
    before, book = PolicyRevision.objects.count(), policy_book.current()
    own = carol.profile
    own.required_level = "high_assurance"
    refused = safety.rehearse(own.save, safety.Administrator(carol.pk, "127.0.0.1"))
    assert refused is not None
    assert (refused.who, refused.decision.reason) == ("author", "level.unreachable")
    assert [step.rule for step in refused.decision.trace][-1] == "level_is_enough"
    assert (PolicyRevision.objects.count(), policy_book.current()) == (before, book)
    assert Profile.objects.get(name="Operator").required_level == "none"


def test_who_signed_in_without_a_password_is_not_shut_out_by_that(carol: User) -> None:
    carol.set_unusable_password()
    carol.save()
    signed_in_by = {method: safety.Administrator(carol.pk, "127.0.0.1", frozenset({method})) for method in METHODS}
    open_to = [method for method, administrator in signed_in_by.items() if safety.refusal_of(administrator) is None]
    # An app's token opened the session of the last one: that is no login of theirs.
    assert open_to == ["sso:corp", "delegated"]
