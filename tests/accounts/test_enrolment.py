"""Setting up an authenticator app: in the middle of a login, and on the security page."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import AuthenticatorDevice, RecoveryCode, User, VerificationRecord
from sessions_policy.models import UserSession
from tests.accounts.people import (
    Authenticator,
    assured_profile,
    give_authenticator,
    give_password,
    person,
    profile,
    rule,
    sign_in,
)

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600


def scan(response: Any) -> Authenticator:
    """Read the page like an app that scans its picture: everything it knows comes from the address."""
    return Authenticator(pyotp.parse_uri(response.context["uri"]).secret)


def enrol_in_login(client: Client, username: str = "nina") -> tuple[User, Authenticator, Any]:
    nina = person(username, assured_profile())
    assert give_password(client, nina).headers["Location"] == "/login/enrol/"
    authenticator = scan(client.get("/login/enrol/"))
    response = client.post("/login/enrol/", {"name": "Pixel", "code": authenticator.code()})
    return nina, authenticator, response


def test_a_newcomer_sets_up_an_app_and_is_in_at_high_assurance(client: Client) -> None:
    nina, _app, response = enrol_in_login(client)
    assert response.status_code == 200
    codes = response.context["codes"]
    assert len(codes) == 10 and len(set(codes)) == 10
    assert client.get("/reports/").headers["Location"] == "/login/recovery-codes/"
    assert client.post("/login/recovery-codes/", {"action": "saved", "saved": "on"}).headers["Location"] == "/"
    assert client.get("/api/v1/session/").json()["level"] == "high_assurance"
    assert AuthenticatorDevice.objects.get().user == nina


def test_the_page_says_why(client: Client) -> None:
    give_password(client, person("nina", assured_profile()))
    page = client.get("/login/enrol/")
    assert "Assured User" in page.context["why"]
    assert page.context["reference"]
    assert page.context["qr_svg"].startswith("<svg")


def test_the_key_stays_after_a_wrong_code_and_changes_on_start_again(client: Client) -> None:
    give_password(client, person("nina", assured_profile()))
    first = client.get("/login/enrol/").context["uri"]
    wrong = client.post("/login/enrol/", {"name": "Pixel", "code": "000000"})
    assert wrong.status_code == 403
    assert wrong.context["uri"] == first
    assert client.get("/login/enrol/").context["uri"] == first
    assert client.post("/login/enrol/", {"action": "restart"}).context["uri"] != first


def test_the_secret_is_not_in_the_session_in_clear(client: Client) -> None:
    give_password(client, person("nina", assured_profile()))
    secret = pyotp.parse_uri(client.get("/login/enrol/").context["uri"]).secret
    assert secret not in str(dict(client.session))


def test_nobody_with_a_method_gets_to_the_enrolment_of_a_login(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    assert client.get("/login/enrol/").headers["Location"] == "/login/verify/"
    assert client.post("/login/enrol/", {"name": "x", "code": "000000"}).headers["Location"] == "/login/verify/"


def test_an_enrolment_is_open_only_in_a_login(client: Client) -> None:
    assert client.get("/login/enrol/").headers["Location"] == "/login/"
    assert client.get("/login/recovery-codes/").headers["Location"] == "/login/"


def test_sending_the_enrolment_twice_makes_one_device(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        _nina, app, _response = enrol_in_login(client)
        again = client.post("/login/enrol/", {"name": "Pixel", "code": app.code()})
    assert again.headers["Location"] == "/login/recovery-codes/"
    assert AuthenticatorDevice.objects.count() == 1


def test_lost_codes_can_be_made_again_before_going_on(client: Client) -> None:
    _nina, _app, response = enrol_in_login(client)
    first = response.context["codes"]
    assert client.get("/login/recovery-codes/").context["codes"] is None
    second = client.post("/login/recovery-codes/", {"action": "make"}).context["codes"]
    assert not set(first) & set(second)
    assert RecoveryCode.objects.count() == 10


def test_going_on_without_the_tick_keeps_the_codes_on_the_page(client: Client) -> None:
    _nina, _app, response = enrol_in_login(client)
    codes = response.context["codes"]
    again = client.post("/login/recovery-codes/", {"action": "saved", "code": codes})
    assert again.status_code == 400
    assert again.context["codes"] == codes
    assert "saved" in again.context["form"].errors


def test_the_codes_can_be_downloaded_while_they_are_shown(client: Client) -> None:
    _nina, _app, response = enrol_in_login(client)
    codes = response.context["codes"]
    file = client.post("/security/recovery-codes/download/", {"code": codes})
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Cache-Control"] == "no-store"
    assert all(code in file.content.decode() for code in codes)


def test_the_download_holds_only_ones_own_codes(client: Client) -> None:
    enrol_in_login(client)
    file = client.post("/security/recovery-codes/download/", {"code": ["<script>", "0000-0000-0000-0000"]})
    assert file.status_code == 400
    assert b"<script>" not in file.content
    assert Client().post("/security/recovery-codes/download/", {"code": ["x"]}).status_code == 403


def test_the_owner_is_told(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enrol_in_login(client)
    assert any("added" in message.subject for message in mail.outbox)
    assert all(message.to == ["nina@example.org"] for message in mail.outbox)


def test_plain_adds_a_first_app_on_the_security_page(client: Client) -> None:
    plain = person("plain")
    sign_in(client, plain)
    app = scan(client.get("/security/authenticator/add/"))
    response = client.post("/security/authenticator/add/", {"name": "Pixel", "code": app.code()})
    assert len(response.context["codes"]) == 10
    assert client.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_a_first_app_needs_a_fresh_password(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("plain"))
        clock.shift(21 * 60)
        response = client.get("/security/authenticator/add/")
        assert response.headers["Location"].startswith("/step-up/")
        page = client.get(response.headers["Location"])
        assert page.context["method"] == "password"
        done = client.post(response.headers["Location"], {"password": "correct horse battery staple"})
        assert done.headers["Location"] == "/security/authenticator/add/"
        assert client.get("/security/authenticator/add/").status_code == 200


def test_a_second_app_needs_the_first(client: Client) -> None:
    dora = person("dora")
    give_authenticator(dora)
    sign_in(client, dora)
    response = client.get("/security/authenticator/add/")
    assert response.headers["Location"].startswith("/step-up/")
    assert client.get(response.headers["Location"]).context["method"] == "authenticator_app"


def test_a_profile_that_became_strict_leads_to_a_first_app_and_on(client: Client) -> None:
    plain = person("plain")
    sign_in(client, plain)
    profile(required_level="high_assurance")
    response = client.get("/reports/")
    page = client.get(response.headers["Location"])
    enrol_url = page.context["enrol_url"]
    assert enrol_url.startswith("/security/authenticator/add/?next=")
    app = scan(client.get(enrol_url))
    codes_page = client.post(enrol_url, {"name": "Pixel", "code": app.code()})
    done = client.post(codes_page.context["form_action"], {"action": "saved", "saved": "on"})
    assert done.headers["Location"] == "/reports/"
    assert client.get("/reports/").status_code == 200


def test_a_new_app_ends_weaker_sessions_and_no_stronger_ones(client: Client) -> None:
    plain = person("plain")
    weak = Client()
    sign_in(weak, plain)
    sign_in(client, plain)
    app = scan(client.get("/security/authenticator/add/"))
    client.post("/security/authenticator/add/", {"name": "Pixel", "code": app.code()})
    assert weak.get("/security/").status_code == 302
    assert client.get("/security/").status_code == 200


def test_removing_the_app_takes_its_proof_away_and_ends_other_sessions(client: Client) -> None:
    dora = person("dora", assured_profile())
    app = give_authenticator(dora)
    other = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, dora, app)
        clock.shift(60)
        sign_in(other, dora, app)
        device = AuthenticatorDevice.objects.get()
        assert client.get(f"/security/authenticator/{device.pk}/remove/").status_code == 200
        response = client.post(f"/security/authenticator/{device.pk}/remove/")
        assert response.headers["Location"] == "/security/"
        assert other.get("/").context is None or not other.get("/").wsgi_request.user.is_authenticated
        assert UserSession.objects.filter(user=dora).count() == 1
        assert client.get("/api/v1/session/").status_code == 401


def test_nobody_removes_another_persons_app(client: Client) -> None:
    dora, eve = person("dora"), person("eve")
    give_authenticator(dora)
    app = give_authenticator(eve)
    rule("reports", "allow")
    sign_in(client, eve)
    step = client.get("/security/authenticator/add/").headers["Location"]
    client.post(step, {"code": app.code()})
    device = AuthenticatorDevice.objects.get(user=dora)
    assert client.post(f"/security/authenticator/{device.pk}/remove/").status_code == 404
    assert AuthenticatorDevice.objects.filter(user=dora).exists()


def test_every_try_of_an_enrolment_is_in_the_history(client: Client) -> None:
    nina = person("nina", assured_profile())
    give_password(client, nina)
    app = scan(client.get("/login/enrol/"))
    client.post("/login/enrol/", {"name": "Pixel", "code": "000000"})
    client.post("/login/enrol/", {"name": "Pixel", "code": app.code()})
    rows = list(VerificationRecord.objects.order_by("id"))
    assert [row.status for row in rows] == ["failed_invalid_code", "succeeded"]
    assert {row.activity for row in rows} == {"set up authenticator app"}
    assert len({row.attempt for row in rows}) == 1 and {row.triggered_by for row in rows} == {"profile_policy"}


def test_recovery_codes_need_a_method_that_they_stand_in_for(client: Client) -> None:
    sign_in(client, person("plain"))
    assert client.get("/security/recovery-codes/").headers["Location"] == "/security/authenticator/add/"
    assert client.post("/security/recovery-codes/", {"action": "make"}).status_code == 302
    assert not RecoveryCode.objects.exists()
