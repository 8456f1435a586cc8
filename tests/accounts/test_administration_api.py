"""The API of the administration: rights first, then the level that the area asks; other people's rows to nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import AuthenticatorDevice, User
from sessions_policy.models import UserSession
from tests.accounts.people import (
    Authenticator,
    assured_profile,
    give_authenticator,
    give_password,
    person,
    rule,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    """Ada administers; she is signed in with her second factor."""
    ada = User.objects.create_superuser("ada", "ada@example.org", "correct horse battery staple", profile=assured_profile())
    sign_in(client, ada, give_authenticator(ada))
    return ada


@pytest.fixture
def hanna() -> tuple[Client, Authenticator]:
    """Hanna works at the help desk and is signed in at Standard."""
    hanna, browser = person("hanna"), Client()
    hanna.user_permissions.add(Permission.objects.get(codename="manage_two_factor"))
    app = give_authenticator(hanna)
    sign_in(browser, hanna)
    return browser, app


def test_people_see_their_own_rows_and_no_others(client: Client) -> None:
    alice, bob = person("alice"), person("bob")
    sign_in(Client(), bob)
    sign_in(client, alice)
    for path in ("sessions", "histories/logins"):
        answer = client.get(f"/api/v1/{path}/").json()
        assert answer["count"] == 1
        assert "bob" not in str(answer)
        for wanted in ("bob", "all"):
            assert client.get(f"/api/v1/{path}/?user={wanted}").status_code == 403


def test_ada_sees_everybody(client: Client, admin: User) -> None:
    sign_in(Client(), person("bob"))
    rows = client.get("/api/v1/sessions/?user=all").json()["results"]
    assert {row["user"] for row in rows} == {"ada", "bob"}
    assert client.get("/api/v1/sessions/?user=bob").json()["results"][0]["level"] == "standard"
    assert client.get("/api/v1/histories/logins/?user=all").json()["count"] == 2
    assert client.get("/api/v1/histories/decisions/?user=all").status_code == 200
    assert client.get("/api/v1/histories/nothing/").status_code == 404


def test_ada_ends_a_session_at_once(client: Client, admin: User) -> None:
    browser, eve = Client(), Client()
    sign_in(browser, person("bob"))
    sign_in(eve, person("eve"))
    row = UserSession.objects.get(user__username="bob")
    assert eve.delete(f"/api/v1/sessions/{row.public_id}/").status_code == 403
    assert client.delete(f"/api/v1/sessions/{row.public_id}/").status_code == 204
    assert browser.get("/security/").status_code == 302
    assert client.delete(f"/api/v1/sessions/{row.public_id}/").status_code == 404


def test_the_area_can_ask_for_more_than_the_right(hanna: tuple[Client, Authenticator]) -> None:
    browser, app = hanna
    give_authenticator(person("bob"))
    assert browser.get("/api/v1/devices/?user=bob").json()["count"] == 1
    rule("two_factor_api", "raise")
    refused = browser.get("/api/v1/devices/?user=bob")
    assert refused.status_code == 401
    assert 'error="insufficient_user_authentication"' in refused.headers["WWW-Authenticate"]
    assert refused.json()["acr_values"] == ["urn:authsite:high-assurance"]
    browser.post("/step-up/", {"next": "/reports/", "code": app.code()})
    assert browser.get("/api/v1/devices/?user=bob").status_code == 200
    rule("two_factor_api", "block")
    assert browser.get("/api/v1/devices/?user=bob").status_code == 200


def test_a_policy_grants_nothing_that_the_right_does_not(client: Client) -> None:
    sign_in(client, person("eve"))
    rule("two_factor_api", "allow")
    give_authenticator(person("bob"))
    assert client.get("/api/v1/devices/?user=bob").status_code == 403
    assert client.post("/api/v1/users/bob/reset/", {"reason": "x"}).status_code == 403
    assert AuthenticatorDevice.objects.exists()


def test_hanna_helps_bob(hanna: tuple[Client, Authenticator]) -> None:
    browser, _app = hanna
    bob = person("bob", assured_profile())
    give_authenticator(bob)
    answer = browser.post("/api/v1/users/bob/temporary-code/", {"hours": 2, "reason": "Lost phone"})
    assert answer.status_code == 201
    client = Client()
    give_password(client, bob)
    assert client.post("/login/verify/", {"code": answer.json()["code"]}).headers["Location"] == "/"
    assert browser.delete("/api/v1/users/bob/temporary-code/").json() == {"ended": True}
    assert browser.post("/api/v1/users/bob/unlock/").json() == {"was_locked": False}
    assert browser.post("/api/v1/users/bob/reset/", {"reason": "Lost phone"}).json() == {"removed": 1}
    assert client.get("/security/").status_code == 302


def test_what_is_missing_is_named(hanna: tuple[Client, Authenticator]) -> None:
    browser, _app = hanna
    person("bob")
    answer = browser.post("/api/v1/users/bob/temporary-code/", {"hours": 99})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == {"hours", "reason"}
    assert browser.post("/api/v1/users/nobody/unlock/").status_code == 404


def test_nobody_helps_themselves(hanna: tuple[Client, Authenticator]) -> None:
    browser, _app = hanna
    answer = browser.post("/api/v1/users/hanna/temporary-code/", {"hours": 2, "reason": "me"})
    assert answer.status_code == 403
    assert "yourself" in answer.json()["detail"]


def test_a_device_can_be_disconnected(hanna: tuple[Client, Authenticator]) -> None:
    browser, _app = hanna
    bob = person("bob", assured_profile())
    app = give_authenticator(bob)
    device = AuthenticatorDevice.objects.get(user=bob)
    client = Client()
    sign_in(client, bob, app)
    assert browser.delete(f"/api/v1/devices/{device.pk}/").status_code == 204
    assert client.get("/security/").status_code == 302


def test_requirements_and_policies_are_for_administrators(client: Client, admin: User) -> None:
    person("bob", assured_profile())
    assert client.get("/api/v1/users/bob/requirements/").json() == [
        {"what": "High Assurance at login", "source": "profile Assured User", "lifted_by": ""}
    ]
    policies = client.get("/api/v1/policies/").json()
    assert policies["session_settings"]["password"] == "standard"
    assert {"key": "reports", "action": "raise", "max_age": None} in policies["resources"]
    eve = Client()
    sign_in(eve, person("eve"))
    assert eve.get("/api/v1/policies/").status_code == 403
    assert eve.get("/api/v1/users/bob/requirements/").status_code == 403


def test_without_a_cookie_there_is_a_bare_challenge(client: Client) -> None:
    answer = client.get("/api/v1/policies/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="api", resource_metadata=')
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_write_with_a_cookie_needs_the_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    hanna = person("hanna")
    strict.get("/login/")
    token = strict.cookies["csrftoken"].value if "csrftoken" in strict.cookies else ""
    give_password(strict, hanna, csrfmiddlewaretoken=token)
    assert strict.post("/api/v1/users/hanna/unlock/").status_code in (401, 403)


@pytest.mark.parametrize("act", ["unlock", "reset", "temporary-code"])
def test_nobody_without_the_right_learns_who_exists(client: Client, act: str) -> None:
    person("bob")
    sign_in(client, person("eve"))
    answers = [client.post(f"/api/v1/users/{name}/{act}/", {"reason": "x", "hours": 1}) for name in ("bob", "nobody")]
    assert [a.status_code for a in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()
    assert client.delete("/api/v1/devices/999/").status_code == 403
