"""Policies at the command line: written to a file, planned, rehearsed, confirmed where protection goes, made in one piece."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sessions_policy.models import MethodLevel, PermissionSet, PolicyRevision, Profile, ResourcePolicy
from tests.accounts.people import give_authenticator, move, permission_set, person, profile, rule
from tests.admin.words import newest_revision

pytestmark = pytest.mark.django_db


def export() -> Any:
    out = StringIO()
    call_command("policy_export", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file for policies."""
    return tmp_path / "policies.json"


def run(file: Path, bundle: Any = None, *options: str) -> tuple[int, Any]:
    """Import ``bundle``; return the exit code and the answer."""
    if bundle is not None:
        file.write_text(json.dumps(bundle), encoding="utf-8")
    out, code = StringIO(), 0
    try:
        call_command("policy_import", str(file), "--json", *options, stdout=out, stderr=StringIO())
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue())


def bundle(**kinds: Any) -> dict[str, Any]:
    return {"format": "authsite/v1", **kinds}


def test_what_was_written_can_be_read_back_and_changes_nothing(file: Path) -> None:
    permission_set(person("bob", profile("Sales", login_hours={"0": ["08:00", "18:00"]})), two_factor_ui=True)
    rule("networks", "raise", 30)
    move("password", "high_assurance")
    call_command("policy_export", str(file), stderr=StringIO())
    revision = newest_revision()
    assert run(file) == (0, {"plan": [], "takes_away": [], "problem": "", "done": True})
    assert newest_revision() == revision


def test_a_file_makes_another_installation_the_same(file: Path) -> None:
    permission_set(person("bob", profile("Sales", required_level="high_assurance")), two_factor_ui=True)
    rule("networks", "raise", 30)
    move("email_code", "high_assurance")
    call_command("policy_export", str(file), stderr=StringIO())
    kept = export()
    for model in (PermissionSet, ResourcePolicy, MethodLevel):
        model.objects.all().delete()
    Profile.objects.filter(name="Sales").update(required_level="none")
    code, answer = run(file, None, "--reason", "A new machine", "--yes")
    assert (code, answer["done"]) == (0, True)
    assert {step["act"] for step in answer["plan"]} == {"create", "change"}
    assert export() == kept
    revision = newest_revision()
    assert (revision.author, revision.author_level, revision.reason) == (None, "", "A new machine")


def test_a_plan_changes_nothing(file: Path) -> None:
    profile("Sales", two_factor_ui=True)
    before = PolicyRevision.objects.count()
    code, answer = run(file, bundle(profiles=[{"name": "Sales", "two_factor_ui": False}]), "--dry-run")
    assert code == 1
    assert answer["plan"] == [
        {
            "act": "change",
            "kind": "profiles",
            "name": "Sales",
            "before": {"two_factor_ui": True},
            "after": {"two_factor_ui": False},
        }
    ]
    assert answer["takes_away"] == [
        "People with the profile Sales are no longer asked for a second factor with their password."
    ]
    assert (PolicyRevision.objects.count(), Profile.objects.get(name="Sales").two_factor_ui) == (before, True)


@pytest.mark.parametrize("options", [(), ("--yes",), ("--reason", "Why not"), ("--reason", "  ", "--yes")])
def test_what_takes_protection_away_needs_a_reason_and_yes(file: Path, options: tuple[str, ...]) -> None:
    profile("Sales", two_factor_ui=True)
    wanted = bundle(profiles=[{"name": "Sales", "two_factor_ui": False}])
    code, answer = run(file, wanted, *options)
    assert (code, answer["done"]) == (1, False)
    assert answer["takes_away"]
    assert "--reason TEXT and --yes" in answer["problem"]
    assert Profile.objects.get(name="Sales").two_factor_ui
    assert run(file, wanted, "--reason", "Agreed", "--yes")[0] == 0
    assert not Profile.objects.get(name="Sales").two_factor_ui


def test_administrators_are_not_shut_out(file: Path) -> None:
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    give_authenticator(ada)
    wanted = bundle(session_settings=[{"method": "authenticator_app", "level": "standard"}])
    code, answer = run(file, wanted, "--reason", "Oops", "--yes")
    assert (code, answer["done"]) == (1, False)
    assert "no administrator could sign in" in answer["problem"]
    assert not MethodLevel.objects.exists()
    assert "no administrator could sign in" in run(file, wanted, "--dry-run")[1]["problem"]


def test_all_or_nothing(file: Path) -> None:
    wanted = bundle(profiles=[{"name": "Sales"}], networks=[{"name": "Bad", "network": "nonsense"}])
    with pytest.raises(CommandError) as refused:
        run(file, wanted)
    assert refused.value.returncode == 2
    assert "networks nonsense: network: Enter a network such as" in str(refused.value)
    assert not Profile.objects.filter(name="Sales").exists()


def test_what_is_not_in_the_file_stays_unless_it_is_pruned(file: Path) -> None:
    profile("Sales")
    profile("Nobody's")
    wanted = bundle(profiles=[{"name": "Sales"}])
    assert run(file, wanted)[1]["plan"] == []
    code, answer = run(file, wanted, "--prune")
    assert (code, [step["name"] for step in answer["plan"]]) == (0, ["Nobody's"])
    assert list(Profile.objects.values_list("name", flat=True)) == ["Sales"]


def test_what_people_have_is_not_pruned(file: Path) -> None:
    person("bob", profile("Sales"))
    for options in (("--prune",), ("--prune", "--dry-run")):
        code, answer = run(file, bundle(profiles=[]), *options)
        assert (code, "still uses" in answer["problem"]) == (1, True)
    assert Profile.objects.filter(name="Sales").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "no bundle"),
        ('{"format": "other"}', "no bundle"),
        ('{"format": "authsite/v1", "nonsense": []}', "nonsense: there is no such kind"),
        ('{"format": "authsite/v1", "profiles": [7]}', "profiles: an entry has no name"),
        ('{"format": "authsite/v1", "profiles": 7}', "profiles: an entry has no name"),
        ('{"format": "authsite/v1", "organisation": 7}', "organisation: an entry"),
        ('{"format": "authsite/v1", "profiles": [{"name": "A", "x": 1}]}', "profiles A: x: There is no such field"),
        ('{"format": "authsite/v1", "resources": [{"key": "x", "action": "block"}]}', "resources x: Nothing of this name"),
        ('{"format": "authsite/v1", "permission_sets": [{"name": "A", "users": ["x"]}]}', "nobody with the username x"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(file: Path, content: str, said: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said) as refused:
        run(file)
    assert refused.value.returncode == 2


def test_the_plan_in_words(file: Path) -> None:
    profile("Sales")
    file.write_text(json.dumps(bundle(profiles=[{"name": "Sales", "idle_timeout": 30}, {"name": "New"}])), encoding="utf-8")
    out = StringIO()
    call_command("policy_import", str(file), stdout=out)
    assert "~ profiles Sales\n    idle_timeout: null -> 30\n+ profiles New\n" in out.getvalue()
    assert out.getvalue().endswith("2 changes were made.\n")
