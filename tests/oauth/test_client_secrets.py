"""A client secret is rotated with an overlap: both work until the old one ends, and the new one is shown this once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from oauth.models import ConnectedApp
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_authenticator, person, profile, robot, sign_in
from tests.oauth.world import app, public_app, text, token_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


@pytest.fixture
def desk(ada: User) -> Client:
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client


@pytest.fixture
def service(db: None) -> ConnectedApp:
    return app("service", "client_credentials", redirect_uris="", run_as=robot())


def works(service: ConnectedApp, secret: str) -> bool:
    response = token_request(service, "client_credentials", client_secret=secret)
    assert response.status_code in (200, 401)
    return bool(response.status_code == 200)


def rotate(desk: Client, service: ConnectedApp, **fields: Any) -> str:
    page = desk.post(f"/admin/oauth/connectedapp/{service.pk}/secret/", {"act": "rotate", "overlap": "24", **fields})
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    found = re.search(r'id="client-secret">([^<]+)<', page.content.decode())
    assert found is not None, text(page)
    return found[1]


def test_both_secrets_work_during_the_overlap_and_the_old_one_ends(desk: Client, service: ConnectedApp) -> None:
    start, old = timezone.now(), service.shown_secret
    fresh = rotate(desk, service)
    assert works(service, fresh) and works(service, old)
    with time_machine.travel(start + timedelta(hours=24, minutes=1), tick=False):
        assert works(service, fresh) and not works(service, old)


def test_without_an_overlap_the_old_one_ends_at_once(desk: Client, service: ConnectedApp) -> None:
    fresh = rotate(desk, service, overlap="0")
    assert works(service, fresh) and not works(service, service.shown_secret)


def test_the_old_one_is_ended_before_its_time(desk: Client, service: ConnectedApp) -> None:
    fresh = rotate(desk, service)
    page = f"/admin/oauth/connectedapp/{service.pk}/secret/"
    assert "End the old secret now" in text(desk.get(page))
    assert desk.post(page, {"act": "end_previous"}).status_code == 302
    assert works(service, fresh) and not works(service, service.shown_secret)
    assert "End the old secret now" not in text(desk.get(page))


def test_a_third_secret_ends_the_first(desk: Client, service: ConnectedApp) -> None:
    second, third = rotate(desk, service), rotate(desk, service)
    assert works(service, third) and works(service, second) and not works(service, service.shown_secret)


def test_it_is_seen_whether_the_old_one_is_still_in_use(desk: Client, service: ConnectedApp) -> None:
    rotate(desk, service)
    page = f"/admin/oauth/connectedapp/{service.pk}/change/"
    assert "not used since the rotation" in text(desk.get(page))
    assert works(service, service.shown_secret)
    assert "it was last used on" in text(desk.get(page))


def test_a_rotation_is_a_revision_and_no_page_shows_a_secret(desk: Client, service: ConnectedApp) -> None:
    fresh = rotate(desk, service, reason="the laptop was lost")
    revision = PolicyRevision.objects.filter(policy="oauth.connectedapp").first()
    assert revision is not None and revision.author is not None and revision.reason == "the laptop was lost"
    assert not {"client_secret", "previous_secret"} & set(revision.after or {})
    stored = ConnectedApp.objects.get(pk=service.pk)
    for path in ("secret/", "change/", "history/"):
        html = desk.get(f"/admin/oauth/connectedapp/{service.pk}/{path}").content.decode()
        for secret in (fresh, service.shown_secret, stored.client_secret, stored.previous_secret):
            assert secret and secret not in html


def test_what_makes_no_sense_changes_nothing(desk: Client, service: ConnectedApp) -> None:
    for fields in ({"overlap": "9999"}, {"overlap": "-1"}, {"overlap": ""}, {"overlap": "24", "reason": "x" * 301}):
        page = desk.post(f"/admin/oauth/connectedapp/{service.pk}/secret/", {"act": "rotate", **fields})
        assert page.status_code == 200 and 'id="client-secret"' not in page.content.decode()
    assert works(service, service.shown_secret)
    native = public_app()
    assert desk.get(f"/admin/oauth/connectedapp/{native.pk}/secret/").status_code == 404
    assert desk.get("/admin/oauth/connectedapp/99999/secret/").status_code == 404


def test_who_may_not_change_apps_rotates_nothing(service: ConnectedApp) -> None:
    clerk, browser = person("clerk", is_staff=True), Client()
    sign_in(browser, clerk, give_authenticator(clerk))
    browser.post("/step-up/", {})
    answer = browser.post(f"/admin/oauth/connectedapp/{service.pk}/secret/", {"act": "rotate", "overlap": "0"})
    assert answer.status_code in (302, 303, 403) and works(service, service.shown_secret)
