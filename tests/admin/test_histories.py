"""Histories and decisions in the administration: every attempt is found, and none is changed."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import LoginRecord, User, VerificationRecord
from sessions_policy.models import DecisionRecord
from tests.accounts.people import give_authenticator, give_password, person, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db
LOGINS, VERIFICATIONS = "/admin/accounts/loginrecord/", "/admin/accounts/verificationrecord/"
DECISIONS = "/admin/sessions_policy/decisionrecord/"


@pytest.fixture
def bob(client: Client) -> User:
    """Bob, who mistyped his password, signed in, was asked at the reports and gave a wrong code."""
    bob = person("bob")
    give_authenticator(bob)
    client.post("/login/", {"username": "bob", "password": "correct horse"})
    sign_in(client, bob)
    asked = client.get("/reports/").headers["Location"]
    client.post(asked, {"method": "authenticator_app", "code": "000000"})
    return bob


def listed(desk: Client, address: str) -> list[Any]:
    response = desk.get(address)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_logins_are_filtered_and_searched(desk: Client, bob: User) -> None:
    statuses = [row.status for row in listed(desk, f"{LOGINS}?q=bob")]
    assert statuses == ["success", "invalid_password"]
    assert [row.user for row in listed(desk, f"{LOGINS}?status__exact=invalid_password")] == [bob]
    assert listed(desk, f"{LOGINS}?q=192.0.2.1") == []
    page = text_of(desk.get(LOGINS))
    assert "Invalid password" in page
    assert "By application All (none)" in page


def test_logins_are_found_by_their_day(desk: Client, bob: User) -> None:
    with time_machine.travel("2024-02-29 12:00Z"):
        give_password(Client(), bob)
        LoginRecord.objects.create(user=bob, channel="browser", method="password", status="success")
    assert len(listed(desk, f"{LOGINS}?at__year=2024&at__month=2&at__day=29")) == 2
    assert listed(desk, f"{LOGINS}?at__year=2024&at__month=3") == []


def test_verifications_say_who_asked_and_how_it_ended(desk: Client, bob: User) -> None:
    row, *_rest = listed(desk, f"{VERIFICATIONS}?q=bob")
    assert (row.status, row.method) == ("failed_invalid_code", "authenticator_app")
    page = text_of(desk.get(f"{VERIFICATIONS}{row.pk}/change/"))
    assert "Invalid code" in page
    assert "000000" not in page
    assert row in listed(desk, f"{VERIFICATIONS}?q={row.attempt}")


@pytest.mark.parametrize("typed", ["{ref}", "{lower}", "{plain}", "  {spaced} "])
def test_a_decision_is_found_by_its_reference(desk: Client, bob: User, typed: str) -> None:
    reference = DecisionRecord.objects.get(user=bob).reference
    words = {"ref": reference, "lower": reference.lower(), "plain": reference.replace("-", "")}
    typed = typed.format(**words, spaced=reference.replace("-", " "))
    assert [row.reference for row in listed(desk, f"{DECISIONS}?q={typed}")] == [reference]


def test_a_name_of_eight_letters_is_still_a_name(desk: Client, client: Client) -> None:
    standard = person("standard")
    sign_in(client, standard)
    client.get("/reports/")
    assert [row.user for row in listed(desk, f"{DECISIONS}?q=standard")] == [standard]


def test_a_decision_is_read_with_its_trace(desk: Client, bob: User) -> None:
    record = DecisionRecord.objects.get(user=bob)
    listing = text_of(desk.get(f"{DECISIONS}?outcome=verify"))
    assert f"{record.reference} " in listing
    assert "The resource Reports requires High Assurance." in listing
    page = text_of(desk.get(f"{DECISIONS}{record.pk}/change/"))
    assert "The account is active, not frozen and not locked out. passes" in page
    assert "is the answer high_assurance standard" in page
    assert listed(desk, f"{DECISIONS}?outcome=deny") == []


@pytest.mark.parametrize("model", [LoginRecord, VerificationRecord, DecisionRecord])
def test_they_are_for_reading_only(desk: Client, bob: User, model: Any) -> None:
    row, address = model.objects.first(), f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for page in ("add/", f"{row.pk}/delete/"):
        assert (desk.get(address + page).status_code, desk.post(address + page, {"post": "yes"}).status_code) == (403, 403)
    assert desk.post(f"{address}{row.pk}/change/", {"reference": "AAAA-BBBB"}).status_code == 403
    desk.post(address, {"action": "delete_selected", "_selected_action": row.pk, "index": 0, "post": "yes"})
    assert list(model.objects.filter(pk=row.pk)) == [row]
    page = desk.get(f"{address}{row.pk}/change/").content.decode()
    assert 'name="_save"' not in page


def test_who_helps_people_reads_their_verifications_and_nothing_else(client: Client, bob: User) -> None:
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename="manage_two_factor"))
    rule("admin", "allow")
    other = Client()
    sign_in(other, helper)
    assert other.get(VERIFICATIONS).status_code == 200
    assert other.get(LOGINS).status_code == 403
    assert other.get(DECISIONS).status_code == 403
