"""The validator: everything that is wrong with a definition, each finding with its element."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loginflows import definition, engine, texts
from loginflows.elements import KINDS
from loginflows.elements.kind import Ending
from loginflows.engine import Screen, Submission
from loginflows.validate import Finding, validate
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, elements

TABLE: list[tuple[Any, list[str]]] = [
    (elements(END), []),
    (elements(WELCOME, TERMS, END), []),
    (elements(TERMS, OUT), ["out flow.no_finish"]),
    (elements(WELCOME), ["welcome flow.no_end"]),
    (elements(OUT, END), ["out flow.no_finish", "end element.unreachable"]),
    (elements(END, WELCOME), ["welcome element.unreachable"]),
    (elements(), [" flow.empty"]),
    (elements(*([END] * 201)), [" flow.too_long"]),
    (None, [" flow.shape"]),
    ([], [" flow.shape"]),
    ({"elements": {}}, [" flow.shape"]),
    ({"elements": [END], "name": "x"}, [" flow.shape"]),
    ({"elements": ["x", END]}, ["#1 element.shape"]),
    (elements({"kind": "finish"}), ["#1 element.id"]),
    (elements({"id": "Not An Id", "kind": "finish"}), ["#1 element.id"]),
    (elements({"id": 7, "kind": "finish"}), ["#1 element.id"]),
    (elements({"id": "end\n", "kind": "finish"}), ["#1 element.id"]),
    (elements(WELCOME, WELCOME, END), ["welcome element.id_twice"]),
    (elements({"id": "a", "kind": "teleport"}, END), ["a element.kind"]),
    (elements({"id": "a"}, END), ["a element.kind"]),
    (elements({"id": "a", "kind": {}}, END), ["a element.kind"]),
    (elements({**WELCOME, "color": "red"}, END), ["welcome field.unknown"]),
    (elements({"id": "m", "kind": "message", "title": "Hi"}, END), ["m field.missing"]),
    (elements({**WELCOME, "text": 5}, END), ["welcome field.not_text"]),
    (elements({**WELCOME, "text": "a\x00b"}, END), ["welcome field.not_text"]),
    (elements({**WELCOME, "text": "  \n"}, END), ["welcome field.empty"]),
    (elements({**TERMS, "declined": ""}, END), ["terms field.empty"]),
    (elements({**WELCOME, "title": "x" * 101}, END), ["welcome field.too_long"]),
]


@pytest.mark.parametrize(("wrong", "expected"), TABLE)
def test_what_is_found(wrong: Any, expected: list[str]) -> None:
    assert [f"{found.element} {found.code}" for found in validate(wrong)] == expected


def test_only_an_unreachable_element_is_a_mere_warning() -> None:
    found = [each for wrong, _expected in TABLE for each in validate(wrong)]
    assert {each.code for each in found if not each.is_error} == {"element.unreachable"}
    assert {each.code for each in found} == set(texts.FINDINGS)


def test_every_finding_is_a_sentence_with_its_element() -> None:
    for wrong, _expected in TABLE:
        for found in validate(wrong):
            assert texts.sentence(found).startswith(f"{found.element}: " if found.element else ("The", "A"))
    assert texts.sentence(Finding("field.empty", "terms", {"field": "text"})) == "terms: The text is empty."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(sorted(KINDS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["elements", "id", "kind", "title"]), inner),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_answered_with_findings_and_no_error(anything: Any) -> None:
    assert all(texts.sentence(found) for found in validate(anything))


ROWS = st.lists(st.sampled_from([WELCOME, TERMS, END, OUT]), min_size=1, max_size=6)


@given(ROWS)
def test_a_flow_that_passes_ends_for_everybody_who_answers(rows: list[dict[str, Any]]) -> None:
    named = elements(*({**row, "id": f"e{place}"} for place, row in enumerate(rows)))
    if any(found.is_error for found in validate(named)):
        return
    a_flow = definition.read(named)
    turn = engine.begin(a_flow, "r1")
    for _element in a_flow.elements:
        if isinstance(turn.next, Screen):
            answers = {each.name: (each.value,) for each in turn.next.inputs if not each.is_button}
            turn = engine.submit(a_flow, turn.state, Submission("r1", turn.next.element.id, answers))
    assert isinstance(turn.next, engine.End)
    assert turn.next.ending is Ending.FINISH


def test_every_kind_has_the_texts_that_its_screen_needs() -> None:
    for kind in KINDS.values():
        assert all(each.name in texts.LABELS for each in kind.inputs)
        if kind.ending is None:
            assert {"title", "text"} <= {text.name for text in kind.texts}
