"""The doctor: every part is examined, what is wrong is said with what to do, and the exit code tells programs."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import User
from authsite import diagnosis
from sessions_policy import policy_book
from sessions_policy.models import MethodLevel, Profile, UserSession

pytestmark = pytest.mark.django_db
PARTS = [
    "settings",
    "database",
    "migrations",
    "cache",
    "mail",
    "signing_keys",
    "clock",
    "administrators",
    "profiles",
    "cleanup",
]


def complaints(name: str) -> list[str]:
    found = {each.name: each.complaints for each in diagnosis.examine()}
    return [complaint.what for complaint in found[name]]


def test_every_part_is_examined() -> None:
    assert [each.name for each in diagnosis.examine()] == PARTS


def test_what_is_well_has_no_complaint() -> None:
    for name in ("database", "migrations", "cache", "clock", "profiles", "cleanup"):
        assert complaints(name) == []


def test_one_administrator_is_too_few() -> None:
    assert complaints("administrators") == ["No administrator could sign in."]
    User.objects.create_superuser("ada", "ada@example.org", "x")
    assert complaints("administrators") == ["One administrator only could sign in."]
    User.objects.create_superuser("grace", "grace@example.org", "x")
    assert complaints("administrators") == []
    User.objects.filter(username="grace").update(is_frozen=True)
    assert complaints("administrators") == ["One administrator only could sign in."]


def test_a_missing_migration_is_named_with_the_command() -> None:
    MigrationRecorder.Migration.objects.filter(app="oauth").delete()
    assert "run manage.py migrate" in complaints("migrations")[0]


def test_a_profile_that_nobody_can_satisfy_is_named() -> None:
    Profile.objects.create(name="Vault", required_level="high_assurance")
    for method in ("authenticator_app", "recovery_code", "temporary_code"):
        MethodLevel.objects.update_or_create(method=method, defaults={"level": "standard"})
    policy_book.refresh()
    assert [text for text in complaints("profiles") if "Vault" in text]


def test_sessions_that_nobody_removed_show_that_cleanup_does_not_run() -> None:
    now = timezone.now()
    row = {"session_data": "", "public_id": "x", "level": "standard", "created": now, "last_seen": now}
    UserSession.objects.create(session_key="a" * 32, expire_date=now - timedelta(days=1), **row)
    assert complaints("cleanup") == []
    UserSession.objects.create(session_key="b" * 32, expire_date=now - timedelta(days=3), **row)
    assert "2 days" in complaints("cleanup")[0]


def test_a_mail_server_that_is_away_is_a_complaint(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "cannot be reached" in complaints("mail")[0]


def test_programs_get_json_and_an_exit_code() -> None:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("doctor", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert raised.value.returncode == 1
    assert answer["ok"] is False
    assert [row["name"] for row in answer["checks"]] == PARTS
    assert next(row for row in answer["checks"] if row["name"] == "database") == {
        "ok": True,
        "name": "database",
        "complaints": [],
    }


def test_people_read_what_to_do() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="administrators"):
        call_command("doctor", stdout=out)
    assert "manage.py createsuperuser" in out.getvalue()
