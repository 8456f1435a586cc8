"""Who comes into the administration, and what is asked of them: at every address of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts.models import User
from sessions_policy.doors import mark_of
from sessions_policy.models import DecisionRecord
from tests.accounts.people import give_authenticator, person, profile, rule, sign_in

ADDRESSES = [
    "/admin/",
    "/admin/accounts/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/accounts/user/1/",
    "/admin/accounts/user/1/change/",
    "/admin/accounts/user/1/password/",
    "/admin/sessions_policy/methodlevel/",
    "/admin/sessions_policy/usersession/",
    "/admin/autocomplete/",
    "/admin/jsi18n/",
    "/admin/password_change/",
    "/admin/logout/",
    "/admin/r/1/1/",
    "/admin/no/such/page/",
]


def views() -> Iterator[tuple[str, Any]]:
    """Yield every view below /admin/ with its pattern."""
    found = next(each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "admin")
    waiting = [("", found)]
    while waiting:
        prefix, each = waiting.pop()
        if isinstance(each, URLPattern):
            yield prefix + str(each.pattern), each.callback
        else:
            waiting += [(prefix + str(each.pattern), inner) for inner in each.url_patterns]


def staff(username: str, *rights: str, **values: Any) -> User:
    """Return somebody who may come in, with some rights."""
    found = person(username, is_staff=True, **values)
    found.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return found


def test_every_address_asks_for_the_resource() -> None:
    asked = {pattern: mark_of(view) for pattern, view in views() if pattern != "admin/login/"}
    assert len(asked) > 100
    assert [pattern for pattern, mark in asked.items() if "admin" not in mark.asked.resources or mark.open] == []


def test_every_address_of_an_area_asks_for_the_area_too() -> None:
    patterns = dict(views())
    for model, model_admin in admin.site._registry.items():
        area = getattr(model_admin, "policy_resource", "")
        own = [
            view
            for pattern, view in patterns.items()
            if pattern.startswith(f"admin/{model._meta.label_lower}/".replace(".", "/"))
        ]
        assert own, model
        assert all(area in mark_of(view).asked.resources for view in own if area), model


def test_every_model_has_an_area() -> None:
    areas = {model._meta.label: getattr(each, "policy_resource", "") for model, each in admin.site._registry.items()}
    assert len(areas) > 15
    assert [name for name, area in areas.items() if not area] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_go_to_the_products_login(client: Client, address: str) -> None:
    response = client.get(address, follow=True)
    assert response.redirect_chain[-1][0].startswith("/login/?next=")
    assert address.strip("/").replace("/", "") in response.redirect_chain[-1][0].replace("%2F", "").replace("/", "")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_is_no_staff_is_told_so_and_asked_for_nothing(client: Client, address: str) -> None:
    bob = person("bob")
    give_authenticator(bob)
    sign_in(client, bob)
    response = client.get(address)
    assert response.status_code == 403
    assert b'data-page="error-403"' in response.content
    assert b"Only staff may open the administration." in response.content
    assert DecisionRecord.objects.get().reason == "right.missing"


@pytest.mark.django_db
def test_staff_without_the_right_gets_a_page_and_no_login(client: Client) -> None:
    carol = staff("carol", "view_loginrecord")
    sign_in(client, carol)
    rule("admin", "allow")
    assert client.get("/admin/accounts/loginrecord/").status_code == 200
    refused = client.get("/admin/accounts/user/")
    assert (refused.status_code, b'data-page="error-403"' in refused.content) == (403, True)


@pytest.mark.django_db
def test_a_standard_session_is_raised_on_the_way_in(client: Client) -> None:
    carol = staff("carol", is_superuser=True)
    authenticator = give_authenticator(carol)
    sign_in(client, carol)
    asked = client.get("/admin/accounts/user/")
    assert asked.headers["Location"].startswith("/step-up/?next=")
    record = DecisionRecord.objects.get()
    assert (record.reason, record.subject, record.outcome) == ("level.resource", "Administration", "verify")
    there = client.post(asked.headers["Location"], {"method": "authenticator_app", "code": authenticator.code()}, follow=True)
    assert there.redirect_chain[-1][0] == "/admin/accounts/user/"
    assert b'data-page="admin-user"' in there.content


@pytest.mark.django_db
def test_a_profile_of_high_assurance_is_in_at_once(desk: Client) -> None:
    page = desk.get("/admin/")
    assert (page.status_code, b'data-page="admin"' in page.content) == (200, True)


@pytest.mark.django_db
def test_one_area_can_ask_for_more_than_the_others(client: Client) -> None:
    carol = staff("carol", is_superuser=True)
    give_authenticator(carol)
    rule("admin", "allow")
    rule("networks", "block")
    sign_in(client, carol)
    assert client.get("/admin/sessions_policy/profile/").status_code == 200
    assert b"Manage trusted networks" in client.get("/admin/sessions_policy/trustednetwork/").content
    assert client.get("/admin/sessions_policy/trustednetwork/").status_code == 403


@pytest.mark.django_db
def test_a_password_of_ones_own_is_changed_on_the_products_page(desk: Client, ada: User) -> None:
    assert desk.get("/admin/password_change/").headers["Location"] == "/security/password/"
    assert desk.get("/admin/password_change/done/").headers["Location"] == "/security/"
    assert desk.get(f"/admin/accounts/user/{ada.pk}/password/").headers["Location"] == "/security/password/"


@pytest.mark.django_db
def test_signing_out_is_the_same_as_everywhere(desk: Client) -> None:
    assert desk.get("/admin/logout/").status_code == 405
    assert desk.post("/admin/logout/").status_code == 302
    assert "_auth_user_id" not in desk.session


@pytest.mark.django_db
def test_there_is_no_page_that_nobody_made(desk: Client) -> None:
    page = desk.get("/admin/no/such/page/")
    assert (page.status_code, b'data-page="error-404"' in page.content) == (404, True)


@pytest.mark.django_db
def test_somebody_whose_staff_status_is_taken_is_out_at_the_next_click(client: Client) -> None:
    carol = staff("carol", "view_loginrecord", in_profile=profile("Help Desk"))
    rule("admin", "allow")
    sign_in(client, carol)
    assert client.get("/admin/accounts/loginrecord/").status_code == 200
    User.objects.filter(pk=carol.pk).update(is_staff=False)
    assert client.get("/admin/accounts/loginrecord/").status_code == 403


@pytest.mark.django_db
def test_the_reference_of_a_missing_right_finds_its_row(client: Client) -> None:
    sign_in(client, person("alice"))
    page = client.get("/admin/")
    assert page.status_code == 403
    row = DecisionRecord.objects.get(reason="right.missing")
    assert row.reference in page.content.decode()
    assert row.subject == "/admin/"
