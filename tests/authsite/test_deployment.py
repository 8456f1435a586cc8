"""A deployment: production settings pass Django's own checks with no warning, and what is for trying out is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from authsite.environment import BASE_DIR

PRODUCTION = {
    "DEMO": "0",
    "BASE_URL": "https://id.example.org",
    "SECRET_KEY": "gk8Qf0xW2bNf5zR7tYvU3mJcLh6sPd9eAiOo1KqXwZuTnBrE",
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
}
PRODUCTION["SECRET_KEY"] += "-4s"


def manage(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_production_settings_pass_the_deployment_checks_with_no_warning(tmp_path: Path) -> None:
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout
    assert result.stderr == ""


def test_a_demo_is_not_deployed(tmp_path: Path) -> None:
    result = manage(tmp_path, "check", "--deploy", **{**PRODUCTION, "DEMO": "1"})
    assert result.returncode == 1
    assert "authsite.E001" in result.stderr


def test_a_site_without_tls_is_not_deployed(tmp_path: Path) -> None:
    result = manage(tmp_path, "check", "--deploy", **{**PRODUCTION, "BASE_URL": "http://id.example.org"})
    assert result.returncode == 1
    assert "authsite.E002" in result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS"])
def test_a_missing_secret_is_told_in_words_and_without_a_traceback(tmp_path: Path, name: str) -> None:
    result = manage(tmp_path, "check", **{**PRODUCTION, name: ""})
    assert result.returncode == 2
    assert f"{name}: is missing" in result.stderr
    assert "Traceback" not in result.stderr


SETTINGS = """
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)
"""


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://id.example.org", "__Host-sessionid __Host-csrftoken True True Lax"),
        ("http://id.example.org", "sessionid csrftoken False True Lax"),
    ],
)
def test_cookies_are_bound_to_the_host_over_tls(tmp_path: Path, base_url: str, expected: str) -> None:
    result = manage(tmp_path, "shell", "--no-imports", "-c", SETTINGS, **{**PRODUCTION, "BASE_URL": base_url})
    assert result.stdout.strip() == expected, result.stderr


def test_a_fresh_secret_can_be_had_from_the_command_line() -> None:
    command = [sys.executable, "-m", "authsite.generated_secrets"]
    made = subprocess.run([*command, "FIELD_ENCRYPTION_KEYS"], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    assert Fernet(made.stdout.strip())
    wrong = subprocess.run([*command, "NO_SUCH_SECRET"], cwd=BASE_DIR, capture_output=True, text=True, check=False)
    assert wrong.returncode != 0
    assert "usage:" in wrong.stderr


DATABASE = """
from django.db import connection, transaction
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys"):
        print(cursor.execute(f"PRAGMA {name}").fetchone()[0])
print(connection.transaction_mode)
"""


def test_sqlite_waits_for_its_lock_and_writes_ahead(tmp_path: Path) -> None:
    result = manage(tmp_path, "shell", "--no-imports", "-c", DATABASE, **PRODUCTION)
    assert result.stdout.split() == ["wal", "1", "20000", "1", "IMMEDIATE"], result.stderr
