"""Authenticator apps: encrypted at rest, one step of tolerance, every time step once."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client

from accounts import secrets_at_rest
from accounts.devices import authenticator_app
from accounts.models import AuthenticatorDevice, VerificationRecord
from tests.accounts.people import assured_profile, give_authenticator, give_password, person

pytestmark = pytest.mark.django_db

NOON = 1_795_521_600  # 2026-11-24 12:00 UTC


def test_the_secret_is_encrypted_in_the_database() -> None:
    alice = person("alice")
    device = AuthenticatorDevice(user=alice, name="Phone")
    device.secret = "JBSWY3DPEHPK3PXP"
    device.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_encrypted FROM accounts_authenticatordevice")
        (stored,) = cursor.fetchone()
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert AuthenticatorDevice.objects.get().secret == "JBSWY3DPEHPK3PXP"


def test_an_older_key_of_the_ring_still_decrypts(settings: Any) -> None:
    sealed = secrets_at_rest.encrypt("secret")
    old_keys = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *old_keys]
    assert secrets_at_rest.decrypt(sealed) == "secret"
    rotated = secrets_at_rest.rotate(sealed)
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert secrets_at_rest.decrypt(rotated) == "secret"


def test_a_new_secret_has_160_bits() -> None:
    enrolment = authenticator_app.begin_enrol(person("alice"))
    assert len(enrolment.secret) == 32
    assert pyotp.parse_uri(enrolment.uri).secret == enrolment.secret


@pytest.mark.parametrize(("step", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_tolerance(step: int, taken: bool) -> None:
    alice = person("alice")
    authenticator = give_authenticator(alice)
    with time_machine.travel(NOON, tick=False):
        code = authenticator.code(step=step)
        assert authenticator_app.finish_verify(alice, code).right is taken


def test_a_time_step_is_accepted_once() -> None:
    alice = person("alice")
    authenticator = give_authenticator(alice)
    with time_machine.travel(NOON, tick=False):
        assert authenticator_app.finish_verify(alice, authenticator.code()).right
        again = authenticator_app.finish_verify(alice, authenticator.code())
        assert "already used" in again.error
        older = authenticator_app.finish_verify(alice, authenticator.code(step=-1))
        assert not older.right
        assert authenticator_app.finish_verify(alice, authenticator.code(step=1)).right


def test_the_code_of_the_enrolment_counts_as_used() -> None:
    alice = person("alice")
    secret = pyotp.random_base32()
    with time_machine.travel(NOON, tick=False):
        code = pyotp.TOTP(secret).at(time.time())
        assert authenticator_app.finish_enrol(alice, secret, code, "Phone") is not None
        assert not authenticator_app.finish_verify(alice, code).right


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("12345", "5 digits. It must be 6"),
        ("1", "1 digit. It must be 6"),
        ("1234567", "7 digits"),
        ("12345a", "digits only"),
        ("+12345", "digits only"),
        ("12_345", "digits only"),
        ("١٢٣٤٥٦", "digits only"),
        ("", "Enter the 6-digit code"),
    ],
)
def test_what_is_no_code_is_said_and_costs_no_try(client: Client, typed: str, says: str) -> None:
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    give_password(client, bob)
    response = client.post("/login/verify/", {"code": typed})
    assert response.status_code == 400
    assert says in str(response.context["form"].errors["code"])
    assert not VerificationRecord.objects.exists()


@pytest.mark.parametrize("shape", ["{0}{1}{2} {3}{4}{5}", "{0}{1}{2}-{3}{4}{5}", " {0} {1}{2}{3}{4}{5} "])
def test_spaces_and_hyphens_do_not_matter(client: Client, shape: str) -> None:
    bob = person("bob", assured_profile())
    code = give_authenticator(bob).code()
    give_password(client, bob)
    assert client.post("/login/verify/", {"code": shape.format(*code)}).headers["Location"] == "/"


def test_full_width_digits_are_digits(client: Client) -> None:
    bob = person("bob", assured_profile())
    code = give_authenticator(bob).code()
    give_password(client, bob)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert client.post("/login/verify/", {"code": wide}).headers["Location"] == "/"


def test_any_of_several_devices_will_do() -> None:
    alice = person("alice")
    give_authenticator(alice, "Old phone")
    new = give_authenticator(alice, "New phone")
    result = authenticator_app.finish_verify(alice, new.code())
    assert result.right
    assert AuthenticatorDevice.objects.get(name="New phone").persistent_id == result.detail
