"""The administration site: no second way in."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from authsite.admin.site import AuthsiteAdminSite
from tests.accounts.people import PASSWORD, person, sign_in

pytestmark = pytest.mark.django_db


def test_every_model_registers_with_our_site() -> None:
    assert isinstance(admin.site, AuthsiteAdminSite)
    assert admin.site._registry


@pytest.mark.parametrize("target", ["/admin/", "/admin/accounts/user/"])
def test_the_way_in_is_the_products_own_login(client: Client, target: str) -> None:
    response = client.get("/admin/login/", {"next": target})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=%2Fadmin%2F")


def test_its_login_page_takes_no_password(client: Client) -> None:
    ann = person("ann", is_staff=True, is_superuser=True)
    client.post("/admin/login/", {"username": ann.username, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_whoever_is_signed_in_and_no_staff_is_told_so(client: Client) -> None:
    sign_in(client, person("bob"))
    assert client.get("/admin/login/").status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"])
def test_it_leads_to_no_other_site(client: Client, target: str) -> None:
    assert "evil" not in client.get("/admin/login/", {"next": target}).headers["Location"]


@pytest.mark.parametrize(
    ("is_staff", "is_active", "allowed"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_only_active_staff_belongs_there(rf: RequestFactory, is_staff: bool, is_active: bool, allowed: bool) -> None:
    request: Any = rf.get("/admin/")
    request.user = person("bob", is_staff=is_staff, is_active=is_active)
    assert admin.site.has_permission(request) is allowed


def test_nobody_belongs_there(rf: RequestFactory) -> None:
    request: Any = rf.get("/admin/")
    request.user = AnonymousUser()
    assert admin.site.has_permission(request) is False
