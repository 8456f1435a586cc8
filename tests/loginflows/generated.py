"""Flows that nobody would write: every kind, nested at random, often wrong. For the properties of validator and engine."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

CONDITIONS = st.sampled_from(
    [
        {"subject": "login.network", "operator": "is", "value": "trusted"},
        {"subject": "login.network", "operator": "is_not", "value": "trusted"},
        {"subject": "sessions.count", "operator": "at_least", "value": "1"},
        {"subject": "sessions.count", "operator": "at_most", "value": "2"},
        {"subject": "methods.has_authenticator", "operator": "is_true"},
        {"subject": "login.second_factor", "operator": "is_false"},
        {"subject": "user.email", "operator": "contains", "value": "@example.org"},
        {"subject": "login.ip", "operator": "in_network", "value": "203.0.113.0/24"},
        {"subject": "time.weekday", "operator": "is_one_of", "value": "sat\nsun"},
        {"subject": "variables.phone", "operator": "is_not_empty"},
        {"subject": "results.e1", "operator": "is", "value": "succeeded"},
        {"subject": "results.e2", "operator": "is", "value": "succeeded"},
        {"subject": "results.e3", "operator": "is_not", "value": "succeeded"},
    ]
)
FAILURE = st.sampled_from(["log_out", "go_on"])
TITLED = {"title": "Title"}
FORM = {
    "fields": [
        {"name": "phone", "label": "Phone", "keep": "attribute", "attribute": "phone"},
        {"name": "day", "label": "Day", "type": "date", "required": False},
        {"name": "how", "label": "How", "type": "choice", "choices": ["a", "b"]},
        {"name": "sure", "label": "Sure", "type": "tick"},
        {"name": "word", "label": "Word", "secret": True},
    ]
}
ROWS = [{"name": "phone", "value": "1"}, {"name": "who", "subject": "user.first_name"}]


def _of(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    drawn = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in fields.items()}
    return st.fixed_dictionaries({"kind": st.just(kind), **drawn})


STEPS = st.one_of(
    _of("message", **TITLED, text=st.sampled_from(["Hello", "Hello {user.first_name}", "Call {variables.phone}"])),
    _of("form", **TITLED, **FORM),
    _of("terms", **TITLED, text="Text", version="1", once=st.booleans(), document="d"),
    _of("choose_method", **TITLED, methods=["authenticator_app", "recovery_code"]),
    _of(
        "verify",
        **TITLED,
        methods=["authenticator_app", "recovery_code"],
        tries=st.integers(1, 4),
        on_failure=FAILURE,
        skip_if_proven=st.booleans(),
    ),
    _of("enrol", **TITLED, may_put_off=st.booleans()),
    _of("recovery_codes", **TITLED, may_skip=st.booleans()),
    _of("confirm_details", **TITLED, attributes=st.sampled_from([["first_name"], ["email", "phone"]])),
    _of("email_code", **TITLED, tries=st.integers(1, 3), on_failure=FAILURE),
    _of("totp_check", **TITLED, keep_as=st.sampled_from(["", "own"]), on_failure=FAILURE),
    _of("passcode", **TITLED, passcode="open sesame", on_failure=FAILURE),
    _of("assignment", values=ROWS),
    _of("raise_level", level="high_assurance"),
    _of("limit_sessions", most=st.integers(1, 3), action=st.sampled_from(["deny", "end_oldest"])),
    _of("send_mail", subject="Hi", text="You are {user.first_name}"),
    _of("history_entry", text="Here"),
    _of("set_attribute", attribute=st.sampled_from(["phone", "email"]), value="1"),
    _of("webhook", url="https://hooks.example.org/", secret="0123456789abcdef", answer=["answer"], on_failure=FAILURE),
    _of("python_action", action="push", on_failure=FAILURE),
    _of(
        "python_action",
        action="score",
        inputs=[{"name": "country", "value": "NL"}],
        outputs=[{"name": "score", "value": "points"}],
        on_failure=FAILURE,
    ),
    _of("sub_flow", flow=st.sampled_from(["terms", "check"])),
)
ENDS = st.one_of(_of("finish"), _of("finish_at", location="/security/"), _of("log_out", text="Closed."))


def _decision(sequences: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    outcome = st.fixed_dictionaries(
        {
            "label": st.just("Outcome"),
            "match": st.sampled_from(["all", "any"]),
            "conditions": st.lists(CONDITIONS, min_size=1, max_size=2),
            "elements": sequences,
        }
    )
    return _of(
        "decision",
        **TITLED,
        outcomes=st.lists(outcome, min_size=1, max_size=2),
        otherwise=st.fixed_dictionaries({"elements": sequences}),
    )


def _sequences(inner: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    # An end now and then, at the end of a sequence where it may be right.
    return st.tuples(st.lists(inner, max_size=most), st.none() | ENDS).map(
        lambda both: [*both[0], *([both[1]] if both[1] else [])]
    )


ELEMENTS = st.recursive(STEPS, lambda inner: _decision(_sequences(inner, 3)), max_leaves=12)
SUB_FLOWS = {
    "terms": {
        "elements": [
            {"id": "t", "kind": "terms", "title": "Terms", "text": "Text", "version": "1"},
            {"id": "e", "kind": "finish"},
        ]
    },
    "check": {
        "elements": [
            {"id": "v", "kind": "verify", "title": "Verify", "methods": ["authenticator_app"]},
            {
                "id": "d",
                "kind": "decision",
                "title": "Went it well?",
                "outcomes": [
                    {
                        "id": "yes",
                        "conditions": [{"subject": "results.v", "operator": "is", "value": "succeeded"}],
                        "elements": [{"id": "e", "kind": "finish"}],
                    }
                ],
            },
            {"id": "out", "kind": "log_out", "text": "No."},
        ]
    },
}


def _named(rows: list[dict[str, Any]], names: Callable[[], str]) -> list[dict[str, Any]]:
    named = []
    for row in rows:
        copy = {"id": names(), **row}
        if row["kind"] == "decision":
            copy["outcomes"] = [
                {"id": f"o{place}", **outcome, "elements": _named(outcome["elements"], names)}
                for place, outcome in enumerate(row["outcomes"])
            ]
            copy["otherwise"] = {"elements": _named(row["otherwise"]["elements"], names)}
        named.append(copy)
    return named


def _definition(rows: list[dict[str, Any]]) -> dict[str, Any]:
    count = itertools.count(1)
    return {"schema": 2, "elements": _named([*rows, {"kind": "finish"}], lambda: f"e{next(count)}")}


DEFINITIONS = st.lists(ELEMENTS, max_size=7).map(_definition)
