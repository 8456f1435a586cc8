"""Made-up definitions for property tests: any shape that an editor could build, with ids that are unique."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

LEAVES = ("message", "terms", "finish", "log_out")
TITLES = st.text(alphabet="abcdefghij KLM<&\"'é", min_size=0, max_size=40)


@st.composite
def _row(draw: Any, inner: Any) -> dict[str, Any]:
    if draw(st.integers(0, 3)):
        return {"kind": draw(st.sampled_from(LEAVES)), "title": draw(TITLES)}
    outcomes = draw(st.lists(inner, min_size=1, max_size=3))
    return {
        "kind": "decision",
        "title": draw(TITLES),
        "outcomes": [
            {"id": f"o{index}", "label": f"Way {index}", "match": "all", "conditions": [], "elements": rows}
            for index, rows in enumerate(outcomes)
        ],
        "otherwise": {"label": "Any other", "elements": draw(inner)},
    }


def _sequence(depth: int) -> Any:
    inner = _sequence(depth - 1) if depth else st.just([])
    return st.lists(_row(inner) if depth else st.builds(_leaf, st.sampled_from(LEAVES), TITLES), max_size=4)


def _leaf(kind: str, title: str) -> dict[str, Any]:
    return {"kind": kind, "title": title}


def _named(rows: list[dict[str, Any]]) -> dict[str, Any]:
    count = 0

    def name(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        nonlocal count
        named = []
        for row in rows:
            count += 1
            row = {"id": f"e{count}", **row}  # noqa: PLW2901
            if row["kind"] == "decision":
                row["outcomes"] = [{**each, "elements": name(each["elements"])} for each in row["outcomes"]]
                row["otherwise"] = {**row["otherwise"], "elements": name(row["otherwise"]["elements"])}
            named.append(row)
        return named

    return {"schema": 2, "elements": name(rows)}


definitions = _sequence(3).map(_named)
