"""Comparing two versions of a flow, element by element."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loginflows import editing, tree
from loginflows.compare import Change, compare, marks
from loginflows.tree import Place
from tests.loginflows.trees import definitions

quick = settings(max_examples=60, deadline=None)


def rows(*ids: str, **titles: str) -> dict[str, Any]:
    return {"elements": [{"id": name, "kind": "message", "title": titles.get(name, name)} for name in ids]}


def said(before: Any, after: Any) -> dict[str, str]:
    return marks(compare(before, after))


def test_added_removed_changed_and_moved_have_their_marks() -> None:
    assert said(rows("a", "b"), rows("a", "c", "b")) == {"c": "+"}
    assert said(rows("a", "b"), rows("a")) == {"b": "-"}
    assert said(rows("a", "b"), rows("a", "b", b="Hello")) == {"b": "~"}
    assert said(rows("a", "b", "c", "d"), rows("d", "a", "b", "c")) == {"d": "↕"}


def test_a_changed_field_is_shown_before_and_after() -> None:
    (found,) = compare(rows("a"), rows("a", a="Hello"))
    assert [(each.field, each.before, each.after) for each in found.fields] == [("title", "a", "Hello")]


def test_what_was_removed_stands_where_it_stood() -> None:
    assert [each.id for each in compare(rows("x", "a", "b", "c"), rows("a", "c"))] == ["x", "a", "b", "c"]


def test_outcomes_of_a_decision_are_compared_by_their_ids() -> None:
    def decision(label: str, *order: str) -> dict[str, Any]:
        outcomes = [{"id": each, "label": label if each == "one" else each, "match": "all", "elements": []} for each in order]
        return {"elements": [{"id": "d", "kind": "decision", "outcomes": outcomes, "otherwise": {"elements": []}}]}

    (found,) = compare(decision("Office", "one", "two"), decision("Home", "two", "one"))
    assert found.change is Change.CHANGED
    assert {each.field for each in found.fields} == {"Home: label", "order"}


@quick
@given(definitions)
def test_a_definition_is_the_same_as_itself(definition: dict[str, Any]) -> None:
    assert {each.change for each in compare(definition, definition)} <= {Change.SAME}


@quick
@given(definitions, st.data())
def test_every_edit_is_seen_as_what_it_is(definition: dict[str, Any], data: Any) -> None:
    items = list(tree.walk(definition))
    assume(items)
    item = data.draw(st.sampled_from(items))
    added = editing.add(definition, Place("", 0), {"kind": "message"})
    assert said(definition, added.definition) == {added.element: "+"}
    gone = {each.id: "-" for each in tree.walk({"elements": [item.row]})}
    assert said(definition, editing.delete(definition, item.id).definition) == gone
    places = editing.places(definition, item.id)
    if places:
        moved = said(definition, editing.move(definition, item.id, data.draw(st.sampled_from(places))).definition)
        assert set(moved.values()) == {"↕"}
