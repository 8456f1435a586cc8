"""The map of a flow: whatever the flow, nothing overlaps, nothing crosses, and every line has its +."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

from hypothesis import given, settings

from loginflows import tree
from loginflows.layout import BOX_WIDTH, Drawing, cut, draw
from tests.loginflows.trees import definitions

ENDINGS = frozenset({"finish", "log_out"})
Segment = tuple[tuple[int, int], tuple[int, int]]
quick = settings(max_examples=60, deadline=None)


def areas(drawing: Drawing) -> list[tuple[int, int, int, int]]:
    boxes = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in drawing.boxes]
    half = BOX_WIDTH // 2
    return boxes + [(each.x - half, each.y, each.x + half, each.y + each.height) for each in drawing.labels]


def segments(drawing: Drawing) -> list[Segment]:
    return [(min(pair), max(pair)) for line in drawing.lines for pair in pairwise(line.points) if pair[0] != pair[1]]


def crosses(one: Segment, other: Segment) -> bool:
    """Whether one goes across the other, other than where either ends."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, _dy) = other
    if (ax == bx) == (cx == dx):
        return False
    if ax != bx:
        return crosses(other, one)
    return cx < ax < dx and ay < cy < by


@quick
@given(definitions)
def test_no_two_things_overlap_and_all_are_on_the_sheet(definition: dict[str, Any]) -> None:
    drawing = draw(definition, ENDINGS)
    for (left, top, right, bottom), (left2, top2, right2, bottom2) in combinations(areas(drawing), 2):
        assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
    for left, top, right, bottom in areas(drawing):
        assert left >= 0 and top >= 0 and right <= drawing.width and bottom <= drawing.height


@quick
@given(definitions)
def test_no_line_crosses_another_or_goes_through_a_box(definition: dict[str, Any]) -> None:
    drawing = draw(definition, ENDINGS)
    found = segments(drawing)
    assert not [pair for pair in combinations(found, 2) if crosses(*pair)]
    for (ax, ay), (bx, by) in found:
        for box in drawing.boxes:
            assert bx <= box.x or ax >= box.x + box.width or by <= box.y or ay >= box.y + box.height


@quick
@given(definitions)
def test_every_element_has_a_box_and_every_line_to_it_a_plus(definition: dict[str, Any]) -> None:
    drawing = draw(definition, ENDINGS)
    items = list(tree.walk(definition))
    assert [(box.id, box.number) for box in drawing.boxes] == [(item.id, item.number) for item in items]
    pluses = {plus.place for plus in drawing.pluses}
    assert len(pluses) == len(drawing.pluses)
    assert {str(item.place) for item in items if _box(drawing, item.id).is_reachable} <= pluses
    known = tree.sequences(definition)
    assert all(len(known[place.sequence]) >= place.index for plus in pluses if (place := tree.Place.parse(plus)))


def _box(drawing: Drawing, element_id: str) -> Any:
    return next(box for box in drawing.boxes if box.id == element_id)


def test_branches_that_all_end_join_nothing_and_leave_no_open_end() -> None:
    end = [{"id": "end", "kind": "finish"}]
    out = [{"id": "out", "kind": "log_out"}]
    decision = {"id": "d", "kind": "decision", "outcomes": [{"id": "a", "elements": end}], "otherwise": {"elements": out}}
    after = {"id": "late", "kind": "message"}
    assert draw({"elements": [decision]}, ENDINGS).open_end is None
    assert not _box(draw({"elements": [decision, after]}, ENDINGS), "late").is_reachable
    decision["otherwise"] = {"elements": []}
    assert draw({"elements": [decision]}, ENDINGS).open_end is not None


def test_labels_are_cut_at_26_characters() -> None:
    assert cut("Confirm that it is you") == "Confirm that it is you"
    assert len(cut("x" * 40)) == 26 and cut("x" * 40).endswith("…")
