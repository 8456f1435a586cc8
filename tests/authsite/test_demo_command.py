"""``manage.py demo`` and ``manage.py code``: made once, shown again, refused where people rely on the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyotp
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.management.base import CommandError
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import AuthenticatorDevice, User
from authsite.demo import kept_secrets
from oauth.models import ConnectedApp
from sessions_policy.models import MethodLevel, TrustedNetwork
from tests.accounts.people import person
from tests.authsite.demo_organisation import Demo, manage

pytestmark = pytest.mark.django_db

PEOPLE = ["admin", "standard", "plain", "assured", "newcomer", "strict", "loader", "helpdesk", "integration", "contractor"]
# The contract's names of paths.
PATHS = {
    "home": "/",
    "login": "/login/",
    "logout": "/logout/",
    "step_up": "/step-up/",
    "security": "/security/",
    "reports": "/reports/",
    "admin": "/admin/",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "authorize": "/oauth/authorize/",
    "token": "/oauth/token/",
    "revoke": "/oauth/revoke/",
    "introspect": "/oauth/introspect/",
    "userinfo": "/oauth/userinfo/",
    "singleaccess": "/oauth/singleaccess/",
    "frontdoor": "/oauth/frontdoor/",
    "oauth_authorization_server": "/.well-known/oauth-authorization-server",
    "openid_configuration": "/.well-known/openid-configuration",
    "oauth_protected_resource": "/.well-known/oauth-protected-resource",
    "jwks": "/oauth/jwks.json",
    "api_session": "/api/v1/session/",
    "api_me": "/api/v1/me/",
    "api_reports": "/api/v1/reports/",
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_it_is_refused_where_demo_is_off(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off") as refused:
        manage("demo")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="DEMO is off") as refused:
        manage("code", "admin")
    assert refused.value.returncode == 2
    assert not User.objects.exists()


def test_a_second_run_changes_nothing_and_prints_the_same(settings: Any, folder: Path) -> None:
    first = Demo(settings, folder).printed
    TrustedNetwork.objects.all().delete()
    User.objects.filter(username="plain").update(email="paula@example.net")
    again = json.loads(manage("demo", "--json"))
    assert [user["email"] for user in again["users"] if user["username"] == "plain"] == ["paula@example.net"]
    assert not TrustedNetwork.objects.exists()
    assert again["apps"] == first["apps"]
    assert [user["password"] for user in again["users"]] == [user["password"] for user in first["users"]]


def test_what_is_printed(settings: Any, folder: Path) -> None:
    printed = Demo(settings, folder).printed
    assert list(printed) == ["base_url", "users", "apps", "resources", "paths"]
    assert printed["base_url"] == "http://127.0.0.1:8000"
    assert [user["username"] for user in printed["users"]] == PEOPLE
    assert list(printed["apps"][0]) == [
        "name",
        "client_id",
        "client_secret",
        "redirect_uris",
        "grant_types",
        "session_policy",
        "private_key_file",
    ]
    assert printed["resources"] == [
        {"key": "admin", "action": "raise", "max_age": None},
        {"key": "reports", "action": "raise", "max_age": None},
    ]
    assert TrustedNetwork.objects.get().network == "127.0.0.0/8"


def test_every_path_of_the_contract_is_printed_and_is_there(settings: Any, folder: Path) -> None:
    paths = Demo(settings, folder).printed["paths"]
    assert PATHS.items() <= paths.items()
    for path in paths.values():
        if "<" not in path:
            assert resolve(path), path
    with pytest.raises(Resolver404):
        resolve("/nothing/here/")


def test_no_secret_is_the_same_twice(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = []
    for _organisation in range(2):
        printed = Demo(settings, tmp_path_factory.mktemp("var")).printed
        found.append(
            {user["password"] for user in printed["users"]}
            | {user["totp_secret"] for user in printed["users"] if user["totp_secret"]}
            | {user["security_token"] for user in printed["users"]}
            | {app["client_id"] for app in printed["apps"]}
            | {app["client_secret"] for app in printed["apps"] if app["client_secret"]}
        )
        User.objects.all().delete()
        ConnectedApp.objects.all().delete()
    assert len(found[0]) == 10 + 7 + 10 + 8 + 5
    assert not found[0] & found[1]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(settings: Any, folder: Path) -> None:
    assert "would make" in manage("demo", "--dry-run")
    assert json.loads(manage("demo", "--dry-run", "--json")) == {"would": "create"}
    assert not User.objects.exists() and not kept_secrets.folder().exists()
    Demo(settings, folder)
    assert json.loads(manage("demo", "--dry-run", "--json")) == {"would": "none"}
    assert json.loads(manage("demo", "--dry-run", "--json", "--reset")) == {"would": "reset"}
    assert User.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_reset_makes_everything_anew(settings: Any, folder: Path) -> None:
    before = Demo(settings, folder)
    person("somebody")
    MethodLevel.objects.create(method="authenticator_app", level="standard")
    manage("demo", "--reset")
    after = Demo(settings, folder)
    assert not User.objects.filter(username="somebody").exists()
    assert not MethodLevel.objects.exists()
    assert before.users["admin"]["password"] != after.users["admin"]["password"]
    assert Permission.objects.filter(codename="manage_two_factor").exists()
    assert after.sign_in("admin").get("/admin/").status_code == 200


def test_it_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(secrets: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(kept_secrets, "write", full_disk)
    with pytest.raises(OSError, match="no space"):
        manage("demo")
    assert not User.objects.exists() and not ConnectedApp.objects.exists()


def test_secrets_of_another_folder_are_told_in_words(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Demo(settings, tmp_path)
    settings.VAR_DIR = tmp_path / "other"
    printed = json.loads(manage("demo", "--json"))
    assert {user["password"] for user in printed["users"]} == {None}
    assert "manage.py demo --reset" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "{", '{"users": {}}', '{"users": {"admin": 1}, "apps": {}}'])
def test_a_broken_file_of_secrets_is_told_in_words(settings: Any, folder: Path, text: str) -> None:
    Demo(settings, folder)
    (kept_secrets.folder() / "secrets.json").write_text(text)
    with pytest.raises(CommandError, match="cannot be read"):
        manage("demo", "--json")


def test_keys_of_another_site_are_told_in_words(settings: Any, folder: Path) -> None:
    Demo(settings, folder)
    AuthenticatorDevice.objects.update(secret_encrypted="nonsense")
    with pytest.raises(CommandError, match="cannot be read"):
        manage("demo")


def test_people_read_a_table_with_everybody_in_it(settings: Any, folder: Path) -> None:
    demo = Demo(settings, folder)
    text = manage("demo")
    for name, user in demo.users.items():
        assert any(line.startswith(name) and user["password"] in line for line in text.splitlines())
    assert "█" not in text


def test_the_commands_that_are_told_find_this_organisation_and_tell_no_password(
    settings: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", "/srv/my data")
    monkeypatch.setenv("DATABASE_URL", "postgres://site:hush@db/site")
    said = manage("demo")
    assert "DEMO=1 VAR_DIR='/srv/my data' DATABASE_URL=… .venv/bin/python manage.py code USER" in said
    assert "hush" not in said


def test_the_administrators_qr_code_is_drawn_when_asked_for(settings: Any, folder: Path) -> None:
    secret = Demo(settings, folder).users["admin"]["totp_secret"]
    text = manage("demo", "--qr")
    assert "█" in text
    assert secret in text.replace(" ", "")


def test_the_code_of_an_authenticator_is_six_digits_and_nothing_else(settings: Any, folder: Path) -> None:
    secret = Demo(settings, folder).users["admin"]["totp_secret"]
    with time_machine.travel("2026-11-24T12:00:10Z", tick=False):
        engine = pyotp.TOTP(secret)
        assert manage("code", "admin") == engine.now() + "\n"
        assert manage("code", "admin", "--next") == engine.at(1_795_521_640) + "\n"
        assert json.loads(manage("code", "admin", "--json")) == {
            "username": "admin",
            "code": engine.now(),
            "seconds_left": 20,
        }


def test_the_printed_code_signs_in(settings: Any, folder: Path) -> None:
    demo, client = Demo(settings, folder), Client()
    demo.give_password("assured", client)
    assert client.post("/login/verify/", {"code": manage("code", "assured").strip()}).headers["Location"] == "/"


def test_a_code_needs_a_person_with_an_authenticator(settings: Any, folder: Path) -> None:
    Demo(settings, folder)
    with pytest.raises(CommandError, match="plain has no authenticator") as refused:
        manage("code", "plain")
    assert refused.value.returncode == 1
    with pytest.raises(CommandError, match="nobody") as refused:
        manage("code", "nobody")
    assert refused.value.returncode == 2
