"""Versions, comparing, activating, retiring, and what happened in a flow."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from loginflows.admin import charts, numbers
from loginflows.models import FlowRun, FlowVersion, LoginFlow
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_password, person, profile
from tests.admin.words import text_of
from tests.loginflows.admin_pages import ADMIN, press, signed_in
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, active, assign, elements

pytestmark = pytest.mark.django_db
PASSCODE = {"id": "closed", "kind": "passcode", "title": "Closed", "passcode": "open sesame 1"}


@pytest.fixture
def ada() -> Client:
    return signed_in()


def page_of(version: FlowVersion, name: str) -> str:
    return f"{ADMIN}flowversion/{version.pk}/{name}/"


def test_a_draft_is_activated_with_a_reason_and_retires_the_one_before(ada: Client) -> None:
    first = active(TERMS, END)
    second = first.flow.new_draft(elements(WELCOME, TERMS, END))
    said = text_of(ada.get(page_of(second, "activate")))
    assert "New logins take this version, and version 1 is retired." in said
    ada.post(page_of(second, "activate"), {"reason": "Legal asked for it."})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("retired", "active")
    newest = PolicyRevision.objects.first()
    assert newest is not None and newest.author is not None
    assert (newest.author.username, newest.reason, newest.author_level) == ("ada", "Legal asked for it.", "high_assurance")


def test_a_draft_with_errors_is_not_activated(ada: Client) -> None:
    draft = LoginFlow.objects.create(name="Ours").new_draft(elements(TERMS, OUT))
    page = ada.post(page_of(draft, "activate"), {"reason": "Now"})
    assert page.status_code == 409 and "This version cannot be activated." in text_of(page)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_logins_that_run_are_counted_before_an_activation(ada: Client) -> None:
    first = active(WELCOME, END)
    assign(first, profile("Contractor"))
    browser = Client()
    give_password(browser, person("carl", profile("Contractor")))
    browser.get("/login/flow/")
    draft = first.flow.new_draft(elements(TERMS, END))
    assert "1 login is on version 1 now; it finishes there." in text_of(ada.get(page_of(draft, "activate")))


def test_retiring_what_people_have_asks_for_a_tick_and_a_reason(ada: Client) -> None:
    version = active(TERMS, END)
    assign(version, profile("Contractor"))
    page = ada.post(page_of(version, "retire"), {})
    assert "People with the profile Contractor no longer go through this flow." in text_of(page)
    version.refresh_from_db()
    assert version.state == "active"
    ada.post(page_of(version, "retire"), {"understood": "on", "reason": "The project ended."})
    version.refresh_from_db()
    assert version.state == "retired"


@pytest.mark.parametrize("act", ["activate", "retire"])
def test_what_cannot_be_done_is_said(ada: Client, act: str) -> None:
    version = active(TERMS, END)
    version.retire()
    page = ada.post(page_of(version, act), {"reason": "x"})
    assert "Only a" in text_of(page)
    version.refresh_from_db()
    assert version.state == "retired"


def test_the_versions_say_who_when_why_and_how_often(ada: Client) -> None:
    first = active(TERMS, END)
    second = first.flow.new_draft(elements(WELCOME, END))
    ada.post(page_of(second, "activate"), {"reason": "Friendlier."})
    FlowRun.objects.create(run="r1", flow_version=second, user=person("carl"))
    page = ada.get(f"{ADMIN}loginflow/{first.flow.pk}/versions/")
    rows = {row["version"].number: row for row in page.context["rows"]}
    assert (rows[2]["made"].reason, str(rows[2]["made"].author), rows[2]["runs"], rows[1]["runs"]) == (
        "Friendlier.",
        "ada",
        1,
        0,
    )


def test_a_new_draft_begins_as_any_version(ada: Client) -> None:
    first = active(TERMS, END)
    first.flow.new_draft(elements(WELCOME, END)).activate()
    ada.post(f"{ADMIN}loginflow/{first.flow.pk}/versions/", {"draft_from": str(first.pk)})
    draft = FlowVersion.objects.get(state="draft")
    assert (draft.number, draft.definition) == (3, first.definition)
    ada.post(f"{ADMIN}loginflow/{first.flow.pk}/versions/", {"draft_from": "999"})
    assert FlowVersion.objects.filter(state="draft").count() == 1


def test_what_ran_is_not_deleted_and_a_draft_is(ada: Client) -> None:
    version = active(TERMS, END)
    assert ada.post(page_of(version, "delete"), {"post": "yes"}).status_code == 403
    draft = version.flow.new_draft(elements(END))
    ada.post(page_of(draft, "delete"), {"post": "yes"})
    assert list(FlowVersion.objects.all()) == [version]


def test_two_versions_are_compared_element_by_element(ada: Client) -> None:
    first = active(WELCOME, TERMS, END)
    first.flow.new_draft(elements({**TERMS, "version": "2027-01"}, PASSCODE, END))
    address = f"{ADMIN}loginflow/{first.flow.pk}/compare/"
    page = ada.get(address, {"a": "1", "b": "2"})
    rows = {row["difference"].id: row["difference"] for row in page.context["rows"]}
    assert {name: each.mark for name, each in rows.items()} == {"welcome": "-", "terms": "~", "closed": "+"}
    assert [(each.field, each.before, each.after) for each in rows["terms"].fields] == [("Version", "2026-11", "2027-01")]
    assert page.content.decode().count('class="flow-map"') == 2
    everything = ada.get(address, {"a": "1", "b": "2", "all": "1"})
    assert len(everything.context["rows"]) == 4
    assert "Choose two versions." in text_of(ada.get(address, {"a": "1", "b": "x"}))


def test_a_changed_secret_is_said_and_not_shown(ada: Client) -> None:
    first = active(PASSCODE, END)
    second = first.flow.new_draft(elements({**PASSCODE, "passcode": "open sesame 2"}, END))
    page = ada.get(f"{ADMIN}loginflow/{first.flow.pk}/compare/", {"a": "1", "b": str(second.number)})
    html = page.content.decode()
    assert "(another secret)" in html and "encrypted:" not in html


def a_run(version: FlowVersion, name: str, path: list[str], outcome: str, waits: str = "") -> FlowRun:
    steps = [{"element": each, "kind": "message", "title": each, "result": "", "seconds": 2.0} for each in path]
    return FlowRun.objects.create(
        run=name, flow_version=version, user=person(name), path=steps, outcome=outcome, element=waits or path[-1]
    )


def test_runs_are_counted_by_element_with_where_people_dropped_out(ada: Client) -> None:
    version = active(WELCOME, TERMS, END)
    a_run(version, "ann", ["welcome", "terms", "end"], "finished")
    a_run(version, "ben", ["welcome", "terms"], "logged_out")
    a_run(version, "cat", ["welcome"], "failed", waits="terms")
    a_run(version, "dan", ["welcome"], "running", waits="terms")
    rows = {row.id: (row.came, row.passed, row.dropped) for row in numbers.by_element(version)}
    assert rows == {"welcome": (4, 4, 0), "terms": (3, 1, 2), "end": (1, 1, 0)}
    page = ada.get(f"{ADMIN}loginflow/{version.flow.pk}/runs/")
    assert "2 Terms for contractors Accept terms 3 1 2 1.3" in text_of(page)
    bars = charts.chart(numbers.by_element(version)).bars
    assert (bars[0].passed, bars[1].passed, bars[1].dropped) == (380, 95, 190)


def test_a_run_is_shown_with_its_path(ada: Client) -> None:
    version = active(WELCOME, END)
    found = a_run(version, "ann", ["welcome", "end"], "finished")
    found.entries.create(element="note", text="Came at night.")
    said = text_of(ada.get(f"{ADMIN}flowrun/{found.pk}/change/"))
    assert "2.0 s" in said and "Came at night." in said and "Finished" in said


def test_a_real_login_stands_in_the_history(ada: Client) -> None:
    version = active(WELCOME, END)
    assign(version, profile("Contractor"))
    browser: Any = Client()
    give_password(browser, person("carl", profile("Contractor")))
    page = browser.get("/login/flow/")
    browser.post("/login/flow/", {"run": page.context["run"], "element": "welcome"})
    assert "carl Finished Welcome → " in text_of(ada.get(f"{ADMIN}loginflow/{version.flow.pk}/runs/"))
    said = text_of(ada.get(f"{ADMIN}loginflow/"))
    assert "100 %" in said


def test_the_newest_draft_is_where_the_list_leads(ada: Client) -> None:
    version = active(WELCOME, END)
    draft = version.flow.new_draft(elements(TERMS, END))
    assert f"flowversion/{draft.pk}/change/" in ada.get(f"{ADMIN}loginflow/").content.decode()
    press(ada, draft, "delete:terms")
    assert len(draft.definition["elements"]) == 1
