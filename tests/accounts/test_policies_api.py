"""Policies over the API: read and changed like in the administration, with the same rehearsal, questions and revisions."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from sessions_policy import policy_kinds, resources
from sessions_policy.models import MethodLevel, OrganisationSettings, PermissionSet, Profile, ResourcePolicy, TrustedNetwork
from tests.accounts.people import assured_profile, give_authenticator, person, profile, rule, sign_in
from tests.admin.words import newest_revision

pytestmark = pytest.mark.django_db
POLICIES = "/api/v1/policies/"
PATHS = {
    "profiles": "profiles/",
    "permission_sets": "permission-sets/",
    "session_settings": "session-settings/",
    "resources": "resources/",
    "networks": "networks/",
    "organisation": "organisation/",
}
CONFIRMED = {"reason": "The audit said so", "confirm": True}


class Caller:
    """Somebody's program: sends and reads JSON at the policies."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, method: str, path: str, /, **values: Any) -> Any:
        send = getattr(self.client, method)
        if method == "get":
            return send(POLICIES + path, values)
        return send(POLICIES + path, values, content_type="application/json")


@pytest.fixture
def ada(client: Client) -> User:
    """Ada administers; she is signed in with her second factor."""
    ada = User.objects.create_superuser("ada", "ada@example.org", "correct horse battery staple", profile=assured_profile())
    sign_in(client, ada, give_authenticator(ada))
    return ada


@pytest.fixture
def call(client: Client, ada: User) -> Caller:
    return Caller(client)


def assert_asks(call: Caller, method: str, path: str, sentence: str, **values: Any) -> None:
    """Assert that a change is asked about, and made once it was confirmed."""
    before = newest_revision()
    for more in ({}, {"reason": "Only a reason"}, {"confirm": True}, {"reason": "   ", "confirm": True}):
        asked = call(method, path, **values, **more)
        assert asked.status_code == 409
        assert asked.headers["Content-Type"] == "application/problem+json"
        assert asked.json()["code"] == "confirmation_needed"
        assert sentence in " ".join(asked.json()["takes_away"])
        assert '"confirm": true' in asked.json()["how_to_fix"]
        assert newest_revision() == before
    assert call(method, path, **values, **CONFIRMED).status_code in (200, 201, 204)
    assert newest_revision().reason == "The audit said so"


def test_every_kind_has_an_address(call: Caller) -> None:
    assert set(PATHS) == {kind.name for kind in policy_kinds.KINDS}
    for path in PATHS.values():
        assert call("get", path).status_code == 200


def test_a_profile_from_its_first_day_to_its_last(call: Caller, ada: User) -> None:
    made = call("post", "profiles/", name="Sales", required_level="high_assurance", reason="New team")
    assert made.status_code == 201
    pk = made.json()["id"]
    revision = newest_revision()
    assert (revision.author, revision.author_level, revision.before) == (ada, "high_assurance", None)
    assert revision.reason == "New team"
    assert call("get", f"profiles/{pk}/").json()["required_level"] == "high_assurance"
    changed = call("patch", f"profiles/{pk}/", login_hours={"0": ["08:00", "18:00"]}, idle_timeout=30)
    assert changed.json()["login_hours"] == {"0": ["08:00", "18:00"]}
    assert newest_revision().before["idle_timeout"] is None  # type: ignore[index]
    assert_asks(call, "patch", f"profiles/{pk}/", "no longer need High Assurance", required_level="none")
    assert call("delete", f"profiles/{pk}/", reason="Team is gone").status_code == 204
    assert (newest_revision().after, newest_revision().reason) == (None, "Team is gone")
    assert call("get", f"profiles/{pk}/").status_code == 404


def test_a_profile_that_people_have_is_not_deleted(call: Caller) -> None:
    bob = person("bob", profile("Sales"))
    refused = call("delete", f"profiles/{bob.profile_id}/", **CONFIRMED)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")


def test_who_is_in_a_permission_set(call: Caller) -> None:
    bob = person("bob")
    made = call("post", "permission-sets/", name="Strict", two_factor_ui=True, users=["bob"])
    pk = made.json()["id"]
    assert made.json()["users"] == ["bob"]
    assert list(bob.permission_sets.all()) == [PermissionSet.objects.get(pk=pk)]
    assert newest_revision().after == {"users": ["bob"]}
    assert call("patch", f"permission-sets/{pk}/", name="Stricter").json()["users"] == ["bob"]
    assert_asks(call, "patch", f"permission-sets/{pk}/", "no longer asks these people for a second factor: bob.", users=[])
    unknown = call("patch", f"permission-sets/{pk}/", users=["nobody"])
    assert unknown.json()["errors"] == {"users": ["There is nobody with the username nobody."]}


def test_a_waiver_is_asked_about(call: Caller) -> None:
    person("bob")
    assert_asks(call, "post", "permission-sets/", "are waived", name="Exempt", waive_two_factor=True, users=["bob"])


def test_the_two_columns(call: Caller) -> None:
    rows = {row["method"]: row for row in call("get", "session-settings/", limit=200).json()["results"]}
    assert set(rows) == set(policy_kinds.movable())
    assert rows["password"] == {"method": "password", "level": "standard", "is_default": True}
    assert_asks(call, "patch", "session-settings/password/", "alone gives High Assurance", level="high_assurance")
    assert MethodLevel.objects.get().level == "high_assurance"
    assert call("patch", "session-settings/password/", level="none").status_code == 400
    assert call("patch", "session-settings/password/", method="passkey").status_code == 400
    assert call("patch", "session-settings/login_flow/", level="standard").status_code == 404
    assert call("post", "session-settings/", method="x", level="standard").status_code == 405


def test_resources_go_back_to_their_default(call: Caller) -> None:
    rows = {row["key"]: row for row in call("get", "resources/", limit=200).json()["results"]}
    assert set(rows) == {each.key for each in resources.registered()}
    assert call("patch", "resources/networks/", action="raise", again_after_minutes=30).status_code == 200
    assert call("patch", "resources/networks/", action="block").json()["errors"] == {
        "again_after_minutes": ["A period needs the action that raises the session level."]
    }
    assert_asks(call, "delete", "resources/networks/", "opens without a High Assurance session")
    assert not ResourcePolicy.objects.exists()
    assert call("delete", "resources/networks/").status_code == 204
    assert call("get", "resources/nothing/").status_code == 404


def test_networks(call: Caller) -> None:
    made = call("post", "networks/", name="Office", network="192.0.2.0/24")
    assert made.status_code == 201
    assert call("post", "networks/", name="Twice", network="192.0.2.0/24").json()["errors"]["network"]
    assert call("post", "networks/", name="Nonsense", network="192.0.2.0/99").status_code == 400
    assert_asks(call, "patch", f"networks/{made.json()['id']}/", "a large part", network="0.0.0.0/0")
    assert call("delete", f"networks/{made.json()['id']}/").status_code == 204
    assert not TrustedNetwork.objects.filter(name="Office").exists()


def test_the_organisation(call: Caller) -> None:
    assert call("get", "organisation/").json()["device_activation"] is True
    assert call("patch", "organisation/", idle_timeout=14).json()["errors"]["idle_timeout"]
    assert call("patch", "organisation/", idle_timeout=60).json()["idle_timeout"] == 60
    assert_asks(call, "patch", "organisation/", "Unknown browsers", device_activation=False)
    assert OrganisationSettings.load().device_activation is False
    assert call("delete", "organisation/").status_code == 405


def test_nobody_is_shut_out(call: Caller) -> None:
    before = newest_revision()
    refused = call("patch", "session-settings/authenticator_app/", level="standard", **CONFIRMED)
    assert refused.status_code == 422
    said = refused.json()
    assert (said["code"], said["who"]) == ("would_shut_out", "author")
    assert "This would shut you out, so nothing was saved." in said["detail"]
    assert [step["verdict"] for step in said["trace"]["steps"] if step["reached"]][-1] == "answers"
    assert newest_revision() == before
    assert not MethodLevel.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"two_factor_ui": "false"}, "two_factor_ui"),
        ({"two_factor_ui": 1}, "two_factor_ui"),
        ({"idle_timeout": "60"}, "idle_timeout"),
        ({"idle_timeout": True}, "idle_timeout"),
        ({"name": None}, "name"),
        ({"name": ["x"]}, "name"),
        ({"login_hours": []}, "login_hours"),
        ({"login_hours": {"0": ["25:00", "26:00"]}}, "login_hours"),
        ({"grace_until": "soon"}, "grace_until"),
        ({"required_level": "extreme"}, "required_level"),
        ({"two_factor_api": True}, "two_factor_api"),
        ({"id": 7}, "id"),
        ({"nonsense": 7}, "nonsense"),
        ({"reason": 7}, "reason"),
    ],
)
def test_what_is_wrong_is_named(call: Caller, values: dict[str, Any], field: str) -> None:
    sales = profile("Sales")
    refused = call("patch", f"profiles/{sales.pk}/", **values)
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert list(refused.json()["errors"]) == [field]


@pytest.mark.parametrize("values", [{"name": "a\x00b"}, {"login_hours": {"0": ["\ud800"]}}, {"a\x00b": 1}, {"reason": "\x00"}])
def test_text_that_no_database_holds(call: Caller, values: dict[str, Any]) -> None:
    refused = call("patch", f"profiles/{profile('Sales').pk}/", **values)
    assert refused.status_code == 400
    assert "NUL character" in refused.json()["detail"]


def test_a_body_that_is_no_object(client: Client, ada: User) -> None:
    refused = client.post(POLICIES + "profiles/", "[]", content_type="application/json")
    assert refused.status_code == 400


@pytest.mark.parametrize("path", [*PATHS.values(), "revisions/"])
def test_they_are_for_those_with_the_right(client: Client, path: str) -> None:
    sign_in(client, person("eve"))
    rule("profiles", "allow")
    assert client.get(POLICIES + path).status_code == 403


def test_who_may_look_may_not_change(client: Client) -> None:
    carol = person("carol")
    carol.user_permissions.set(Permission.objects.filter(codename="view_profile"))
    rule("profiles", "allow")
    sign_in(client, carol)
    call, sales = Caller(client), profile("Sales")
    assert call("get", f"profiles/{sales.pk}/").status_code == 200
    for method, path in (("patch", f"profiles/{sales.pk}/"), ("delete", f"profiles/{sales.pk}/"), ("post", "profiles/")):
        assert call(method, path, name="Mine").status_code == 403


def test_the_area_asks_for_its_level(client: Client) -> None:
    carol = person("carol")
    carol.user_permissions.set(Permission.objects.filter(codename__in=["view_profile", "change_profile"]))
    give_authenticator(carol)
    rule("profiles", "raise")
    sign_in(client, carol)
    refused = Caller(client)("patch", f"profiles/{profile('Sales').pk}/", name="Mine")
    assert refused.status_code == 401
    assert 'error="insufficient_user_authentication"' in refused.headers["WWW-Authenticate"]
    assert Profile.objects.filter(name="Sales").exists()


def test_revisions_are_read_and_taken_back(call: Caller, ada: User) -> None:
    sales = profile("Sales", two_factor_ui=True)
    call("patch", f"profiles/{sales.pk}/", two_factor_ui=False, **CONFIRMED)
    call("patch", f"profiles/{sales.pk}/", description="Sells things")
    rows = call("get", "revisions/", policy="sessions_policy.profile").json()["results"]
    assert rows[0]["after"]["description"] == "Sells things"
    assert (rows[1]["author"], rows[1]["reason"]) == ("ada", "The audit said so")
    path = f"revisions/{rows[1]['id']}/revert/"
    assert call("post", path).json()["errors"] == {"reason": ["Say why: it is kept with the revision."]}
    back = call("post", path, reason="It was needed")
    assert (back.json()["policy"]["two_factor_ui"], back.json()["policy"]["description"]) == (True, "Sells things")
    assert newest_revision().reason == "It was needed"
    conflict = call("post", path, reason="Again")
    assert (conflict.status_code, conflict.json()["code"]) == (409, "cannot_revert")


def test_lists_come_in_pages(call: Caller) -> None:
    for n in range(5):
        profile(f"Team {n}")
    page = call("get", "profiles/", limit=2, offset=1).json()
    assert (page["count"], len(page["results"])) == (Profile.objects.count(), 2)
