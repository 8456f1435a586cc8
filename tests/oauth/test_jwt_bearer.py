"""JWT bearer: every check has a test that fails when it is left out (RFC 7523, R6.39 to R6.49)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.test import Client
from jwcrypto.jwk import JWK

from accounts.models import LoginRecord, User
from oauth.models import AccessToken, AppKey, Approval, ConnectedApp, JwtReplay
from tests.accounts.people import assured_profile, permission_set, person, sign_in
from tests.oauth.world import JWT_BEARER, REDIRECT, app, approve, assertion, call, jwt_app, key_pair, token_request

# What clients of the reference system compare the whole description with (R6.45).
NOT_APPROVED = "user hasn't approved this consumer"
NOON = 1_795_521_600  # 2026-11-24 12:00 UTC

pytestmark = pytest.mark.django_db


@pytest.fixture
def integration() -> User:
    return person("integration")


@pytest.fixture
def job(integration: User) -> ConnectedApp:
    made = jwt_app(permitted_users="admin_approved")
    made.approved_profiles.add(integration.profile)
    return made


def send(signed: str | None, **fields: Any) -> Any:
    return token_request(None, JWT_BEARER, assertion=signed, **fields)


def refused(response: Any, check: str) -> bool:
    body = response.json()
    assert response.status_code == 400 and body["error"] == "invalid_grant", body
    assert response.headers["Cache-Control"] == "no-store"
    assert not AccessToken.objects.exists()
    return bool(body["error_description"].startswith(check))


def test_an_assertion_gives_a_standard_token_and_no_refresh_token(job: ConnectedApp, integration: User) -> None:
    response = send(assertion(job, "integration"))
    assert response.status_code == 200
    body = response.json()
    assert "refresh_token" not in body and "refresh_token" not in body["scope"]
    session = call("/api/v1/session/", body["access_token"]).json()
    assert (session["user"], session["level"], session["grant"]) == ("integration", "standard", JWT_BEARER)
    assert body["id"].endswith(f"/id/org/{integration.pk}")
    assert LoginRecord.objects.get().method == JWT_BEARER


@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": ""}, "exp"),
        ({"exp": "-1"}, "exp"),
        ({"exp": str(NOON + 600)}, "exp"),
        ({"exp": "9" * 13}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": NOON - 61}, "exp"),
        ({"exp": NOON + 600}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"nbf": NOON + 120}, "nbf"),
        ({"iat": NOON + 120}, "iat"),
        ({"aud": None}, "aud"),
        ({"aud": "https://elsewhere.example"}, "aud"),
        ({"aud": ["https://elsewhere.example", 5]}, "aud"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "nobody"}, "sub"),
        ({"sub": "integration\x00"}, "sub"),
        ({"sub": "\ud800"}, "sub"),
        ({"jti": "\ud800"}, "jti"),
        ({"iss": "\ud800"}, "signature"),
        ({"jti": 5}, "jti"),
        ({"jti": ""}, "jti"),
        ({"iss": None}, "signature"),
        ({"iss": "unknown"}, "signature"),
        ({"iss": ["list"]}, "signature"),
    ],
)
def test_each_claim_is_checked(job: ConnectedApp, claims: dict[str, Any], check: str) -> None:
    sub = claims.get("sub", "integration")
    others = {name: value for name, value in claims.items() if name != "sub"}
    with time_machine.travel(NOON, tick=False):
        assert refused(send(assertion(job, sub, **others)), check)


@pytest.mark.parametrize(
    "aud",
    [
        "http://127.0.0.1:8000",
        "http://127.0.0.1:8000/oauth/token/",
        "http://127.0.0.1:8000/services/oauth2/token",
        ["https://elsewhere.example", "http://127.0.0.1:8000"],
    ],
)
def test_the_issuer_and_the_token_endpoint_are_audiences(job: ConnectedApp, aud: Any) -> None:
    assert send(assertion(job, "integration", aud=aud)).status_code == 200


def test_an_operator_may_name_further_audiences(job: ConnectedApp, settings: Any) -> None:
    other = "https://acme.my.salesforce.com"
    assert refused(send(assertion(job, "integration", aud=other)), "aud")
    settings.ASSERTION_AUDIENCES = [other]
    assert send(assertion(job, "integration", aud=other)).status_code == 200
    for wrong in (other + "/", other + ".evil.example", "https://acme.my"):
        assert send(assertion(job, "integration", aud=wrong)).json()["error"] == "invalid_grant"


def test_digits_in_a_text_are_a_time(job: ConnectedApp) -> None:
    assert send(assertion(job, "integration", exp=str(int(time.time()) + 120))).status_code == 200


@pytest.mark.parametrize("seconds", [-59, 0, 179, 239])
def test_clocks_may_differ_by_a_minute(job: ConnectedApp, seconds: int) -> None:
    assert send(assertion(job, "integration", exp=int(time.time()) + seconds)).status_code == 200


def test_a_signature_by_another_key_is_refused(job: ConnectedApp) -> None:
    stranger = JWK.generate(kty="RSA", size=2048)
    assert refused(send(assertion(job, "integration", key=stranger)), "signature")


@pytest.mark.parametrize("alg", ["RS384", "PS256"])
def test_other_algorithms_are_refused(job: ConnectedApp, alg: str) -> None:
    assert refused(send(assertion(job, "integration", alg=alg)), "signature")


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_no_signature_and_the_public_key_as_a_secret_are_refused(job: ConnectedApp, alg: str) -> None:
    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    payload = json.loads(base64.urlsafe_b64decode(assertion(job, "integration").split(".")[1] + "=="))
    signed = part(json.dumps({"alg": alg}).encode()) + "." + part(json.dumps(payload).encode())
    mac = hmac.digest(key_pair()[1].encode(), signed.encode(), hashlib.sha256) if alg == "HS256" else b""
    assert refused(send(f"{signed}.{part(mac)}"), "signature")


@pytest.mark.parametrize("raw", ["x", "a.b.c", "..", "e30.e30.e30", "{}", "[" * 9000, "é.é.é", "a" * 20_000])
def test_what_is_no_jwt_is_refused(job: ConnectedApp, raw: str) -> None:
    assert refused(send(raw), "signature")


def test_deeply_nested_claims_are_refused(job: ConnectedApp) -> None:
    def part(value: str) -> str:
        return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")

    assert refused(send(f"{part('[' * 5000)}.{part('[' * 5000)}.x"), "signature")


def test_a_missing_assertion_is_an_invalid_request() -> None:
    assert send(None).json()["error"] == "invalid_request"


def test_before_the_signature_is_proven_all_users_answer_alike(job: ConnectedApp) -> None:
    person("assured", assured_profile())
    stranger = JWK.generate(kty="RSA", size=2048)
    answers = {send(assertion(job, name, key=stranger)).content for name in ("integration", "nobody", "assured")}
    assert len(answers) == 1


def test_an_unapproved_user_is_refused(job: ConnectedApp) -> None:
    person("mallory", assured_profile())
    body = send(assertion(job, "mallory")).json()
    assert (body["error"], body["error_description"]) == ("invalid_grant", NOT_APPROVED)
    assert "whom an administrator approved" in body["how_to_fix"]
    assert body["error_uri"].endswith("/docs/why/app.not_approved/")
    assert LoginRecord.objects.get().user == User.objects.get(username="mallory")


def test_the_reference_systems_words_stand_beside_ours(job: ConnectedApp) -> None:
    words = {"aud": "audience is invalid", "exp": "expired authorization code"}
    wrong = {"aud": "https://elsewhere.example", "exp": int(time.time()) - 100}
    for claim, said in words.items():
        assert said in send(assertion(job, "integration", **{claim: wrong[claim]})).json()["error_description"]
    both = app("both", "authorization_code", JWT_BEARER, certificate=key_pair()[1])
    body = send(assertion(both, "integration")).json()
    assert body["error_description"] == NOT_APPROVED
    assert "let the user approve the app once" in body["how_to_fix"]


def test_a_permission_set_approves_too(job: ConnectedApp) -> None:
    carol = person("carol", assured_profile())
    job.approved_permission_sets.add(permission_set(carol, name="Job runners"))
    # She is approved, and now it is her profile that says no.
    body = send(assertion(job, "carol")).json()
    assert "Assured User" in body["error_description"]


def test_self_asserted_acr_and_amr_change_nothing(job: ConnectedApp) -> None:
    assured = person("assured", assured_profile())
    job.approved_profiles.add(assured.profile)
    signed = assertion(job, "assured", acr="urn:authsite:high-assurance", amr=["mfa", "hwk"])
    body = send(signed).json()
    assert body["error"] == "invalid_grant" and body["error_uri"].endswith("grant.no_approval_step.profile/")


def test_a_person_who_approved_in_the_browser_before_may_be_stood_for(client: Client, integration: User) -> None:
    both = app("both", "authorization_code", "refresh_token", JWT_BEARER, certificate=key_pair()[1])
    assert refused(send(assertion(both, "integration")), NOT_APPROVED)
    sign_in(client, integration)
    approve(client, both, scope="api refresh_token")
    response = send(assertion(both, "integration"))
    assert response.status_code == 200 and response.json()["scope"] == "api"
    assert send(assertion(both, "integration"), scope="web").json()["error"] == "invalid_grant"
    assert send(assertion(both, "integration"), scope="made_up").json()["error"] in ("invalid_scope", "invalid_grant")


def test_an_approval_to_stay_connected_alone_is_none(integration: User) -> None:
    both = app("both", "authorization_code", JWT_BEARER, certificate=key_pair()[1])
    Approval.remember(integration, both, ["refresh_token"])
    assert refused(send(assertion(both, "integration")), NOT_APPROVED)


def test_an_id_works_once_and_none_is_needed_unless_the_app_asks(job: ConnectedApp) -> None:
    signed = assertion(job, "integration", jti="7")
    assert send(signed).status_code == 200
    again = send(signed)
    assert again.status_code == 400 and again.json()["error_description"].startswith("jti")
    plain = assertion(job, "integration")
    assert [send(plain).status_code, send(plain).status_code] == [200, 200]
    assert JwtReplay.objects.get().digest == hashlib.sha256(b"7").hexdigest()
    ConnectedApp.objects.filter(pk=job.pk).update(require_jti=True)
    assert send(plain).json()["error_description"].startswith("jti")


def test_an_app_without_the_grant_or_the_certificate_is_refused(job: ConnectedApp) -> None:
    ConnectedApp.objects.filter(pk=job.pk).update(grant_types=["client_credentials"])
    assert send(assertion(job, "integration")).json()["error"] == "unauthorized_client"
    job.keys.all().delete()
    assert refused(send(assertion(job, "integration")), "signature")


def test_the_client_id_of_the_request_must_be_the_issuer(job: ConnectedApp) -> None:
    assert send(assertion(job, "integration"), client_id=job.client_id).status_code == 200
    AccessToken.objects.all().delete()
    assert refused(send(assertion(job, "integration"), client_id=app().client_id), "iss")


def certificate(days: int) -> str:
    key = serialization.load_pem_private_key(key_pair()[0].export_to_pem(private_key=True, password=None), None)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nightly job")])
    start = datetime.now(UTC) - timedelta(days=100)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.public_key(key.public_key()).not_valid_before(start)  # type: ignore[union-attr, arg-type]
    signed = builder.not_valid_after(start + timedelta(days=100 + days)).sign(key, hashes.SHA256())  # type: ignore[arg-type]
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def test_a_certificate_is_taken_while_it_is_valid(job: ConnectedApp) -> None:
    job.keys.all().delete()
    AppKey(application=job, label="of today", pem=certificate(30)).save()
    assert send(assertion(job, "integration")).status_code == 200
    AccessToken.objects.all().delete()
    job.keys.all().delete()
    AppKey(application=job, label="expired", pem=certificate(-1)).save()
    answer = send(assertion(job, "integration"))
    assert refused(answer, "signature") and "expired on" in answer.json()["error_description"]


def public_pem(key: Any) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, form).decode())


@pytest.mark.parametrize(
    "pem",
    [
        "not a key",
        public_pem(ec.generate_private_key(ec.SECP256R1())),
        public_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),  # noqa: S505 - that is the point
    ],
    ids=["garbage", "elliptic", "short"],
)
def test_keys_that_check_nothing_are_not_registered(pem: str) -> None:
    with pytest.raises(ValidationError) as problem:
        app("job", JWT_BEARER, redirect_uris=REDIRECT, certificate=pem)
    assert "pem" in problem.value.message_dict
