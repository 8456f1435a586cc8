"""Editing a flow: every edit gives a new definition, loses nothing, and refuses what makes no sense."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loginflows import editing, tree
from loginflows.editing import EditRefused
from loginflows.tree import Place
from tests.loginflows.trees import definitions

quick = settings(max_examples=60, deadline=None)
MESSAGE = {"kind": "message", "title": "Hello"}


def order(definition: Any) -> list[str]:
    """The ids in the order of the outline, those on branches after the key of their branch."""
    return [f"{item.place.sequence}:{item.id}".lstrip(":") for item in tree.walk(definition)]


@pytest.fixture
def network() -> dict[str, Any]:
    trusted = {
        "id": "trusted",
        "label": "Trusted",
        "match": "all",
        "conditions": [],
        "elements": [{"id": "log", "kind": "log"}],
    }
    decision = {"id": "d", "kind": "decision", "outcomes": [trusted], "otherwise": {"label": "Other", "elements": []}}
    return {"schema": 2, "elements": [{"id": "hello", "kind": "message"}, decision, {"id": "end", "kind": "finish"}]}


def test_an_element_is_added_where_it_was_asked_for(network: dict[str, Any]) -> None:
    edited = editing.add(network, Place("d/", 0), MESSAGE)
    assert order(edited.definition) == ["hello", "d", "d/trusted:log", "d/:message", "end"]
    assert edited.element == "message"
    again = editing.add(edited.definition, Place("", 0), MESSAGE)
    assert again.element == "message_2"
    assert order(network) == ["hello", "d", "d/trusted:log", "end"]


def test_up_and_down_go_through_the_edge_of_a_branch(network: dict[str, Any]) -> None:
    assert order(editing.move_up(network, "log").definition) == ["hello", "log", "d", "end"]
    assert order(editing.move_down(network, "log").definition) == ["hello", "d", "log", "end"]
    assert order(editing.move_down(network, "hello").definition) == ["d", "d/trusted:log", "hello", "end"]


@pytest.mark.parametrize(("edit", "element"), [(editing.move_up, "hello"), (editing.move_down, "end")])
def test_the_edge_of_the_flow_is_the_edge(network: dict[str, Any], edit: Any, element: str) -> None:
    with pytest.raises(EditRefused, match="edge"):
        edit(network, element)


def test_a_decision_does_not_go_into_itself(network: dict[str, Any]) -> None:
    with pytest.raises(EditRefused, match="into_itself"):
        editing.move(network, "d", Place("d/trusted", 0))
    assert all(place.sequence == "" for place in editing.places(network, "d"))


def test_a_copy_of_a_decision_has_ids_of_its_own(network: dict[str, Any]) -> None:
    edited = editing.duplicate(network, "d")
    assert order(edited.definition) == ["hello", "d", "d/trusted:log", "decision", "decision/trusted:log_2", "end"]
    assert edited.element == "decision"


def test_deleting_leads_to_the_element_before(network: dict[str, Any]) -> None:
    edited = editing.delete(network, "d")
    assert (order(edited.definition), edited.element) == (["hello", "end"], "hello")


def test_outcomes_are_added_moved_and_deleted(network: dict[str, Any]) -> None:
    edited = editing.add_outcome(network, "d", {"label": "Office", "match": "all", "conditions": [], "elements": []})
    moved = editing.move_outcome(edited.definition, "d", "outcome", -1)
    labels = [branch.label for branch in tree.branches(moved.definition["elements"][1])]
    assert labels == ["Office", "Trusted", "Other"]
    left = editing.delete_outcome(moved.definition, "d", "outcome")
    with pytest.raises(EditRefused, match="last_outcome"):
        editing.delete_outcome(left.definition, "d", "trusted")


@pytest.mark.parametrize("written", ["", "x", ":", ":-1", ":1.5", ":99999", "d/trusted:²"])
def test_what_is_no_place_is_none(written: str) -> None:
    assert Place.parse(written) is None


def test_an_element_or_a_place_that_is_gone_is_refused(network: dict[str, Any]) -> None:
    for edit in (
        lambda: editing.delete(network, "gone"),
        lambda: editing.add(network, Place("gone/", 0), MESSAGE),
        lambda: editing.move(network, "hello", Place("d/gone", 0)),
        lambda: editing.add_outcome(network, "hello", {}),
    ):
        with pytest.raises(EditRefused, match="gone"):
            edit()


@quick
@given(definitions, st.data())
def test_no_edit_changes_what_it_was_given_or_makes_an_id_twice(definition: dict[str, Any], data: Any) -> None:
    items = list(tree.walk(definition))
    assume(items)
    before, item = copy.deepcopy(definition), data.draw(st.sampled_from(items))
    places = editing.places(definition, item.id)
    assume(places)
    place = data.draw(st.sampled_from(places))
    moved = editing.move(definition, item.id, place).definition
    assert sorted(tree.ids(moved)) == sorted(tree.ids(definition))
    assert tree.find(moved, item.id).row == item.row  # type: ignore[union-attr]
    assert moved != definition
    copied = [each.id for each in tree.walk(editing.duplicate(definition, item.id).definition)]
    assert len(copied) == len(set(copied)) == len(items) + len(list(tree.walk({"elements": [item.row]})))
    assert len(list(tree.walk(editing.add(definition, place, MESSAGE).definition))) == len(items) + 1
    assert item.id not in tree.ids(editing.delete(definition, item.id).definition)
    assert definition == before


@quick
@given(definitions, st.data())
def test_down_undoes_up(definition: dict[str, Any], data: Any) -> None:
    inside = [item.id for item in tree.walk(definition) if item.place.index]
    assume(inside)
    name = data.draw(st.sampled_from(inside))
    assert editing.move_down(editing.move_up(definition, name).definition, name).definition == definition
