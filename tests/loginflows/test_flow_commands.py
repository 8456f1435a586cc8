"""The commands: export and import, checking, and the way back in when a flow keeps everybody out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from loginflows.models import FlowAssignment, FlowVersion, LoginFlow
from sessions_policy import policy_book
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_password, person, profile
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, active, assign, elements
from tests.loginflows.signing_in import FLOW, is_signed_in

pytestmark = pytest.mark.django_db
GATE = {"id": "gate", "kind": "passcode", "title": "Closed", "passcode": "open sesame"}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def code_of(*arguments: str) -> tuple[int, str]:
    """Return the exit code of a command, and what it printed."""
    out = StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def written(folder: Path, document: Any) -> str:
    path = folder / "flow.json"
    path.write_text(json.dumps(document))
    return str(path)


def test_an_export_comes_back_as_a_draft(tmp_path: Path) -> None:
    active(TERMS, END)
    exported = json.loads(run("flow_export", "Contractor terms"))
    assert (exported["schema"], exported["name"], exported["version"]) == (2, "Contractor terms", 1)
    answer = json.loads(run("flow_import", written(tmp_path, exported), "--json"))
    assert (answer["flow"], answer["draft"]) == ("Contractor terms", 2)
    assert [each["code"] for each in answer["findings"]] == ["flow.unassigned"]
    draft = FlowVersion.objects.get(number=2)
    assert (draft.state, draft.definition) == ("draft", elements(TERMS, END))


def test_an_import_makes_the_flow_when_there_is_none(tmp_path: Path) -> None:
    run("flow_import", written(tmp_path, {"name": "New", "description": "Hello", "elements": [END]}), "--reason", "moved here")
    flow = LoginFlow.objects.get()
    assert (flow.name, flow.description, flow.active_version()) == ("New", "Hello", None)
    assert PolicyRevision.objects.filter(reason="moved here").exists()


def test_secrets_stay_at_home(tmp_path: Path) -> None:
    active(GATE, END)
    exported = run("flow_export", "Contractor terms")
    assert "sesame" not in exported and "encrypted" not in exported
    code, said = code_of("flow_import", written(tmp_path, json.loads(exported)), "--json")
    assert code == 1
    assert json.loads(said)["findings"][0]["message"] == "gate: The passcode is empty."
    assert json.loads(said)["draft"] == 2


def test_a_dry_run_makes_nothing(tmp_path: Path) -> None:
    answer = json.loads(run("flow_import", written(tmp_path, {"name": "New", "elements": [END]}), "--dry-run", "--json"))
    assert (answer["draft"], answer["dry_run"]) == (None, True)
    assert not LoginFlow.objects.exists()


def test_what_has_no_shape_makes_no_draft(tmp_path: Path) -> None:
    code, said = code_of("flow_import", written(tmp_path, {"name": "New", "elements": [{"id": "a", "kind": "teleport"}]}))
    assert code == 1
    assert "There is no kind teleport" in said
    assert not LoginFlow.objects.exists()


@pytest.mark.parametrize(
    "document",
    [
        "x",
        {"name": "x"},
        {"elements": []},
        {"name": "x", "elements": [], "owner": "me"},
        {"name": "x" * 101, "elements": [END]},
    ],
)
def test_what_is_no_export_is_a_wrong_use(tmp_path: Path, document: Any) -> None:
    assert code_of("flow_import", written(tmp_path, document))[0] == 2


def test_a_file_that_is_none_is_a_wrong_use(tmp_path: Path) -> None:
    assert code_of("flow_import", str(tmp_path / "gone.json"))[0] == 2
    (tmp_path / "bad.json").write_text("{")
    assert code_of("flow_validate", "--file", str(tmp_path / "bad.json"))[0] == 2


def test_flows_are_checked() -> None:
    version = active(TERMS, END)
    assert code_of("flow_validate") == (0, "Contractor terms 1: \nwarning  No profile uses this flow.\n")
    FlowVersion.objects.update(definition=elements(TERMS, OUT))
    code, said = code_of("flow_validate", version.flow.name, "--json")
    assert code == 1
    assert json.loads(said)["Contractor terms 1"][0]["code"] == "flow.no_finish"
    assert code_of("flow_validate", "Nobody's")[0] == 2
    assert code_of("flow_validate", version.flow.name, "--number", "9")[0] == 2


def test_the_schema_is_printed() -> None:
    schema = json.loads(run("flow_validate", "--schema"))
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$defs"]["terms"]["required"] == ["id", "kind", "title", "text", "version"]


def test_a_flow_is_taken_away_from_a_profile(client: Client) -> None:
    assign(active(WELCOME, END), profile("System Administrator"))
    admin = person("admin", profile("System Administrator"))
    assert give_password(client, admin).headers["Location"] == FLOW
    answer = json.loads(run("flow_disable", "System Administrator", "--reason", "it fails", "--json"))
    assert answer == {"flow": "Contractor terms", "profiles": ["System Administrator"], "dry_run": False}
    assert not FlowAssignment.objects.exists()
    revision = PolicyRevision.objects.first()
    assert revision is not None and (revision.reason, revision.after) == ("it fails", None)
    policy_book.refresh()
    assert client.get(FLOW).headers["Location"] == "/"
    assert is_signed_in(client)


def test_a_flow_is_retired_for_everybody() -> None:
    version = active(WELCOME, END)
    assign(version, profile("Contractor"))
    assert "would be taken away from: Contractor" in run(
        "flow_disable", "--flow", version.flow.name, "--reason", "x", "--dry-run"
    )
    version.refresh_from_db()
    assert version.state == "active"
    run("flow_disable", "--flow", version.flow.name, "--reason", "it fails")
    version.refresh_from_db()
    assert version.state == "retired"


@pytest.mark.parametrize(
    "arguments", [(), ("Contractor",), ("Nobody",), ("--flow", "Gone"), ("Contractor", "--flow", "Contractor terms")]
)
def test_there_has_to_be_something_to_take_away(arguments: tuple[str, ...]) -> None:
    profile("Contractor")
    assert code_of("flow_disable", *arguments, "--reason", "x")[0] == 2
