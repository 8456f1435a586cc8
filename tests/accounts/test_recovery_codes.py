"""Recovery codes: eighty bits, hashed, each for one use."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.devices import recovery_code
from accounts.models import RecoveryCode
from tests.accounts.people import assured_profile, give_authenticator, give_password, person, sign_in

pytestmark = pytest.mark.django_db


def test_a_code_has_eighty_bits_and_is_not_stored() -> None:
    codes = recovery_code.generate(person("bob"))
    assert len(recovery_code.ALPHABET) == 32
    assert all(len(code.replace("-", "")) * 5 == 80 for code in codes)
    stored = str(list(RecoveryCode.objects.values()))
    assert all(code not in stored and code.replace("-", "") not in stored for code in codes)


def test_a_code_works_once(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    code = recovery_code.generate(bob)[0]
    for expected in (302, 403):
        client.post("/logout/")
        give_password(client, bob)
        response = client.post("/login/verify/?method=recovery_code", {"code": code, "method": "recovery_code"})
        assert response.status_code == expected
    assert recovery_code.remaining(bob) == 9


def test_a_code_is_read_in_any_case_and_with_what_looks_alike(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    code = recovery_code.generate(bob)[0]
    give_password(client, bob)
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    response = client.post("/login/verify/", {"code": typed, "method": "recovery_code"})
    assert response.headers["Location"] == "/"


def test_another_persons_code_is_wrong(client: Client) -> None:
    bob, carol = person("bob", assured_profile()), person("carol")
    give_authenticator(bob)
    recovery_code.generate(bob)
    code = recovery_code.generate(carol)[0]
    give_password(client, bob)
    assert client.post("/login/verify/", {"code": code, "method": "recovery_code"}).status_code == 403


def test_recovery_codes_share_the_budget_of_codes(client: Client) -> None:
    bob = person("bob", assured_profile())
    app = give_authenticator(bob)
    recovery_code.generate(bob)
    give_password(client, bob)
    for _try in range(10):
        client.post("/login/verify/", {"code": "0000-0000-0000-0000", "method": "recovery_code"})
    assert client.post("/login/verify/", {"code": app.code()}).status_code == 429


def test_the_owner_is_told_of_a_use(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    code = recovery_code.generate(bob)[0]
    give_password(client, bob)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/login/verify/", {"code": code, "method": "recovery_code"})
    assert "Codes left: 9" in mail.outbox[0].body
    assert code not in mail.outbox[0].body


def test_a_method_that_is_not_offered_is_not_taken(client: Client) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    response = client.post("/login/verify/", {"password": "correct horse battery staple", "method": "password"})
    assert response.status_code == 400
    assert client.session.get("_auth_user_id") is None


def test_codes_that_were_left_without_the_tick_are_asked_about(client: Client) -> None:
    bob = person("bob")
    authenticator = give_authenticator(bob)
    sign_in(client, bob)
    step_up = client.get("/security/recovery-codes/").headers["Location"]
    client.post(step_up, {"code": authenticator.code()})
    client.post("/security/recovery-codes/", {"action": "make"})
    assert "without saying that you saved them" in " ".join(client.get("/security/").context["warnings"])
    client.post("/security/recovery-codes/", {"action": "saved"})
    assert "without saying that you saved them" in " ".join(client.get("/security/").context["warnings"])
    client.post("/security/recovery-codes/", {"action": "saved", "saved": "on"})
    assert "without saying" not in " ".join(client.get("/security/").context["warnings"])


def test_who_uses_one_has_them() -> None:
    bob = person("bob")
    code = recovery_code.generate(bob)[0]
    assert not recovery_code.are_confirmed(bob)
    assert recovery_code.finish_verify(bob, code.replace("-", "")).right
    assert recovery_code.are_confirmed(bob)
