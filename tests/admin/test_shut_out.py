"""No change shuts out all administrators, nor asks of a profile what nobody of it could prove; a refusal shows its rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.devices import recovery_code
from accounts.models import User
from sessions_policy import safety
from sessions_policy.models import MethodLevel, PermissionSet, Profile
from tests.accounts.people import give_authenticator, move, person, profile, rule, sign_in
from tests.admin.words import errors_of, fill_in, text_of

pytestmark = pytest.mark.django_db
POLICY = "/admin/sessions_policy/"
NO_ADMINISTRATOR = "After this no administrator could sign in any more, so nothing was saved."


@pytest.fixture
def root() -> User:
    """The only superuser, who has an authenticator."""
    root = person("root", profile("System Administrator"), is_staff=True, is_superuser=True)
    give_authenticator(root)
    return root


@pytest.fixture
def carol(client: Client, root: User) -> Client:
    """The browser of somebody who rules the policies and is no superuser."""
    carol = person("carol", profile("Operator"), is_staff=True)
    carol.user_permissions.set(Permission.objects.filter(content_type__app_label="sessions_policy"))
    rule("admin", "allow")
    sign_in(client, carol)
    return client


def free(ada: User) -> None:
    """Ask nothing of Ada."""
    profile(ada.profile.name, required_level="none")
    rule("admin", "allow")


def test_the_profile_of_all_administrators_keeps_a_way_in(carol: Client, root: User) -> None:
    move("authenticator_app", "standard")
    address = f"{POLICY}profile/{root.profile.pk}/change/"
    refused = errors_of(fill_in(carol, address, required_level="high_assurance"))
    assert NO_ADMINISTRATOR in refused
    assert "which System Administrator needs" in refused
    assert Profile.objects.get(pk=root.profile.pk).required_level == "none"


def test_one_administrator_who_gets_in_is_enough(carol: Client, root: User) -> None:
    move("authenticator_app", "standard")
    other = person("other", root.profile, is_staff=True, is_superuser=True)
    recovery_code.generate(other)
    address = f"{POLICY}profile/{root.profile.pk}/change/"
    assert fill_in(carol, address, required_level="high_assurance").status_code == 302


@pytest.mark.parametrize("values", [{"is_active": False}, {"is_frozen": True}])
def test_who_is_switched_off_is_no_way_in(carol: Client, root: User, values: dict[str, bool]) -> None:
    move("authenticator_app", "standard")
    other = person("other", root.profile, is_staff=True, is_superuser=True, **values)
    recovery_code.generate(other)
    address = f"{POLICY}profile/{root.profile.pk}/change/"
    assert NO_ADMINISTRATOR in errors_of(fill_in(carol, address, required_level="high_assurance"))


def test_moving_the_method_of_all_administrators_is_refused(carol: Client, root: User) -> None:
    profile("System Administrator", required_level="high_assurance")
    page = carol.get(f"{POLICY}methodlevel/", {"move": "authenticator_app:standard"})
    assert NO_ADMINISTRATOR in text_of(page)
    sent = {"move": "authenticator_app:standard", "reason": "x", "understood": "on"}
    assert carol.post(f"{POLICY}methodlevel/", sent).status_code == 400
    assert not MethodLevel.objects.exists()


def test_networks_of_their_own_are_where_administrators_come_from(carol: Client, root: User) -> None:
    address = f"{POLICY}profile/{root.profile.pk}/change/"
    assert fill_in(carol, address, ip_ranges="192.0.2.0/24").status_code == 302


def test_a_profile_that_nobody_could_satisfy_is_refused(desk: Client, ada: User) -> None:
    free(ada)
    move("authenticator_app", "standard")
    sales = profile("Sales")
    person("bob", sales)
    refused = errors_of(fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", required_level="high_assurance"))
    assert "After this nobody with the profile Sales could sign in, so nothing was saved." in refused
    assert "no method that this person could use stands in the High Assurance column, which Sales needs" in refused
    move("activation", "high_assurance")
    assert fill_in(desk, f"{POLICY}profile/{sales.pk}/change/", required_level="high_assurance").status_code == 302


def test_a_profile_that_was_out_of_reach_before_hinders_nothing_else(desk: Client, ada: User) -> None:
    free(ada)
    profile("Sales", required_level="high_assurance")
    move("authenticator_app", "standard")
    assert fill_in(desk, f"{POLICY}trustednetwork/add/", name="Office", network="192.0.2.0/24").status_code == 302


def test_a_refusal_shows_the_rules_that_led_to_it(desk: Client, ada: User) -> None:
    page = desk.get(f"{POLICY}methodlevel/", {"move": "authenticator_app:standard"})
    said = text_of(page)
    assert "The account is active, not frozen and not locked out. (passes)" in said
    assert (
        "The session's level is enough for the profile, the connected app, the resource and the request. (is the answer)"
        in said
    )
    assert "<ol class='trace-rules'><li>" in page.content.decode()
    errors = errors_of(fill_in(desk, f"{POLICY}profile/{ada.profile.pk}/change/", ip_ranges="192.0.2.0/24"))
    assert "<ol class='trace-rules'><li>" in errors


def test_who_is_in_a_permission_set_is_rehearsed_too(desk: Client, ada: User) -> None:
    seen = []
    real = safety.refusal_of

    def look(*args: Any) -> Any:
        seen.append(sorted(PermissionSet.objects.filter(users=ada).values_list("name", flat=True)))
        return real(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safety, "refusal_of", look)
        fill_in(desk, f"{POLICY}permissionset/add/", name="Strict", two_factor_ui="on", users=[ada.pk])
    assert seen == [["Strict"]]
