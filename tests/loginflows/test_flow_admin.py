"""Flows in the administration: how they begin, who has them, what is listed, and who may see it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from loginflows import documents, secret_fields
from loginflows.models import FlowAssignment, FlowTestCase, FlowVersion, LoginFlow, UserAttribute
from sessions_policy.models import PolicyRevision
from tests.accounts.people import person, profile, rule, sign_in
from tests.admin.words import text_of
from tests.loginflows.admin_pages import ADMIN, signed_in, url
from tests.loginflows.flows import END, TERMS, WELCOME, active, assign, elements

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Client:
    return signed_in()


def add(ada: Client, **values: Any) -> Any:
    return ada.post(f"{ADMIN}loginflow/add/", {"name": "Ours", "begin": "", "_save": "1", **values}, follow=True)


def file_of(document: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("flow.json", document if isinstance(document, bytes) else json.dumps(document).encode())


def test_without_flows_the_list_offers_the_templates(ada: Client) -> None:
    page = ada.get(f"{ADMIN}loginflow/")
    assert "Start from a template" in text_of(page)
    assert "?template=two_factor_off_network" in page.content.decode()
    begun = ada.get(f"{ADMIN}loginflow/add/?template=survey")
    assert begun.context["adminform"].form["begin"].value() == "survey"
    assert begun.context["adminform"].form["name"].value() == "A short survey"


def test_an_empty_flow_begins_in_the_builder(ada: Client) -> None:
    response = add(ada)
    draft = FlowVersion.objects.get()
    assert response.redirect_chain[-1][0] == url(draft)
    assert (draft.number, draft.state, draft.definition) == (1, "draft", {"schema": 2, "elements": []})


def test_a_template_brings_its_elements_cases_and_attributes(ada: Client) -> None:
    add(ada, begin="confirm_details")
    assert FlowVersion.objects.get().definition["elements"][0]["id"] == "due"
    assert FlowTestCase.objects.count() == 3
    assert UserAttribute.objects.get().name == "phone"


def test_the_passcode_of_a_template_is_shown_once(ada: Client) -> None:
    said = text_of(add(ada, begin="maintenance"))
    passcode = said.split("“Closed for maintenance” is ")[1].split(".")[0]
    version = FlowVersion.objects.get()
    assert secret_fields.reveal(version.definition["elements"][0]["passcode"]) == passcode
    assert passcode not in text_of(ada.get(url(version), {"el": "closed"}))


def test_a_flow_goes_out_as_a_file_and_comes_in_again(ada: Client) -> None:
    add(ada, begin="maintenance")
    version = FlowVersion.objects.get()
    sent = ada.get(f"{ADMIN}flowversion/{version.pk}/export/")
    assert 'filename="ours-1.json"' in sent["Content-Disposition"]
    document = json.loads(sent.content)
    assert document["elements"][0].get("passcode", "") == ""
    add(ada, name="Theirs", begin="file", file=file_of(document))
    theirs = LoginFlow.objects.get(name="Theirs")
    assert theirs.test_cases.count() == 2
    assert documents.export(theirs.versions.get())["elements"] == document["elements"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"{not json", "The file is no JSON."),
        (b"\xff\xfe", "The file is no JSON."),
        ([], "A flow is an object"),
        ({"elements": [{"id": "x", "kind": "nonsense"}]}, "There is no kind nonsense"),
        ({"elements": [], "test_cases": [{"name": "x"}]}, "A test case in the file cannot be read."),
        ({"elements": [], "attributes": [{"name": "NO", "label": "x"}]}, "The attributes in the file cannot be read."),
        ({"elements": [], "test_cases": 3}, "The test cases in the file cannot be read."),
    ],
)
def test_a_file_that_is_no_flow_is_refused_with_the_reason(ada: Client, document: Any, said: str) -> None:
    page = add(ada, begin="file", file=file_of(document))
    assert said in text_of(page)
    assert not LoginFlow.objects.exists()


def test_no_file_at_all_is_said(ada: Client) -> None:
    assert "Choose a file." in text_of(add(ada, begin="file"))


def test_a_file_becomes_a_draft_of_a_flow(ada: Client) -> None:
    version = active(TERMS, END)
    address = f"{ADMIN}loginflow/{version.flow.pk}/versions/"
    ada.post(address, {"file": file_of(elements(WELCOME, END))})
    draft = version.flow.versions.get(state="draft")
    assert [each["id"] for each in draft.definition["elements"]] == ["welcome", "end"]


def queries(ada: Client) -> int:
    """How many queries the list takes, once the policies are known."""
    ada.get(f"{ADMIN}loginflow/")
    with CaptureQueriesContext(connection) as taken:
        assert "Contractor" in text_of(ada.get(f"{ADMIN}loginflow/"))
    return len(taken)


def test_the_list_takes_no_query_for_each_flow(ada: Client) -> None:
    assign(active(TERMS, END), profile("Contractor"))
    one = queries(ada)
    for number in range(5):
        assign(active(TERMS, END, name=f"Flow {number}"), profile(f"Profile {number}"))
    assert queries(ada) == one


def test_a_flow_is_given_to_a_profile(ada: Client) -> None:
    version, contractor = active(TERMS, END), profile("Contractor")
    ada.post(f"{ADMIN}flowassignment/add/", {"profile": contractor.pk, "flow": version.flow.pk, "_save": "1"})
    assert FlowAssignment.objects.get().flow == version.flow


def test_taking_a_flow_away_asks_for_a_tick_and_a_reason(ada: Client) -> None:
    assign(active(TERMS, END), profile("Contractor"))
    address = f"{ADMIN}flowassignment/{FlowAssignment.objects.get().pk}/delete/"
    page = ada.post(address, {"post": "yes"})
    assert "People with the profile Contractor no longer go through the login flow" in text_of(page)
    assert FlowAssignment.objects.exists()
    ada.post(address, {"post": "yes", "understood": "on", "reason": "The contract ended."})
    assert not FlowAssignment.objects.exists()
    newest = PolicyRevision.objects.first()
    assert newest is not None and newest.reason == "The contract ended."


def test_another_flow_for_a_profile_takes_the_first_away(ada: Client) -> None:
    assign(active(TERMS, END), profile("Contractor"))
    assignment, other = FlowAssignment.objects.get(), active(WELCOME, END, name="Other")
    address = f"{ADMIN}flowassignment/{assignment.pk}/change/"
    fields = {"profile": assignment.profile_id, "flow": other.flow_id, "_save": "1"}
    assert "no longer go through" in text_of(ada.post(address, fields))
    ada.post(address, {**fields, "understood": "on", "reason": "Newer terms."})
    assignment.refresh_from_db()
    assert assignment.flow == other.flow


PAGES = (
    "loginflow/",
    "loginflow/{flow}/versions/",
    "loginflow/{flow}/compare/",
    "loginflow/{flow}/runs/",
    "flowversion/{version}/change/",
    "flowversion/{version}/debug/",
    "flowversion/{version}/activate/",
    "flowversion/{version}/retire/",
    "flowversion/{version}/export/",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_for_the_resource_and_the_permission(ada: Client, page: str) -> None:
    version = active(TERMS, END)
    address = ADMIN + page.format(flow=version.flow.pk, version=version.pk)
    assert ada.get(address).status_code == 200
    clerk, plain = person("clerk", is_staff=True), Client()
    sign_in(plain, clerk)
    assert Client().get(address)["Location"].startswith("/login/")
    rule("admin", "allow")
    assert plain.get(address).status_code == 403
    rule("login_flows", "block")
    assert "/step-up/" not in ada.get(address).headers.get("Location", "")
    assert plain.get(address).status_code == 403


def test_acceptances_and_runs_are_for_reading_only(ada: Client) -> None:
    for name in ("acceptedterms", "flowrun"):
        assert ada.get(f"{ADMIN}{name}/").status_code == 200
        assert ada.get(f"{ADMIN}{name}/add/").status_code == 403
