"""The validator: everything that is wrong with a definition, each finding with its element."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loginflows import conditions, element_texts, schema, texts
from loginflows.elements import KINDS
from loginflows.validate import Finding, validate
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, elements
from tests.loginflows.worlds import SITE


def step(kind: str, name: str = "a", **fields: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, **({"title": "Title"} if KINDS[kind].screen is not None else {}), **fields}


def decision(*outcomes: dict[str, Any], otherwise: list[Any] | None = None, name: str = "d") -> dict[str, Any]:
    numbered = [{"id": f"o{place}", "label": f"Outcome {place}", **each} for place, each in enumerate(outcomes, start=1)]
    return {
        "id": name,
        "kind": "decision",
        "title": "Which?",
        "outcomes": numbered,
        "otherwise": {"elements": otherwise or []},
    }


def when(*conditions: tuple[str, ...], then: list[Any] | None = None, match: str = "all") -> dict[str, Any]:
    rows = [dict(zip(("subject", "operator", "value"), each, strict=False)) for each in conditions]
    return {"match": match, "conditions": rows, "elements": then or []}


RAISE = {"id": "raise", "kind": "raise_level", "level": "high_assurance"}
VERIFY = step("verify", "verify", methods=["authenticator_app"])
WEAK = step("email_code", "mail")
TRUSTED = ("login.network", "is", "trusted")
MESSAGE = step("message", text="Text")
FIELD = {"name": "phone", "label": "Phone"}
HOOK = {"url": "https://hooks.example.org/in", "secret": "0123456789abcdef"}
VERIFIED_IF = ("results.verify", "is", "succeeded")
LENIENT = {**VERIFY, "on_failure": "go_on"}


def nested(depth: int) -> list[dict[str, Any]]:
    inner = nested(depth - 1) if depth else [MESSAGE]
    return [decision(when(TRUSTED, then=inner), name=f"d{depth}")]


TABLE: list[tuple[Any, list[str]]] = [
    # The shape.
    (elements(END), []),
    ({"elements": [END]}, []),
    (elements(WELCOME, TERMS, END), []),
    (elements(TERMS, OUT), ["out flow.no_finish"]),
    (elements(WELCOME), ["welcome flow.no_end"]),
    (elements(OUT, END), ["out flow.no_finish", "end element.unreachable"]),
    (elements(END, WELCOME), ["welcome element.unreachable"]),
    (elements(), [" flow.empty"]),
    (elements(*([END] * 201)), [" flow.too_long"]),
    (elements(*nested(13), END), [" flow.too_deep"]),
    (None, [" flow.shape"]),
    ([], [" flow.shape"]),
    ({"elements": {}}, [" flow.shape"]),
    ({"elements": [END], "name": "x"}, [" flow.shape"]),
    ({"schema": 3, "elements": [END]}, [" flow.schema"]),
    ({"elements": ["x", END]}, ["#1 element.shape"]),
    (elements({"kind": "finish"}), ["#1 element.id"]),
    (elements({"id": "Not An Id", "kind": "finish"}), ["#1 element.id"]),
    (elements({"id": 7, "kind": "finish"}), ["#1 element.id"]),
    (elements({"id": "end\n", "kind": "finish"}), ["#1 element.id"]),
    (elements(WELCOME, WELCOME, END), ["welcome element.id_twice"]),
    (elements(decision(when(TRUSTED, then=[WELCOME])), WELCOME, END), ["welcome element.id_twice"]),
    (elements({"id": "a", "kind": "teleport"}, END), ["a element.kind"]),
    (elements({"id": "a"}, END), ["a element.kind"]),
    (elements({"id": "a", "kind": {}}, END), ["a element.kind"]),
    (elements(decision(when(TRUSTED, then=[{"id": "Bad", "kind": "finish"}])), END), ["d.o1.1 element.id"]),
    (elements({**decision(when(TRUSTED)), "outcomes": []}, END), ["d decision.outcomes"]),
    (elements({**decision(when(TRUSTED)), "otherwise": []}, END), ["d decision.otherwise"]),
    (elements(decision({"id": "o", "match": "some", "conditions": []}), END), ["d decision.outcome_shape"]),
    (elements(decision({**when(TRUSTED), "id": "otherwise"}), END), ["d decision.outcome_twice"]),
    # The fields.
    (elements({**WELCOME, "color": "red"}, END), ["welcome field.unknown"]),
    (elements({"id": "m", "kind": "message", "title": "Hi"}, END), ["m field.missing"]),
    (elements({**WELCOME, "text": 5}, END), ["welcome field.not_text"]),
    (elements({**WELCOME, "text": "a\x00b"}, END), ["welcome field.not_text"]),
    (elements({**WELCOME, "text": "  \n"}, END), ["welcome field.empty"]),
    (elements({**TERMS, "declined": ""}, END), []),
    (elements({**WELCOME, "title": "x" * 101}, END), ["welcome field.too_long"]),
    (elements({**WELCOME, "text": "x" * 601}, END), ["welcome text.long"]),
    (elements({**TERMS, "once": True}, END), ["terms terms.document"]),
    (elements({**TERMS, "once": "yes"}, END), ["terms field.tick"]),
    (elements(step("passcode", passcode="short"), END), ["a field.too_short"]),
    (elements({**VERIFY, "tries": 0}, END), ["verify field.number"]),
    (elements({**VERIFY, "methods": []}, END), ["verify field.list"]),
    (elements({**VERIFY, "methods": ["password"]}, END), ["verify field.choice"]),
    (elements(step("totp_check", keep_as="Not a name"), END), ["a field.name"]),
    (elements(step("set_attribute", attribute="shoe_size", value="43"), END), ["a field.attribute"]),
    (elements(step("message", text="Your {attributes.shoe_size}"), END), ["a field.attribute"]),
    (elements(step("form", fields=[{"name": "A", "label": "x"}]), END), ["a form.row"]),
    (elements(step("form", fields=[{"name": "run", "label": "x"}]), END), ["a form.row"]),
    (elements(step("form", fields=[{"name": "a", "label": ""}]), END), ["a form.label"]),
    (elements(step("form", fields=[{**FIELD, "type": "file"}]), END), ["a form.type"]),
    (elements(step("form", fields=[{**FIELD, "type": "choice", "choices": ["x", "x"]}]), END), ["a form.choices"]),
    (elements(step("form", fields=[{**FIELD, "keep": "attribute", "attribute": "shoe"}]), END), ["a form.attribute"]),
    (elements(step("form", fields=[FIELD, FIELD]), END), ["a form.name_twice"]),
    (
        elements(step("form", fields=[{**FIELD, "keep": "attribute", "attribute": "phone", "secret": True}]), END),
        ["a form.secret_attribute"],
    ),
    (elements(step("webhook", **{**HOOK, "url": "http://hooks.example.org/"}), END), ["a url.unreadable"]),
    (elements(step("webhook", **{**HOOK, "url": "https://user:pw@example.org/"}), END), ["a url.unreadable"]),
    (elements(step("webhook", **{**HOOK, "url": "https://[half"}), END), ["a url.unreadable"]),
    *(
        (elements(step("webhook", **{**HOOK, "url": f"https://{host}/"}), END), ["a url.private"])
        for host in ("localhost", "127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "[fe80::1]", "db.internal")
    ),
    (elements(step("webhook", **HOOK, payload=[{"subject": "user.id"}]), END), ["a inputs.row"]),
    (elements(step("webhook", **HOOK, payload=[{"name": "x", "subject": "no.thing"}]), END), ["a condition.subject"]),
    (elements(step("python_action", action="score", outputs=[{"name": "score"}]), END), ["a outputs.row"]),
    (elements(step("send_mail", to="nobody", subject="s", text="t"), END), ["a mail.address"]),
    *(
        (elements(step("finish_at", location=where)), [])
        for where in ("/security/", "https://intranet.example.org/welcome/you")
    ),
    *(
        (elements(step("finish_at", location=where)), ["a location.not_allowed"])
        for where in (
            "//evil.example/",
            "https://evil.example/",
            "https://intranet.example.org/welcome.evil",
            "javascript:alert(1)",
            "/\\evil.example",
            "security",
        )
    ),
    # Conditions and outcomes.
    (elements(decision(when()), END), ["d outcome.conditions"]),
    (elements(decision({"conditions": ["x"], "elements": []}), END), ["d condition.shape"]),
    (elements(decision(when(("no.thing", "is", "x"))), END), ["d condition.subject"]),
    (elements(decision(when(("login.network", "contains", "x"))), END), ["d condition.operator"]),
    (elements(decision(when(("login.network", "is", "blue"))), END), ["d condition.value"]),
    (elements(decision(when(("login.ip", "in_network", "here"))), END), ["d condition.value"]),
    (elements(decision(when(("time.date", "before", "tomorrow"))), END), ["d condition.value"]),
    (elements(decision(when(TRUSTED)), END), ["d decision.empty"]),
    (
        elements(decision(when(TRUSTED, ("login.network", "is", "untrusted"), then=[MESSAGE])), END),
        ["d outcome.never"],
    ),
    (
        elements(
            decision(when(TRUSTED, then=[MESSAGE]), when(TRUSTED, ("user.is_staff", "is_true"), then=[{**WELCOME}])), END
        ),
        ["d outcome.covered"],
    ),
    (
        elements(decision(when(("sessions.count", "at_least", "3"), ("sessions.count", "at_most", "2"), then=[MESSAGE])), END),
        ["d outcome.never"],
    ),
    (
        elements(decision(when(TRUSTED, ("login.network", "is_not", "trusted"), match="any", then=[MESSAGE])), END),
        ["d outcome.always"],
    ),
    (
        elements(decision(when(TRUSTED, then=[MESSAGE]), when(("login.network", "is", "untrusted"), then=[WELCOME])), END),
        ["d otherwise.never"],
    ),
    (elements(decision(when(("user.email", "contains", "a"), ("user.email", "contains", "b"), then=[MESSAGE])), END), []),
    # Paths.
    (elements(decision(when(TRUSTED, then=[END]))), ["d flow.no_end"]),
    (elements(decision(when(TRUSTED, then=[END]), otherwise=[OUT])), []),
    (elements(step("message", text="Call {variables.phone}"), END), ["a variable.unset"]),
    (elements(step("form", "f", fields=[FIELD]), step("message", text="Call {variables.phone}"), END), []),
    (
        elements(
            decision(when(TRUSTED, then=[step("form", "f", fields=[FIELD])])),
            step("message", text="Call {variables.phone}"),
            END,
        ),
        ["a variable.unset"],
    ),
    (elements(decision(when(("results.later", "is", "answered"), then=[MESSAGE])), END), ["d result.unknown"]),
    (elements(RAISE, END), ["raise level.unverified"]),
    (elements(VERIFY, RAISE, END), ["verify verify.stuck"]),
    (elements(step("enrol", "e"), VERIFY, RAISE, END), []),
    (elements(WEAK, RAISE, END), ["raise level.weak"]),
    (elements(LENIENT, RAISE, END), ["raise level.unverified", "verify failure.ignored"]),
    (elements(LENIENT, END), ["verify failure.ignored"]),
    (elements(LENIENT, decision(when(VERIFIED_IF, then=[RAISE])), END), []),
    (elements(LENIENT, decision(when(VERIFIED_IF, TRUSTED, match="any", then=[RAISE])), END), ["raise level.unverified"]),
    (elements({**VERIFY, "skip_if_proven": True}, RAISE, END), ["raise level.unverified"]),
    (elements(decision(when(TRUSTED, then=[VERIFY])), RAISE, END), ["verify verify.stuck", "raise level.unverified"]),
    (elements(step("totp_check"), RAISE, END), ["raise level.unverified"]),
    (elements(step("confirm_details", attributes=["email"]), END), ["a address.unverified"]),
    (elements(WEAK, step("confirm_details", attributes=["email"]), END), ["a address.weak"]),
    (elements(decision(when(("methods.has_authenticator", "is_true"), then=[VERIFY])), END), []),
    # Sub-flows and actions.
    (elements(step("sub_flow", flow="Terms"), END), []),
    (elements(step("sub_flow", flow="Terms")), ["a flow.no_end"]),
    (elements(step("sub_flow", flow="Gone"), END), ["a sub_flow.unknown"]),
    (elements(step("sub_flow", flow="Round"), END), ["a sub_flow.circle"]),
    (elements(step("sub_flow", flow="Broken"), END), [" flow.unreadable"]),
    (elements(step("python_action", action="score", inputs=[{"name": "country", "value": "NL"}]), END), []),
    (elements(step("python_action", action="gone"), END), ["a action.unknown"]),
    (elements(step("python_action", action="score"), END), ["a action.input_missing"]),
    (elements(step("python_action", action="push", inputs=[{"name": "x", "value": "y"}]), END), ["a action.input_unknown"]),
    (elements(step("python_action", action="push", outputs=[{"name": "x", "value": "y"}]), END), ["a action.output_unknown"]),
    (
        elements(
            {**step("python_action", "push", action="push"), "on_failure": "go_on"},
            decision(when(("results.push", "is", "succeeded"), then=[RAISE])),
            END,
        ),
        [],
    ),
    (
        elements(
            {
                **step("python_action", "ask", action="score", inputs=[{"name": "country", "value": "NL"}]),
                "on_failure": "go_on",
            },
            decision(when(("results.ask", "is", "succeeded"), then=[RAISE])),
            END,
        ),
        ["raise level.unverified"],
    ),
]
FLOWS = {
    "Terms": elements(TERMS, END),
    "Round": elements(step("sub_flow", flow="Trip"), END),
    "Trip": elements(step("sub_flow", flow="Round"), END),
    "Broken": elements({"id": "a", "kind": "teleport"}),
}
AROUND = replace(SITE, name="This flow", flows=FLOWS)
ABOUT_THE_SITE = {"flow.unassigned", "flow.running"}


@pytest.mark.parametrize(("wrong", "expected"), TABLE)
def test_what_is_found(wrong: Any, expected: list[str]) -> None:
    assert [f"{found.element} {found.code}" for found in validate(wrong, AROUND)] == expected


def test_the_table_shows_every_finding_and_every_finding_has_its_words() -> None:
    found = {each.code for wrong, _expected in TABLE for each in validate(wrong, AROUND)}
    assert found | ABOUT_THE_SITE == set(texts.FINDINGS)


def test_what_is_odd_but_harms_nobody_is_a_warning() -> None:
    found = [each for wrong, _expected in TABLE for each in validate(wrong, AROUND)]
    assert {each.code for each in found if not each.is_error} == {
        "element.unreachable",
        "text.long",
        "decision.empty",
        "outcome.always",
        "otherwise.never",
        "level.weak",
        "address.weak",
        "verify.stuck",
        "failure.ignored",
    }


def test_the_site_around_a_flow_is_told_of_too() -> None:
    found = validate(elements(END), replace(AROUND, profiles=0, runs=12))
    assert [(each.code, each.is_error) for each in found] == [("flow.unassigned", False), ("flow.running", False)]
    assert "12 runs" in texts.sentence(found[1])


def test_every_finding_is_a_sentence_with_its_element() -> None:
    for wrong, _expected in TABLE:
        for found in validate(wrong, AROUND):
            said = texts.sentence(found)
            assert said.startswith(f"{found.element}: ") if found.element else said[0].isupper()
    assert texts.sentence(Finding("field.empty", "terms", {"field": "text"})) == "terms: The text is empty."


def test_a_flow_of_another_circle_names_it() -> None:
    found = validate(elements(step("sub_flow", flow="Round"), END), replace(AROUND, name="Round"))
    assert "Round → Trip → Round" in texts.sentence(found[0]) or "Round → Round" in texts.sentence(found[0])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(sorted(KINDS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["elements", "id", "kind", "title"]), inner),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_answered_with_findings_and_no_error(anything: Any) -> None:
    assert all(texts.sentence(found) for found in validate(anything))


def test_every_kind_has_its_words() -> None:
    for kind in KINDS.values():
        assert kind.name in element_texts.KINDS
        assert kind.group.value in element_texts.GROUPS
        for field in kind.fields:
            assert texts.field_label(kind.name, field.name) != field.name, (kind.name, field.name)
            assert all(texts.choice_label(kind.name, field.name, each) != each for each in field.choices)
        assert set(kind.results) <= set(element_texts.RESULTS)


def test_every_subject_operator_and_value_has_its_words() -> None:
    assert set(element_texts.SUBJECTS) == set(conditions.SUBJECTS)
    assert set(element_texts.OPERATORS) == {operator.value for operator in conditions.Operator}
    for subject in conditions.SUBJECTS.values():
        assert all((subject.key, each) in element_texts.VALUES for each in subject.choices)


def test_every_flow_that_passes_fits_the_json_schema_in_its_names() -> None:
    kinds = schema.json_schema()["$defs"]
    for name, kind in KINDS.items():
        assert {"id", "kind", *(field.name for field in kind.fields)} <= set(kinds[name]["properties"])
