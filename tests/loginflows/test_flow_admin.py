"""Flows in the admin: an administrator drafts, activates, retires and assigns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from loginflows.models import FlowAssignment, FlowVersion, LoginFlow
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_authenticator, person, profile, sign_in
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, active, elements

pytestmark = pytest.mark.django_db
ADMIN = "/admin/loginflows/"


@pytest.fixture
def ada(client: Client) -> Client:
    """The browser of an administrator, signed in at High Assurance."""
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    sign_in(client, ada, give_authenticator(ada))
    return client


def save(ada: Client, version: FlowVersion, definition: Any, button: str = "_continue") -> Any:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    fields = {"definition": text, "reason": "Legal asked for it.", button: "1"}
    return ada.post(f"{ADMIN}flowversion/{version.pk}/change/", fields, follow=True)


def test_a_new_flow_comes_with_a_draft(ada: Client) -> None:
    ada.post(f"{ADMIN}loginflow/add/", {"name": "Terms", "_save": "1"})
    draft = FlowVersion.objects.get()
    assert (draft.flow.name, draft.number, draft.state) == ("Terms", 1, "draft")
    page = ada.get(f"{ADMIN}loginflow/{draft.flow.pk}/change/")
    assert f"{ADMIN}flowversion/{draft.pk}/change/" in page.content.decode()
    assert ada.get(f"{ADMIN}loginflow/").status_code == 200


def test_a_draft_is_edited_and_activated(ada: Client) -> None:
    draft = LoginFlow.objects.create(name="Terms").new_draft()
    save(ada, draft, elements(TERMS, END), "_activate")
    draft.refresh_from_db()
    assert (draft.state, draft.definition) == ("active", elements(TERMS, END))
    newest = PolicyRevision.objects.first()
    assert newest is not None and newest.author is not None
    assert (newest.author.username, newest.reason) == ("ada", "Legal asked for it.")


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (elements(TERMS, OUT), "out: No path finishes"),
        (elements({**TERMS, "text": ""}, END), "terms: The text is empty."),
        ("{not json", "Enter a valid JSON."),
        ('"terms"', "The definition must be an object"),
        ("", "This field is required."),
    ],
)
def test_a_wrong_definition_is_shown_again_with_what_is_wrong(ada: Client, definition: Any, said: str) -> None:
    draft = LoginFlow.objects.create(name="Terms").new_draft()
    response = save(ada, draft, definition, "_activate")
    assert said in str(response.context["adminform"].form.errors["definition"])
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_active_version_is_read_only_and_can_be_retired(ada: Client) -> None:
    version = active(TERMS, END)
    save(ada, version, elements(END))
    version.refresh_from_db()
    assert version.definition == elements(TERMS, END)
    save(ada, version, elements(END), "_retire")
    version.refresh_from_db()
    assert (version.state, version.definition) == ("retired", elements(TERMS, END))


def test_a_new_draft_begins_with_the_newest_version(ada: Client) -> None:
    version = active(TERMS, END)
    ada.post(f"{ADMIN}loginflow/{version.flow.pk}/change/", {"name": version.flow.name, "_new_draft": "1"})
    draft = FlowVersion.objects.get(state="draft")
    assert (draft.number, draft.definition) == (2, elements(TERMS, END))


def test_what_ran_is_not_deleted(ada: Client) -> None:
    version = active(TERMS, END)
    assert ada.post(f"{ADMIN}flowversion/{version.pk}/delete/", {"post": "yes"}).status_code == 403
    assert FlowVersion.objects.filter(pk=version.pk).exists()


def test_an_unreachable_element_is_a_warning_on_the_page(ada: Client) -> None:
    draft = LoginFlow.objects.create(name="Terms").new_draft(elements(END, WELCOME))
    assert "welcome: No path comes to this element." in ada.get(f"{ADMIN}flowversion/{draft.pk}/change/").content.decode()


def test_a_flow_is_given_to_a_profile(ada: Client) -> None:
    version, contractor = active(TERMS, END), profile("Contractor")
    ada.post(f"{ADMIN}flowassignment/add/", {"profile": contractor.pk, "flow": version.flow.pk, "_save": "1"})
    assert FlowAssignment.objects.get().flow == version.flow


def test_acceptances_are_for_reading_only(ada: Client) -> None:
    assert ada.get(f"{ADMIN}acceptedterms/").status_code == 200
    assert ada.get(f"{ADMIN}acceptedterms/add/").status_code == 403
