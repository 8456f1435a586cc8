"""The builder: every act is a plain form, leads back to its element, can be undone, and never overwrites somebody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from loginflows import drafts, editing, secret_fields, tree
from loginflows.drafts import MOST_EDITS, fingerprint
from loginflows.elements import KINDS
from loginflows.models import FlowVersion, LoginFlow
from tests.accounts.people import give_authenticator, person, rule, sign_in
from tests.admin.words import text_of
from tests.loginflows.admin_pages import press, save, signed_in, url
from tests.loginflows.flows import END, TERMS, WELCOME, active, elements

pytestmark = pytest.mark.django_db
CONDITION = {"c-outcome-0-subject": "login.network", "c-outcome-0-operator": "is", "c-outcome-0-value": "trusted"}


@pytest.fixture
def ada() -> Client:
    return signed_in()


@pytest.fixture
def draft() -> FlowVersion:
    return LoginFlow.objects.create(name="Ours").new_draft(elements(WELCOME, TERMS, END))


def order(version: FlowVersion) -> list[str]:
    return [item.id for item in tree.walk(version.definition)]


def test_the_outline_the_map_and_the_panel_show_the_flow(ada: Client, draft: FlowVersion) -> None:
    page = ada.get(url(draft), {"el": "terms"})
    html = page.content.decode()
    assert html.count('class="step-link"') == 3 and html.count('class="map-box') == 3
    assert page.context["panel"].form["version"].value() == "2026-11"
    assert 'aria-current="true"' in html


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_added_opened_and_saved(ada: Client, draft: FlowVersion, kind: str) -> None:
    response = press(ada, draft, f"add:{kind}", place=":1")
    added = order(draft)[1]
    assert response.redirect_chain[-1][0].endswith(f"?el={added}&at=panel#panel")
    before = draft.definition
    assert "Saved" in text_of(save(ada, draft, added))
    assert draft.definition == before


@pytest.mark.parametrize(
    ("act", "after", "said"),
    [
        ("up:terms", ["terms", "welcome", "end"], "Moved “Terms for contractors” to step 1 of 3."),
        ("down:welcome", ["terms", "welcome", "end"], "Moved “Welcome” to step 2 of 3."),
        ("duplicate:welcome", ["welcome", "message", "terms", "end"], "Duplicated “Welcome”: the copy is step 2 of 4."),
        ("delete:terms", ["welcome", "end"], "Deleted “Terms for contractors”."),
    ],
)
def test_an_act_is_done_said_and_undone(ada: Client, draft: FlowVersion, act: str, after: list[str], said: str) -> None:
    before = draft.definition
    page = press(ada, draft, act)
    assert order(draft) == after
    assert said in text_of(page)
    undone = press(ada, draft, "undo")
    assert draft.definition == before
    assert "Undone: " in text_of(undone)


def test_moving_to_a_place_leads_back_to_the_element(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:decision", place=":2")
    page = ada.get(url(draft), {"el": "welcome", "move": "1"})
    assert dict(page.context["places"])["decision/:0"] == "first on “In every other case” of step 3, Decision"
    response = press(ada, draft, "move:welcome", place="decision/:0")
    assert response.redirect_chain[-1][0].endswith("#item-welcome")
    assert order(draft) == ["terms", "decision", "welcome", "end"]


def test_a_decision_is_built_with_conditions_and_says_them(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:decision", place=":0")
    page = save(ada, draft, "decision", **CONDITION, **{"o-outcome-label": "At home", "otherwise-label": "Away"})
    decision = draft.definition["elements"][0]
    assert decision["outcomes"][0]["conditions"] == [{"subject": "login.network", "operator": "is", "value": "trusted"}]
    assert (decision["outcomes"][0]["label"], decision["otherwise"]["label"]) == ("At home", "Away")
    assert "When network is trusted." in text_of(page)


def test_saving_a_decision_keeps_what_is_on_its_branches(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:decision", place=":0")
    press(ada, draft, "add:message", place="decision/outcome:0")
    press(ada, draft, "add:message", place="decision/:0")
    save(ada, draft, "decision", **CONDITION)
    assert order(draft) == ["decision", "message", "message_2", "welcome", "terms", "end"]


def test_outcomes_are_added_ordered_and_deleted_with_what_was_typed(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:decision", place=":0")
    save(ada, draft, "decision", "outcome_add", **{"o-outcome-label": "First"})
    press_up = {"o-outcome_2-label": "Second"}
    save(ada, draft, "decision", "outcome_up", **press_up)
    labels = [branch.label for branch in tree.branches(draft.definition["elements"][0])]
    assert labels[:2] == ["First", "New outcome"]
    page = ada.get(url(draft), {"el": "decision"})
    assert len(page.context["panel"].outcomes) == 2
    assert "outcome_delete:decision:outcome_2" in page.content.decode()


def test_a_condition_is_removed_by_its_tick(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:decision", place=":0")
    save(ada, draft, "decision", **CONDITION)
    save(ada, draft, "decision", **{"c-outcome-0-DELETE": "on"})
    assert draft.definition["elements"][0]["outcomes"][0]["conditions"] == []


def test_the_fields_of_a_form_are_edited_as_rows(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:form", place=":0")
    first = {"list-fields-0-name": "mood", "list-fields-0-label": "How are you?", "list-fields-0-type": "choice"}
    save(ada, draft, "form", **first, **{"list-fields-0-choices": "Well\nSo so", "list-fields-0-keep": "variable"})
    save(ada, draft, "form", **{"list-fields-1-name": "why", "list-fields-1-label": "Why?", "list-fields-1-type": "text"})
    fields = draft.definition["elements"][0]["fields"]
    assert [each["name"] for each in fields] == ["mood", "why"]
    assert fields[0]["choices"] == ["Well", "So so"]


def test_what_is_wrong_is_listed_with_a_link_to_its_element(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:message", place=":1")
    page = ada.get(url(draft))
    assert [(each.number, each.sentence) for each in page.context["findings"].errors] == [(2, "The text is missing.")]
    assert '<a href="?el=message#panel" data-swap>2 Message</a>' in page.content.decode()


def test_a_number_that_cannot_be_kept_is_refused_beside_its_box(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:verify", place=":1")
    page = save(ada, draft, "verify", **{"el-tries": "99", "el-title": "Prove it"})
    assert "less than or equal to 10" in text_of(page)
    assert page.context["panel"].form["title"].value() == "Prove it"
    assert draft.definition["elements"][1]["title"] == "Verify"


def test_of_two_editors_the_second_loses_nothing_and_overwrites_nothing(ada: Client, draft: FlowVersion) -> None:
    bob = person("bob", is_staff=True, is_superuser=True)
    other = Client()
    sign_in(other, bob, give_authenticator(bob))
    base = fingerprint(draft.definition)
    press(ada, draft, "delete:terms")
    moved = ada.post(url(draft), {"act": "up:end", "base": base}, follow=True)
    assert "Somebody edited this draft" in text_of(moved)
    typed = {"act": "save:welcome", "base": base, "el-title": "Hello", "el-text": "Typed long and carefully."}
    page = ada.post(url(draft), typed)
    assert "what you typed is still here" in text_of(page) and "Typed long and carefully." in page.content.decode()
    draft.refresh_from_db()
    assert order(draft) == ["welcome", "end"] and draft.definition["elements"][0]["title"] == "Welcome"
    ada.post(url(draft), {**typed, "base": page.context["base"]})
    draft.refresh_from_db()
    assert draft.definition["elements"][0]["title"] == "Hello"


@pytest.mark.parametrize(
    "act", ["", "fly:welcome", "add:nonsense", "up:gone", "move:welcome", "save:gone", "up:welcome", "undo"]
)
def test_an_act_that_makes_no_sense_changes_nothing(ada: Client, draft: FlowVersion, act: str) -> None:
    before = draft.definition
    page = press(ada, draft, act, place="nowhere")
    assert page.status_code == 200 and draft.definition == before
    assert list(page.context["messages"])


def test_an_active_version_is_shown_and_not_edited(ada: Client) -> None:
    version = active(WELCOME, TERMS, END)
    page = ada.get(url(version), {"el": "terms"})
    assert "Add element here" not in text_of(page)
    assert page.context["panel"].form.fields["title"].disabled
    assert "no draft any more" in text_of(press(ada, version, "delete:terms"))
    assert order(version) == ["welcome", "terms", "end"]


def test_looking_at_a_draft_needs_no_right_to_change_it(ada: Client, draft: FlowVersion) -> None:
    clerk = person("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_flowversion"))
    client = Client()
    sign_in(client, clerk, give_authenticator(clerk))
    rule("admin", "allow")
    assert client.get(url(draft)).status_code == 200
    assert client.post(url(draft), {"act": "delete:terms", "base": fingerprint(draft.definition)}).status_code == 403


def test_a_secret_is_kept_encrypted_and_never_shown(ada: Client, draft: FlowVersion) -> None:
    press(ada, draft, "add:passcode", place=":0")
    page = save(ada, draft, "passcode", **{"el-passcode": "open sesame 1"})
    kept = draft.definition["elements"][0]["passcode"]
    assert secret_fields.reveal(kept) == "open sesame 1"
    assert "open sesame" not in page.content.decode() and kept not in page.content.decode()
    save(ada, draft, "passcode", **{"el-title": "Closed"})
    assert draft.definition["elements"][0]["passcode"] == kept
    assert all("open sesame" not in str(each.before) for each in draft.edits.all())


def test_an_element_of_an_unknown_kind_is_shown_and_can_be_deleted(ada: Client, draft: FlowVersion) -> None:
    FlowVersion.objects.filter(pk=draft.pk).update(definition=elements({"id": "x", "kind": "holograms"}, END))
    page = ada.get(url(draft), {"el": "x"})
    assert "does not know that kind of element" in text_of(page)
    press(ada, draft, "delete:x")
    assert order(draft) == ["end"]


def test_the_log_of_edits_does_not_grow_without_end(ada: Client, draft: FlowVersion) -> None:
    for number in range(MOST_EDITS + 3):
        draft.refresh_from_db()
        name = f"Title {number}"
        drafts.edit(
            draft.pk,
            fingerprint(draft.definition),
            None,
            lambda definition, name=name: editing.replace(definition, "welcome", {**WELCOME, "title": name}),
            lambda *_both: "Saved",
        )
    assert draft.edits.count() == MOST_EDITS


def test_a_page_with_hostile_titles_stays_whole(ada: Client, draft: FlowVersion) -> None:
    title: Any = '"><script>alert(1)</script>'
    FlowVersion.objects.filter(pk=draft.pk).update(definition=elements({**WELCOME, "title": title}, END))
    assert "<script>alert" not in ada.get(url(draft)).content.decode()
