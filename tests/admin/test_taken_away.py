"""What takes protection away is shown again in sentences, and saved with a reason and a tick only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sessions_policy.models import OrganisationSettings, PermissionSet, Profile, ResourcePolicy, TrustedNetwork
from sessions_policy.protection import taken_away
from tests.accounts.people import permission_set, person, profile, rule
from tests.admin.words import errors_of, fill_in, newest_revision, text_of

pytestmark = pytest.mark.django_db
POLICY = "/admin/sessions_policy/"
CONFIRMED = {"understood": "on", "reason": "The audit said so"}


def assert_asks(desk: Client, address: str, sentence: str, **values: Any) -> None:
    """Assert that a change is asked about, and is saved once it was confirmed."""
    revision = newest_revision()
    asked = fill_in(desk, address, **values)
    assert "Tick the box to confirm" in errors_of(asked)
    assert "Give a reason" in errors_of(asked)
    assert sentence in text_of(asked)
    assert newest_revision() == revision
    assert "understood" in errors_of(fill_in(desk, address, **values, reason="Only a reason"))
    assert "reason" in errors_of(fill_in(desk, address, **values, understood="on"))
    assert fill_in(desk, address, **values, **CONFIRMED).status_code == 302
    assert newest_revision().reason == "The audit said so"


@pytest.mark.parametrize(
    ("stored", "values", "sentence"),
    [
        (
            {"required_level": "high_assurance"},
            {"required_level": "none"},
            "People with the profile Sales no longer need High Assurance to sign in.",
        ),
        (
            {"two_factor_ui": True, "two_factor_api": True},
            {"two_factor_ui": None, "two_factor_api": None},
            "People with the profile Sales are no longer asked for a second factor with their password.",
        ),
        (
            {"two_factor_ui": True, "two_factor_api": True},
            {"two_factor_api": None},
            "Programs of people with the profile Sales are no longer asked for an authenticator code.",
        ),
        (
            {"api_only": True},
            {"api_only": None},
            "People with the profile Sales may sign in in a browser; until now only their programs come in.",
        ),
        (
            {"ip_ranges": "192.0.2.0/24"},
            {"ip_ranges": "192.0.2.0/24\n198.51.100.0/24"},
            "People with the profile Sales may sign in from networks from which they may not now.",
        ),
        ({"idle_timeout": 15}, {"idle_timeout": 1440}, "Sessions of people with the profile Sales last longer."),
        ({"ip_ranges": "192.0.2.0/24"}, {"ip_ranges": ""}, "People with the profile Sales may sign in from every network."),
        (
            {"login_hours": {"0": ["08:00", "18:00"]}},
            {"login_hours": ""},
            "People with the profile Sales may sign in at any hour.",
        ),
        (
            {"enforce_every_request": True},
            {"enforce_every_request": None},
            "Login hours and IP ranges of the profile Sales no longer end sessions that run.",
        ),
    ],
)
def test_a_profile(desk: Client, stored: dict[str, Any], values: dict[str, Any], sentence: str) -> None:
    sales = profile("Sales", **stored)
    assert_asks(desk, f"{POLICY}profile/{sales.pk}/change/", sentence, **values)


@pytest.mark.parametrize(
    "values",
    [{"idle_timeout": 15}, {"required_level": "high_assurance"}, {"ip_ranges": "192.0.2.0/25"}],
)
def test_what_takes_nothing_away_is_saved_at_once(desk: Client, values: dict[str, Any]) -> None:
    sales = profile("Sales", idle_timeout=60, ip_ranges="192.0.2.0/24")
    assert fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", **values).status_code == 302


def test_who_leaves_a_permission_set_is_named(desk: Client) -> None:
    strict = permission_set(person("bob"), two_factor_ui=True)
    address = f"{POLICY}permissionset/{strict.pk}/change/"
    assert_asks(desk, address, "no longer asks these people for a second factor: bob.", users=[])
    assert not strict.users.exists()


def test_a_waiver_and_who_gets_it(desk: Client) -> None:
    bob, carol = person("bob"), person("carol")
    address = f"{POLICY}permissionset/add/"
    assert_asks(desk, address, "are waived from two-factor", name="Exempt", waive_two_factor="on", users=[bob.pk])
    exempt = PermissionSet.objects.get()
    address = f"{POLICY}permissionset/{exempt.pk}/change/"
    assert_asks(desk, address, "waives two-factor authentication for: carol.", users=[bob.pk, carol.pk])


@pytest.mark.parametrize("before", ["raise", "block"])
def test_a_resource_that_opens(desk: Client, before: str) -> None:
    rule("networks", before)
    address = f"{POLICY}resourcepolicy/{ResourcePolicy.objects.get().pk}/change/"
    assert_asks(desk, address, "“Manage trusted networks” opens without a High Assurance session.", action="allow")


def test_a_resource_whose_default_asked(desk: Client) -> None:
    assert_asks(desk, f"{POLICY}resourcepolicy/add/?key=reports", "“Reports” opens without", action="allow")


def test_the_organisation(desk: Client) -> None:
    address = f"{POLICY}organisationsettings/1/change/"
    assert_asks(desk, address, "Unknown browsers outside the trusted networks are no longer confirmed", device_activation=None)
    assert fill_in(desk, address, two_factor_for_everyone="on", lock_sessions_to_address="on").status_code == 302
    assert_asks(desk, address, "Two-factor authentication is no longer asked of everybody.", two_factor_for_everyone=None)
    assert_asks(desk, address, "Sessions go on at other addresses", lock_sessions_to_address=None)
    assert OrganisationSettings.load().device_activation is False


@pytest.mark.parametrize("network", ["0.0.0.0/0", "64.0.0.0/2", "::/0", "2000::/3"])
def test_a_network_that_is_nearly_everywhere(desk: Client, network: str) -> None:
    assert_asks(desk, f"{POLICY}trustednetwork/add/", f"From {network}, which is a large part", name="World", network=network)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "2001:db8::/32"])
def test_a_network_of_an_organisation(desk: Client, network: str) -> None:
    assert fill_in(desk, f"{POLICY}trustednetwork/add/", name="Office", network=network).status_code == 302


def test_what_was_filled_in_is_still_there(desk: Client) -> None:
    sales = profile("Sales", two_factor_ui=True)
    asked = fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", two_factor_ui=None, description="Sells things", reason="Why")
    assert b'value="Sells things"' in asked.content
    assert b'value="Why"' in asked.content


def test_a_deletion(desk: Client) -> None:
    rule("networks", "block")
    policy = ResourcePolicy.objects.get()
    address = f"{POLICY}resourcepolicy/{policy.pk}/delete/"
    assert "“Manage trusted networks” opens without" in text_of(desk.get(address))
    assert "Give a reason" in text_of(desk.post(address, {"post": "yes"}))
    assert ResourcePolicy.objects.exists()
    assert desk.post(address, {"post": "yes", **CONFIRMED}).status_code == 302
    assert (newest_revision().after, newest_revision().reason) == (None, "The audit said so")


def test_a_set_with_people_in_it_is_not_deleted_in_passing(desk: Client) -> None:
    strict = permission_set(person("bob"), two_factor_ui=True)
    empty = PermissionSet.objects.create(name="Empty", two_factor_ui=True)
    address = f"{POLICY}permissionset/"
    for chosen in ([strict.pk, empty.pk], [empty.pk]):
        sent = {"action": "delete_selected", "_selected_action": chosen, "index": 0, "post": "yes"}
        page = text_of(desk.post(address, sent, follow=True))
        assert ("Strict: deleting it takes protection away." in page) is (strict.pk in chosen)
    assert list(PermissionSet.objects.all()) == [strict]


def test_a_network_is_deleted_without_a_question(desk: Client) -> None:
    office = TrustedNetwork.objects.create(name="Office", network="192.0.2.0/24")
    assert desk.post(f"{POLICY}trustednetwork/{office.pk}/delete/", {"post": "yes"}).status_code == 302


def test_kinds_that_protect_nothing_take_nothing_away() -> None:
    assert taken_away("loginflows.loginflow", {"name": "Terms"}, None) == []
    assert taken_away("sessions_policy.profile", Profile(name="Sales", two_factor_ui=True).policy_values(), None) == []
