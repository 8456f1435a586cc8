"""Certificates and keys of apps: uploaded, several at once, rotated without a gap, refused when their time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from jwcrypto.jwk import JWK

from accounts.models import User
from oauth.models import AppKey, ConnectedApp
from oauth.models.app_keys import MOST_KEYS
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_authenticator, person, profile, sign_in
from tests.oauth.world import JWT_BEARER, app, assertion, jwt_app, key, text, token_request

pytestmark = pytest.mark.django_db

KEYS = "/admin/oauth/appkey/"


@lru_cache
def pair(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signing(name: str) -> JWK:
    form = serialization.PrivateFormat.PKCS8
    return JWK.from_pem(pair(name).private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


def certificate(name: str, *, begins: int = -100, ends: int = 100) -> str:
    """Return a certificate of the pair ``name`` that is valid from so many days from now to so many."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).serial_number(1)
    builder = builder.public_key(pair(name).public_key()).not_valid_before(now + timedelta(days=begins))
    signed = builder.not_valid_after(now + timedelta(days=ends)).sign(pair(name), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def desk(db: None) -> Client:
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client


@pytest.fixture
def robot(db: None) -> User:
    return person("integration", profile("Integration"))


@pytest.fixture
def job(robot: User) -> ConnectedApp:
    made = app("nightly-job", JWT_BEARER, redirect_uris="", permitted_users="admin_approved")
    made.approved_profiles.add(robot.profile)
    return made


def send(job: ConnectedApp, name: str) -> Any:
    return token_request(None, JWT_BEARER, assertion=assertion(job, "integration", key=signing(name)))


def add(desk: Client, job: ConnectedApp, **fields: Any) -> Any:
    return desk.post(f"{KEYS}add/", {"application": job.pk, "label": "CI runner", "pem": "", **fields})


def test_a_certificate_is_uploaded_or_pasted_and_proves_assertions(desk: Client, job: ConnectedApp) -> None:
    assert send(job, "one").status_code == 400
    file = SimpleUploadedFile("one.crt", certificate("one").encode())
    assert add(desk, job, file=file).status_code == 302
    made = AppKey.objects.get()
    assert (made.kind, made.subject, made.created_by.username) == ("certificate", "CN=one", "ada")  # type: ignore[union-attr]
    assert len(made.fingerprint) == 64 and made.not_after is not None
    assert send(job, "one").status_code == 200
    assert add(desk, job, pem=certificate("two"), label="Second").status_code == 302
    page = text(desk.get(f"/admin/oauth/connectedapp/{job.pk}/change/"))
    assert "CI runner" in page and "99 days left" in page
    assert made.fingerprint in text(desk.get(f"{KEYS}{made.pk}/change/"))


def test_two_keys_work_side_by_side_until_one_goes(desk: Client, job: ConnectedApp) -> None:
    older, _newer = key(job, certificate("one"), "old"), key(job, certificate("two"), "new")
    assert [send(job, name).status_code for name in ("one", "two")] == [200, 200]
    assert desk.post(f"{KEYS}{older.pk}/delete/", {"post": "yes"}).status_code == 302
    assert [send(job, name).status_code for name in ("one", "two")] == [400, 200]
    revisions = PolicyRevision.objects.filter(policy="oauth.appkey", object_id=str(older.pk))
    assert [each.after is None for each in revisions] == [True, False]


def test_outside_its_dates_a_certificate_is_refused_with_the_reason(job: ConnectedApp) -> None:
    AppKey(application=job, label="old", pem=certificate("one", ends=-1)).save()
    key(job, certificate("two", begins=2), "next")
    assert "expired on" in send(job, "one").json()["error_description"]
    assert "begins on" in send(job, "two").json()["error_description"]
    assert "could not be verified" in send(job, "three").json()["error_description"]


def test_its_use_is_noted(job: ConnectedApp) -> None:
    made = key(job, certificate("one"))
    send(job, "one")
    made.refresh_from_db()
    assert made.last_used_at is not None


def test_what_is_no_key_for_us_is_refused_in_words(desk: Client, job: ConnectedApp) -> None:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = pair("one").private_bytes(serialization.Encoding.PEM, form, plain).decode()
    der = x509.load_pem_x509_certificate(certificate("one").encode()).public_bytes(serialization.Encoding.DER)
    for fields, words in (
        ({"pem": private}, "This is a private key. It stays with the app"),
        ({"pem": "hello"}, "neither an X.509 certificate nor a public key"),
        ({"pem": certificate("one", ends=-1)}, "The certificate has expired"),
        ({}, "Choose a file, or paste"),
        ({"pem": certificate("one"), "file": SimpleUploadedFile("x.pem", b"x")}, "not both"),
        ({"file": SimpleUploadedFile("x.cer", der)}, "This is not PEM"),
        ({"file": SimpleUploadedFile("x.pem", b"x" * 30_000)}, "too long"),
        ({"pem": "x" * 30_000}, "too long"),
    ):
        page = add(desk, job, **fields)
        assert page.status_code == 200 and words in text(page), words
        assert private.split("\n")[1] not in page.content.decode() or "private key" in text(page)
    assert not AppKey.objects.exists()


def test_an_app_has_a_key_once_and_not_too_many(job: ConnectedApp) -> None:
    key(job, certificate("one"))
    same = AppKey.objects.get().pem
    with pytest.raises(ValidationError, match="The app has this key"):
        key(job, same)
    other = AppKey.objects.get()
    AppKey.objects.bulk_create(
        AppKey(application=job, label=str(n), pem=other.pem, kind=other.kind, fingerprint=str(n)) for n in range(MOST_KEYS - 1)
    )
    with pytest.raises(ValidationError, match="at most"):
        key(job, certificate("two"))


def test_a_key_of_another_app_proves_nothing(job: ConnectedApp) -> None:
    key(jwt_app("other"), certificate("one"))
    assert send(job, "one").status_code == 400


def test_what_ends_soon_is_warned_of(desk: Client, job: ConnectedApp) -> None:
    key(job, certificate("one", ends=20))
    found = [each for each in checks.run_checks(include_deployment_checks=True) if each.id == "oauth.W002"]
    assert len(found) == 1 and "nightly-job" in found[0].msg
    assert "add its successor now" in text(desk.get(f"/admin/oauth/connectedapp/{job.pk}/change/"))


def test_an_app_without_a_key_is_told_so(desk: Client, job: ConnectedApp) -> None:
    assert "the app's assertions are refused" in text(desk.get(f"/admin/oauth/connectedapp/{job.pk}/change/"))
