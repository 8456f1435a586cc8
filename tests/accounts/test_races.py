"""What works once works once, however many requests come at the same moment: with real threads and real connections."""

from __future__ import annotations

import pyotp
import pytest
from django.test import Client

from accounts import throttle
from accounts.devices import authenticator_app, recovery_code
from accounts.models import AuthenticatorDevice, User
from tests.accounts.people import assured_profile, give_authenticator, give_password, person
from tests.threads import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_code_opens_one_session() -> None:
    bob = person("bob", assured_profile())
    authenticator = give_authenticator(bob)
    browsers = [Client() for _n in range(AT_ONCE)]
    for browser in browsers:
        give_password(browser, bob)
    code = authenticator.code()
    answers = at_once(lambda i: browsers[i].post("/login/verify/", {"code": code}).status_code)
    assert sorted(answers) == [302] + [403] * (AT_ONCE - 1)


def test_one_pending_login_becomes_one_session() -> None:
    nina = person("nina", assured_profile())
    first = Client()
    give_password(first, nina)
    app = pyotp.parse_uri(first.get("/login/enrol/").context["uri"])
    first.post("/login/enrol/", {"name": "Phone", "code": app.now()})
    browsers = [Client() for _n in range(AT_ONCE)]
    for browser in browsers:
        browser.cookies["sessionid"] = first.cookies["sessionid"].value
    form = {"action": "saved", "saved": "on"}
    answers = at_once(lambda i: browsers[i].post("/login/recovery-codes/", form).status_code)
    assert answers.count(302) >= 1
    assert nina.user_sessions.count() == 1
    assert nina.login_records.filter(status="success").count() == 1


def test_one_step_is_consumed_once() -> None:
    bob = person("bob")
    code = give_authenticator(bob).code()
    answers = at_once(lambda _i: authenticator_app.finish_verify(User.objects.get(pk=bob.pk), code).right)
    assert answers.count(True) == 1


def test_one_recovery_code_is_used_once() -> None:
    bob = person("bob")
    code = recovery_code.generate(bob)[0].replace("-", "")
    answers = at_once(lambda _i: recovery_code.finish_verify(User.objects.get(pk=bob.pk), code).right)
    assert answers.count(True) == 1
    assert recovery_code.remaining(bob) == 9


def test_parallel_tries_do_not_outrun_the_count() -> None:
    tickets = at_once(lambda _i: throttle.take(throttle.CODES, "7").allowed, 20)
    assert tickets.count(True) == throttle.CODES.tries


def test_sending_an_enrolment_at_once_makes_one_device() -> None:
    nina = person("nina")
    secret = authenticator_app.begin_enrol(nina).secret
    code = pyotp.TOTP(secret).now()
    people = [User.objects.get(pk=nina.pk) for _n in range(AT_ONCE)]
    made = at_once(lambda i: authenticator_app.finish_enrol(people[i], secret, code, "Phone"))
    assert len([device for device in made if device]) == 1
    assert AuthenticatorDevice.objects.count() == 1


def test_parallel_step_ups_leave_one_session() -> None:
    sam = person("sam")
    authenticator = give_authenticator(sam)
    first = Client()
    give_password(first, sam)
    browsers = [Client() for _n in range(3)]
    for browser in browsers:
        browser.cookies["sessionid"] = first.cookies["sessionid"].value
    code = authenticator.code()
    answers = at_once(lambda i: browsers[i].post("/step-up/", {"next": "/reports/", "code": code}).status_code, 3)
    assert answers.count(302) >= 1
    assert sam.user_sessions.count() == 1
    assert sam.user_sessions.get().level == "high_assurance"
