"""The templates that a flow can begin with: each is sound, and takes the paths that its test cases say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from loginflows import actions, checks, documents, flow_templates, secret_fields
from loginflows.models import FlowVersion, LoginFlow, UserAttribute

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _approve_sign_in() -> Iterator[None]:
    """The action that the developers of an organisation register for the third-party check."""

    @actions.login_flow_action("approve_sign_in", label="Ask the other service", verifies=True)
    def approve(run: actions.ActionRun, username: str) -> None:
        return None

    yield
    actions.forget("approve_sign_in")


def begun(key: str) -> FlowVersion:
    template, _made = flow_templates.fresh(flow_templates.all_templates()[key])
    return documents.begin(LoginFlow.objects.create(name=template.name), template.definition, template.luggage)


def test_every_worked_example_is_there_and_every_file_is_listed() -> None:
    files = {each.stem for each in flow_templates.FOLDER.glob("*.json")}
    assert files == set(flow_templates.NAMES) and len(files) == 10


@pytest.mark.parametrize("key", flow_templates.NAMES)
def test_a_template_has_no_errors_and_takes_its_paths(key: str) -> None:
    draft = begun(key)
    verdict = checks.verdict(draft)
    assert [(each.code, each.element, dict(each.values)) for each in verdict.findings if each.is_error] == []
    assert len(verdict.tried) >= 2
    assert [(each.name, each.actual, each.problem) for each in verdict.failed] == []


@pytest.mark.parametrize("key", flow_templates.NAMES)
def test_only_that_nobody_has_it_is_odd_about_a_template(key: str) -> None:
    assert {each.code for each in begun(key).findings()} <= {"flow.unassigned"}


def test_a_template_brings_the_attributes_that_it_needs_once() -> None:
    begun("confirm_details")
    LoginFlow.objects.all().delete()
    begun("confirm_details")
    assert [each.name for each in UserAttribute.objects.all()] == ["phone"]


def test_a_passcode_is_made_for_each_flow_and_kept_encrypted() -> None:
    template, made = flow_templates.fresh(flow_templates.all_templates()["maintenance"])
    _other, made_again = flow_templates.fresh(flow_templates.all_templates()["maintenance"])
    assert made != made_again
    draft = documents.begin(LoginFlow.objects.create(name="Closed"), template.definition, template.luggage)
    kept = draft.definition["elements"][0]["passcode"]
    assert made[0][1] not in kept and secret_fields.reveal(kept) == made[0][1]
