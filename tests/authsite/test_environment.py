"""The environment: what it may say, and how loudly it is told when it says something else."""

from __future__ import annotations

import stat
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from authsite.environment import Environment, EnvironmentProblems, read

SECRETS = {"SECRET_KEY": "k" * 50, "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode()}


def environment(folder: Path, **variables: str) -> Environment:
    return read({"VAR_DIR": str(folder), "DEMO": "1", **variables})


def problems(folder: Path, **variables: str) -> str:
    with pytest.raises(EnvironmentProblems) as raised:
        environment(folder, **variables)
    return str(raised.value)


def test_a_demo_needs_no_variable(tmp_path: Path) -> None:
    found = environment(tmp_path)
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert found.database["NAME"] == str(tmp_path / "authsite.sqlite3")
    assert found.email["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    assert "127.0.0.1" in found.allowed_hosts
    assert not found.is_production


def test_a_demo_makes_its_secrets_once_and_for_its_own_eyes(tmp_path: Path) -> None:
    first, second = environment(tmp_path), environment(tmp_path)
    assert first.secret_key == second.secret_key
    assert first.field_encryption_keys == second.field_encryption_keys
    assert first.oidc_private_key == second.oidc_private_key
    files = list((tmp_path / "secrets").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_two_demos_share_no_secret(tmp_path: Path) -> None:
    assert environment(tmp_path / "one").secret_key != environment(tmp_path / "two").secret_key


@pytest.mark.parametrize("name", list(SECRETS))
def test_production_names_a_missing_secret(tmp_path: Path, name: str) -> None:
    message = problems(tmp_path, **{**SECRETS, "DEMO": "0", name: ""})
    assert f"{name}: is missing" in message
    assert not (tmp_path / "secrets" / name.lower()).exists()


def test_production_takes_its_secrets_from_the_environment(tmp_path: Path) -> None:
    found = environment(tmp_path, DEMO="0", BASE_URL="https://id.example.org/", **SECRETS)
    assert found.is_production
    assert found.is_https
    assert found.base_url == "https://id.example.org"
    assert found.allowed_hosts == ["id.example.org"]
    assert found.secret_key == SECRETS["SECRET_KEY"]


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 60 + "\n")
    assert environment(tmp_path, SECRET_KEY_FILE=str(file)).secret_key == "f" * 60


def test_a_secret_that_begins_with_a_dollar_is_taken_as_it_is(tmp_path: Path) -> None:
    assert environment(tmp_path, SECRET_KEY="$" + "k" * 50).secret_key == "$" + "k" * 50


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEMO", "perhaps"),
        ("DEBUG", "2"),
        ("HOST", "http://localhost"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "²"),
        ("BASE_URL", "id.example.org"),
        ("BASE_URL", "https://id.example.org/under/a/path"),
        ("BASE_URL", "https://user:secret@id.example.org"),
        ("BASE_URL", "https://id.example.org:port"),
        ("DATABASE_URL", "mysql://localhost/authsite"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("DATABASE_URL", "postgres://localhost"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("SECRET_KEY", "short"),
        ("FIELD_ENCRYPTION_KEYS", "not-a-key"),
        ("FIELD_ENCRYPTION_KEYS", ","),
        ("OIDC_RSA_PRIVATE_KEY", "not a key"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("EMAIL_URL", "pigeon://loft"),
        ("SECRET_KEY_FILE", "/there/is/no/such/file"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert f"  - {name.removesuffix('_FILE')}: " in problems(tmp_path, **{name: value})


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    message = problems(tmp_path, REDIS_URL="x", TRUSTED_PROXIES="y", EMAIL_URL="z")
    assert message.count("\n  - ") == 3


def test_no_secret_is_repeated_in_a_message(tmp_path: Path) -> None:
    message = problems(tmp_path, SECRET_KEY="hunter2", FIELD_ENCRYPTION_KEYS="hunter3", DATABASE_URL="my://u:hunter4@h/d")
    assert "hunter" not in message


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "  - VAR_DIR: " in problems(tmp_path / "file" / "var")


def test_databases_mail_and_proxies_are_typed(tmp_path: Path) -> None:
    found = environment(
        tmp_path,
        DATABASE_URL="postgres://ann:p%40ss@db.example.org:5433/authsite",
        EMAIL_URL="smtp+tls://ann:secret@mail.example.org:587",
        TRUSTED_PROXIES="10.0.0.0/8, ::1",
    )
    assert found.database["ENGINE"] == "django.db.backends.postgresql"
    assert (found.database["HOST"], found.database["PORT"], found.database["PASSWORD"]) == ("db.example.org", 5433, "p@ss")
    assert (found.email["EMAIL_HOST"], found.email["EMAIL_USE_TLS"]) == ("mail.example.org", True)
    assert found.trusted_proxies == [ip_network("10.0.0.0/8"), ip_network("::1")]


@pytest.mark.parametrize(
    ("host", "base_url"), [("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("id", "http://id:8000")]
)
def test_the_address_of_the_site_follows_from_where_it_listens(tmp_path: Path, host: str, base_url: str) -> None:
    assert environment(tmp_path, HOST=host).base_url == base_url


def test_login_flows_lead_out_of_the_site_only_where_the_installation_says_so(tmp_path: Path) -> None:
    found = environment(tmp_path)
    assert (found.login_flow_locations, found.login_flow_private_webhooks) == ([], False)
    assert found.assertion_audiences == []
    found = environment(
        tmp_path, LOGIN_FLOW_LOCATIONS="https://a.example/in, https://b.example", LOGIN_FLOW_PRIVATE_WEBHOOKS="1"
    )
    assert (found.login_flow_locations, found.login_flow_private_webhooks) == (
        ["https://a.example/in", "https://b.example"],
        True,
    )
    assert "LOGIN_FLOW_LOCATIONS" in problems(tmp_path, LOGIN_FLOW_LOCATIONS="/security/")
