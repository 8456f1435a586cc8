"""Every page of the administration keeps the content security policy and says which page it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from authsite.content_security import HEADER
from sessions_policy.models import OrganisationSettings
from tests.accounts.people import give_authenticator, person, profile, rule

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)|<link[^>]*\shref=.https?:", re.IGNORECASE
)
PAGES = [
    "/admin/",
    "/admin/accounts/",
    "/admin/sessions_policy/",
    "/admin/accounts/user/1/change/",
    "/admin/accounts/user/2/change/",
    "/admin/accounts/user/2/password/",
    "/admin/accounts/user/2/history/",
    "/admin/accounts/loginrecord/1/change/",
    "/admin/accounts/authenticatordevice/2/delete/",
    "/admin/accounts/authenticatordevice/2/change/",
    "/admin/sessions_policy/organisationsettings/1/change/",
    "/admin/sessions_policy/policyrevision/1/change/",
    "/admin/sessions_policy/profile/1/change/",
    "/admin/sessions_policy/profile/1/delete/",
    "/admin/sessions_policy/profile/1/history/",
    "/admin/sessions_policy/resourcepolicy/add/?key=reports",
    "/admin/sessions_policy/resourcepolicy/1/change/",
    "/admin/sessions_policy/resourcepolicy/1/delete/",
    "/admin/accounts/user/?q=ada&is_active__exact=1",
    "/admin/sessions_policy/profile/?_popup=1",
]


@pytest.fixture
def filled(desk: Client) -> Client:
    """Ada's browser, with something to see of every kind."""
    bob = person("bob", profile("Sales"))
    give_authenticator(bob)
    rule("admin", "raise")
    OrganisationSettings.load().save()
    return desk


def address_of(page: str) -> str:
    """Return the address with the real key of the first row in the place of the 1, and of the last in that of the 2."""
    found = re.search(r"/([a-z]+)/([12])/", page)
    model = found and next(each for each in admin.site._registry if each._meta.model_name == found[1])
    if not found or not model or model is OrganisationSettings:
        return page
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    return page.replace(found[0], f"/{found[1]}/{keys[0] if found[2] == '1' else keys[-1]}/")


def keeps_the_policy(response: Any) -> None:
    html = response.content.decode()
    assert set(response.headers["Content-Security-Policy"].split("; ")) == set(HEADER.split("; "))
    assert INLINE.findall(html) == []
    assert re.search(r'<main [^>]*data-page="[a-z0-9-]+"', html), html[:500]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_nothing_inline(filled: Client, page: str) -> None:
    response = filled.get(address_of(page))
    assert response.status_code == 200, page
    keeps_the_policy(response)


def test_every_list_and_every_empty_form_has_nothing_inline(filled: Client) -> None:
    seen = 0
    for model in admin.site._registry:
        for address in ("", "add/"):
            response = filled.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/{address}", follow=True)
            assert response.status_code in (200, 403, 404)
            keeps_the_policy(response)
            seen += response.status_code == 200
    assert seen > 20


def test_the_bulk_deletion_has_nothing_inline(filled: Client) -> None:
    policies = "/admin/sessions_policy/resourcepolicy/"
    networks = "/admin/sessions_policy/trustednetwork/"
    chosen = filled.get(networks).context["cl"].result_list[0].pk
    response = filled.post(networks, {"action": "delete_selected", "_selected_action": chosen, "index": 0})
    assert (response.status_code, b"Delete what was selected?" in response.content) == (200, True)
    keeps_the_policy(response)
    keeps_the_policy(filled.get(policies))


@pytest.mark.parametrize(
    "address",
    [
        "/admin/accounts/user/99999999999999999999999999/change/",
        "/admin/accounts/user/abc/change/",
        "/admin/accounts/user/abc/password/",
        "/admin/accounts/loginrecord/?at__day=99&at__month=13&at__year=2026",
        "/admin/accounts/loginrecord/?nonsense=1",
        "/admin/accounts/loginrecord/?p=-5",
        "/admin/accounts/user/?password__startswith=a",
        "/admin/accounts/user/?security_token_digest__startswith=a",
        "/admin/sessions_policy/usersession/?level=nonsense",
        "/admin/sessions_policy/usersession/?session_key__startswith=a",
        "/admin/sessions_policy/usersession/?o=9.9",
        "/admin/sessions_policy/decisionrecord/?outcome=nonsense&q=%F0%9F%94%92",
        "/admin/sessions_policy/organisationsettings/2/change/",
        "/admin/sessions_policy/resourcepolicy/add/?key=nonsense",
        "/admin/autocomplete/?app_label=accounts&model_name=user&field_name=profile",
    ],
)
def test_what_makes_no_sense_is_answered_and_breaks_nothing(filled: Client, address: str) -> None:
    filled.raise_request_exception = False
    assert filled.get(address, follow=True).status_code in (200, 400, 403, 404)
