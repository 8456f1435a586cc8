"""Remembered browsers in the administration: listed, and revoked so that the next login is confirmed again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import RememberedBrowser, User
from tests.accounts.people import give_password, person, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db
BROWSERS = "/admin/accounts/rememberedbrowser/"
OUTSIDE = "203.0.113.9"


@pytest.fixture
def bob(client: Client, django_capture_on_commit_callbacks: Any) -> User:
    """Bob, whose browser was activated outside the trusted networks and is remembered."""
    bob = person("bob")
    client.defaults |= {"REMOTE_ADDR": OUTSIDE, "HTTP_USER_AGENT": "Bob's browser"}
    give_password(client, bob)
    with django_capture_on_commit_callbacks(execute=True):
        client.get("/login/activate/")
    code = next(word for word in mail.outbox[-1].body.split() if word.isdigit() and len(word) == 6)
    client.post("/login/activate/", {"code": code, "remember": "on"})
    client.post("/logout/")
    return bob


def revoke(desk: Client, *rows: RememberedBrowser) -> str:
    chosen = {"action": "revoke", "_selected_action": [row.pk for row in rows], "index": 0}
    return text_of(desk.post(BROWSERS, chosen, follow=True))


def test_they_are_listed_with_browser_and_address(desk: Client, bob: User) -> None:
    page = desk.get(BROWSERS)
    assert f"bob Bob's browser {OUTSIDE}" in text_of(page)
    assert RememberedBrowser.objects.get().digest not in page.content.decode()
    assert text_of(desk.get(f"{BROWSERS}?q=carol")).count("Bob's browser") == 0


def test_a_revoked_browser_is_asked_again(desk: Client, client: Client, bob: User) -> None:
    assert give_password(client, bob).headers["Location"] == "/"
    client.post("/logout/")
    assert "1 browser was revoked." in revoke(desk, RememberedBrowser.objects.get())
    assert give_password(client, bob).headers["Location"] == "/login/activate/"


def test_one_that_is_asked_again_anyway_is_left_out(desk: Client, bob: User) -> None:
    RememberedBrowser.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert "Bob's browser" not in text_of(desk.get(BROWSERS))


def test_revoking_needs_the_right_to(bob: User) -> None:
    looker = person("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_rememberedbrowser"))
    rule("admin", "allow")
    other = Client()
    sign_in(other, looker)
    assert "Revoke the selected browsers" not in text_of(other.get(BROWSERS))
    revoke(other, RememberedBrowser.objects.get())
    assert RememberedBrowser.objects.count() == 1


def test_there_is_the_list_and_nothing_else(desk: Client, bob: User) -> None:
    row = RememberedBrowser.objects.get()
    for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert desk.get(BROWSERS + page).status_code == 404
