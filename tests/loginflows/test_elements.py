"""Each kind of element, in the pure engine: what it shows, takes, leaves behind, and how it fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loginflows import engine
from loginflows.definition import read
from loginflows.elements import KINDS
from loginflows.elements.kind import Call, Ending, Reply
from loginflows.engine import End, FlowBroken, Screen, State
from loginflows.state import MASK
from tests.loginflows.flows import END, flow
from tests.loginflows.worlds import answered, begun, settle, world

TITLE = {"title": "Title"}
VERIFY = {"id": "v", "kind": "verify", **TITLE, "methods": ["authenticator_app", "recovery_code"], "tries": 2}
BOTH = {"authenticator_app", "recovery_code"}


def an(kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": "a", "kind": kind, **(TITLE if KINDS[kind].screen else {}), **fields}


def text_of(turn: engine.Turn) -> str:
    """Return where a run stands in words: the element, or how it ended and why."""
    if isinstance(turn.next, Screen):
        return turn.next.element.id
    assert isinstance(turn.next, End)
    return f"{turn.next.ending.value} {turn.next.reason}".removesuffix(" finish")


# A form.
FORM = an(
    "form",
    fields=[
        {"name": "phone", "label": "Phone", "keep": "attribute", "attribute": "phone"},
        {"name": "day", "label": "Day", "type": "date", "required": False},
        {"name": "how", "label": "How", "type": "choice", "choices": ["by foot", "by bike"]},
        {"name": "sure", "label": "Sure", "type": "tick"},
        {"name": "word", "label": "Word", "secret": True},
    ],
)
FILLED = {"phone": "0123", "day": "2026-01-31", "how": "by bike", "sure": "on", "word": "swordfish"}


def test_a_form_is_kept_in_variables_attributes_and_secrets() -> None:
    a_flow = flow(FORM, END)
    turn = answered(a_flow, begun(a_flow), **FILLED)
    assert text_of(turn) == "finish"
    assert turn.state.variables == {"phone": "0123", "day": "2026-01-31", "how": "by bike", "sure": True}
    assert turn.state.secrets == {"word": "swordfish"}
    assert [(each.kind, dict(each.values)) for each in turn.effects] == [
        ("set_attribute", {"attribute": "phone", "value": "0123"})
    ]
    assert turn.trace[0].after["word"] == MASK
    assert "swordfish" not in str([step.as_json() for step in turn.trace])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"phone": ""}, {"phone": "missing"}),
        ({"phone": "x" * 201}, {"phone": "too_long"}),
        ({"day": "31.1.2026"}, {"day": "no_date"}),
        ({"how": ""}, {"how": "missing"}),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_nothing(changes: dict[str, str], expected: dict[str, str]) -> None:
    a_flow = flow(FORM, END)
    turn = answered(a_flow, begun(a_flow), **{**FILLED, **changes})
    assert turn.problems == expected
    assert not turn.effects and not turn.state.variables


def test_a_box_that_has_to_be_ticked_and_a_choice_that_is_none() -> None:
    a_flow = flow(FORM, END)
    unticked = {name: value for name, value in FILLED.items() if name != "sure"}
    assert answered(a_flow, begun(a_flow), **unticked).problems == {"sure": "not_ticked"}
    assert answered(a_flow, begun(a_flow), **{**FILLED, "how": "by plane"}).refusal is engine.Refusal.UNREADABLE


# Terms.
ONCE = an("terms", text="Text", version="2", document="rules", once=True)


def test_terms_of_one_version_are_asked_once() -> None:
    a_flow = flow(ONCE, END)
    assert text_of(begun(a_flow, replace(world(), accepted=frozenset({"rules@1", "other@2"})))) == "a"
    turn = begun(a_flow, replace(world(), accepted=frozenset({"rules@2"})))
    assert text_of(turn) == "finish"
    assert turn.state.results == {"a": "accepted_before"} and not turn.effects


# Choosing and verifying.
def test_the_chosen_method_is_asked_first() -> None:
    a_flow = flow({"id": "c", "kind": "choose_method", **TITLE, "methods": sorted(BOTH)}, VERIFY, END)
    inputs = world(methods=BOTH)
    turn = answered(a_flow, begun(a_flow, inputs), inputs, method="recovery_code")
    assert isinstance(turn.next, Screen)
    assert turn.next.shown["method"] == "recovery_code"


def test_who_has_one_method_is_not_asked_which() -> None:
    a_flow = flow({"id": "c", "kind": "choose_method", **TITLE, "methods": sorted(BOTH)}, VERIFY, END)
    assert text_of(begun(a_flow)) == "v"


def test_a_code_is_checked_as_a_call_and_verifies() -> None:
    a_flow = flow(VERIFY, END)
    turn = engine.submit(a_flow, begun(a_flow).state, engine.Submission("r1", "v", {"code": ("123456",)}), world())
    assert turn.next == Call("verify", "v", {"method": "authenticator_app", "value": "123456"})
    assert engine.resolve(a_flow, turn.state, Reply("right"), world()).state.verified == ("verify",)


def test_another_way_is_a_button() -> None:
    a_flow, inputs = flow(VERIFY, END), world(methods=BOTH)
    turn = answered(a_flow, begun(a_flow, inputs), inputs, use_recovery_code="yes")
    assert isinstance(turn.next, Screen)
    assert turn.next.shown["method"] == "recovery_code"


def test_wrong_codes_are_counted_and_looking_does_not_reset_the_count() -> None:
    a_flow = flow(VERIFY, END)
    turn = answered(a_flow, begun(a_flow), right=False, code="000000")
    assert isinstance(turn.next, Screen)
    assert (turn.problems, turn.next.shown["tries_left"]) == ({"code": "wrong"}, 1)
    looked = engine.show(a_flow, turn.state, world())
    assert text_of(answered(a_flow, looked, right=False, code="000000")) == "log_out failed.failed"


@pytest.mark.parametrize("status", ["paused", "malformed"])
def test_what_was_not_checked_is_no_try(status: str) -> None:
    a_flow = flow(VERIFY, END)
    turn = engine.submit(a_flow, begun(a_flow).state, engine.Submission("r1", "v", {"code": ("123456",)}), world())
    turn = engine.resolve(a_flow, turn.state, Reply(status, {"retry_after": 60}), world())
    assert turn.problems == {"code": status}
    assert not turn.state.memory


def test_a_failure_may_go_on() -> None:
    a_flow = flow({**VERIFY, "tries": 1, "on_failure": "go_on"}, END)
    turn = answered(a_flow, begun(a_flow), right=False, code="000000")
    assert (text_of(turn), turn.state.results["v"], turn.state.verified) == ("finish", "failed", ())


def test_without_a_method_nobody_is_asked() -> None:
    assert text_of(begun(flow(VERIFY, END), world(methods=set()))) == "log_out failed.no_method"
    assert begun(flow({**VERIFY, "on_failure": "go_on"}, END), world(methods=set())).state.results == {"v": "no_method"}


def test_a_second_factor_of_this_login_may_be_enough() -> None:
    inputs = world(login__second_factor=True)
    assert text_of(begun(flow(VERIFY, END), inputs)) == "v"
    turn = begun(flow({**VERIFY, "skip_if_proven": True}, END), inputs)
    assert (text_of(turn), turn.state.verified) == ("finish", ())


# Setting up.
NOBODY = world(methods=set(), methods__has_authenticator=False, methods__has_enrolled=False)


def test_a_method_is_set_up_and_then_verified_by_it() -> None:
    a_flow = flow(an("enrol"), VERIFY, END)
    turn = begun(a_flow, NOBODY)
    assert isinstance(turn.next, Screen)
    assert turn.next.shown["secret"] == "S"
    turn = answered(a_flow, turn, NOBODY, name="Phone", code="123456")
    assert (text_of(turn), turn.state.verified) == ("finish", ("enrol",))
    assert not turn.state.memory


def test_who_has_a_method_passes_an_enrolment_by() -> None:
    turn = begun(flow(an("enrol"), END))
    assert (text_of(turn), turn.state.verified) == ("finish", ())


def test_an_enrolment_is_put_off_only_where_it_may_be() -> None:
    for may, expected in ((True, "finish"), (False, "a")):
        a_flow = flow(an("enrol", may_put_off=may), END)
        turn = answered(a_flow, begun(a_flow, NOBODY), NOBODY, later="yes")
        assert text_of(turn) == expected


def test_recovery_codes_are_shown_once_and_never_kept() -> None:
    a_flow = flow(an("recovery_codes"), END)
    turn = answered(a_flow, begun(a_flow), make="yes")
    assert isinstance(turn.next, Screen)
    assert turn.next.shown["codes"] == ["AAAA-BBBB"]
    assert "AAAA" not in str(turn.state.as_json())
    again = engine.show(a_flow, turn.state, world()).next
    assert isinstance(again, Screen) and "codes" not in again.shown
    assert text_of(answered(a_flow, turn, saved="on")) == "finish"


def test_recovery_codes_need_a_device_and_replace_none() -> None:
    assert begun(flow(an("recovery_codes"), END), NOBODY).state.results == {"a": "no_device"}
    has = world(methods__has_recovery_codes=True)
    assert begun(flow(an("recovery_codes"), END), has).state.results == {"a": "has_codes"}


# Codes by mail, and secrets of the flow's own.
def test_a_mailed_code_is_sent_as_it_is_come_to_and_sent_again_on_demand() -> None:
    a_flow = flow(an("email_code"), END)
    turn = begun(a_flow)
    assert isinstance(turn.next, Screen)
    assert turn.next.shown["note"] == "We sent a code."
    again = engine.submit(a_flow, turn.state, engine.Submission("r1", "a", {"again": ("yes",)}), world())
    assert isinstance(again.next, Call) and again.next.kind == "send_code"
    assert text_of(answered(a_flow, turn, code="123456")) == "finish"


def test_without_an_address_no_code_is_sent() -> None:
    assert text_of(begun(flow(an("email_code"), END), world(user__email=""))) == "log_out failed.no_address"


def test_a_secret_that_was_just_made_verifies_nothing() -> None:
    a_flow = flow(an("totp_check", keep_as="own"), END)
    turn = answered(a_flow, begun(a_flow), code="123456")
    assert (turn.state.results["a"], turn.state.verified) == ("registered", ())
    kept = replace(world(), kept_secrets=frozenset({"own"}))
    turn = answered(a_flow, begun(a_flow, kept), kept, code="123456")
    assert (turn.state.results["a"], turn.state.verified) == ("succeeded", ("totp_check",))


def test_ten_tries_of_a_secret_are_the_most() -> None:
    a_flow = flow(an("totp_check"), END)
    turn = begun(a_flow)
    for _try in range(9):
        turn = answered(a_flow, turn, right=False, code="000000")
    assert text_of(turn) == "a"
    assert text_of(answered(a_flow, turn, right=False, code="000000")) == "log_out failed.failed"


def test_a_passcode_lets_in_and_verifies_nobody() -> None:
    a_flow = flow(an("passcode", passcode="encrypted:x", tries=1), END)
    turn = answered(a_flow, begun(a_flow), code="open sesame")
    assert (text_of(turn), turn.state.verified) == ("finish", ())
    assert text_of(answered(a_flow, begun(a_flow), right=False, code="x")) == "log_out failed.failed"


# Logic.
def choice(*elements: dict[str, Any]) -> dict[str, Any]:
    rows = [{"subject": "login.network", "operator": "is", "value": "trusted"}]
    outcomes = [{"id": "office", "label": "The office", "conditions": rows, "elements": list(elements)}]
    return {"id": "d", "kind": "decision", "title": "Where?", "outcomes": outcomes, "otherwise": {"elements": [VERIFY]}}


def test_outcomes_rejoin_unless_they_end() -> None:
    a_flow = flow(choice(), {"id": "m", "kind": "message", **TITLE, "text": "Text"}, END)
    assert text_of(begun(a_flow, world(login__network="trusted"))) == "m"
    assert text_of(answered(a_flow, begun(a_flow), code="123456")) == "m"
    assert text_of(begun(flow(choice({**END, "id": "in"}), END), world(login__network="trusted"))) == "finish"


def test_a_decision_leaves_its_conditions_with_their_actual_values() -> None:
    step = begun(flow(choice(), END)).trace[0].as_json()
    assert step["outcome"] == "otherwise"
    assert step["conditions"] == [
        {
            "outcome": "The office",
            "subject": "login.network",
            "operator": "is",
            "value": "trusted",
            "actual": "untrusted",
            "holds": False,
        }
    ]


def test_the_steps_are_those_of_the_longest_way_on() -> None:
    a_flow = flow(choice(), {"id": "m", "kind": "message", **TITLE, "text": "Text"}, END)
    turn = begun(a_flow)
    assert isinstance(turn.next, Screen) and (turn.next.step, turn.next.steps) == (1, 2)
    turn = begun(a_flow, world(login__network="trusted"))
    assert isinstance(turn.next, Screen) and (turn.next.step, turn.next.steps) == (1, 1)


def test_a_sub_flow_runs_in_its_place_and_comes_back() -> None:
    inner = {"elements": [{"id": "m", "kind": "message", **TITLE, "text": "Inside"}, {"id": "e", "kind": "finish"}]}
    rows = {"elements": [{"id": "s", "kind": "sub_flow", "flow": "Inner"}, an("message", text="After"), END]}
    a_flow = engine_flow(rows, {"Inner": inner})
    turn = begun(a_flow)
    assert text_of(turn) == "s.m"
    turn = answered(a_flow, turn)
    assert text_of(turn) == "a"
    assert turn.state.passed == ("s", "s.m", "s.e")
    assert isinstance(turn.next, Screen) and (turn.next.step, turn.next.steps) == (2, 2)


def engine_flow(rows: dict[str, Any], inside: dict[str, Any]) -> Any:
    return read(rows, inside)


def test_an_assignment_copies_and_what_comes_from_a_secret_stays_one() -> None:
    values = [
        {"name": "who", "subject": "user.first_name"},
        {"name": "copy", "subject": "variables.word"},
        {"name": "n", "value": "1"},
    ]
    a_flow = flow(FORM, {"id": "b", "kind": "assignment", "values": values}, END)
    state = answered(a_flow, begun(a_flow), **FILLED).state
    assert (state.variables["who"], state.variables["n"]) == ("Carl", "1")
    assert state.secrets == {"word": "swordfish", "copy": "swordfish"}


# Actions.
def test_the_level_rises_only_after_a_verification() -> None:
    rise = {"id": "r", "kind": "raise_level", "level": "high_assurance"}
    with pytest.raises(FlowBroken):
        begun(flow(rise, END))
    a_flow = flow(VERIFY, rise, END)
    turn = answered(a_flow, begun(a_flow), code="123456")
    assert [dict(each.values) for each in turn.effects] == [{"level": "high_assurance", "by": "verify"}]
    assert turn.state.changed == {"login.session_level": "high_assurance"}


def test_the_address_is_changed_only_after_a_verification() -> None:
    confirm = an("confirm_details", attributes=["email"])
    with pytest.raises(FlowBroken):
        begun(flow(confirm, END))
    a_flow = flow(VERIFY, confirm, END)
    turn = answered(a_flow, begun(a_flow), code="123456")
    assert answered(a_flow, turn, email="nonsense").problems == {"email": "no_address"}
    turn = answered(a_flow, turn, email="new@example.org")
    assert dict(turn.effects[0].values) == {"attribute": "email", "value": "new@example.org"}


def test_details_that_are_right_change_nothing() -> None:
    a_flow = flow(an("confirm_details", attributes=["first_name"]), END)
    turn = answered(a_flow, begun(a_flow), first_name="Carl")
    assert (turn.effects, turn.state.results) == ((), {"a": "confirmed"})


@pytest.mark.parametrize(
    ("running", "action", "expected"),
    [
        (1, "deny", "finish"),
        (2, "deny", "log_out too_many_sessions"),
        (2, "end_oldest", "finish"),
    ],
)
def test_sessions_are_limited(running: int, action: str, expected: str) -> None:
    turn = begun(flow(an("limit_sessions", most=2, action=action), END), world(sessions__count=running))
    assert text_of(turn) == expected
    assert [dict(each.values) for each in turn.effects] == ([{"keep": 1}] if action == "end_oldest" else [])


def test_texts_are_filled_in_and_a_secret_is_not() -> None:
    rows = (
        FORM,
        {"id": "h", "kind": "history_entry", "text": "{user.first_name} {variables.word} {variables.gone}{nonsense}"},
    )
    a_flow = flow(*rows, END)
    turn = answered(a_flow, begun(a_flow), **FILLED)
    assert turn.effects[-1].values["text"] == f"Carl {MASK} {{nonsense}}"


HOOK = an("webhook", url="https://hooks.example.org/", secret="encrypted:x", answer=["answer", "more"])


def test_a_webhook_keeps_what_the_flow_wants_of_the_answer() -> None:
    turn = begun(flow(HOOK, END))
    assert (text_of(turn), turn.state.variables) == ("finish", {"answer": "yes", "more": ""})


def test_a_webhook_that_fails_ends_the_login_unless_the_flow_goes_on() -> None:
    assert text_of(begun(flow(HOOK, END), right=False)) == "log_out failed.failed"
    turn = begun(flow({**HOOK, "on_failure": "go_on"}, END), right=False)
    assert (turn.state.results, turn.state.variables) == ({"a": "failed"}, {"answer": "", "more": ""})


def test_an_action_verifies_only_if_it_says_so() -> None:
    for name, verified in (("push", ("action push",)), ("score", ())):
        turn = begun(flow(an("python_action", action=name, outputs=[{"name": "score", "value": "points"}]), END))
        assert turn.state.verified == verified
        assert turn.state.variables == {"points": 3}


def test_finish_at_says_where() -> None:
    end = begun(flow(an("finish_at", location="/security/"))).next
    assert end == End(Ending.FINISH, "finish", "", "/security/")


# Calls.
def test_a_reply_that_nobody_waits_for_is_refused() -> None:
    a_flow = flow(VERIFY, END)
    with pytest.raises(FlowBroken):
        engine.resolve(a_flow, begun(a_flow).state, Reply("right"), world())


def test_a_run_that_was_interrupted_in_a_call_does_not_go_on() -> None:
    a_flow = flow(HOOK, END)
    waiting = engine.begin(a_flow, "r1", world())
    assert isinstance(waiting.next, Call)
    with pytest.raises(FlowBroken):
        engine.show(a_flow, State.from_json(waiting.state.as_json()), world())
    assert text_of(settle(a_flow, waiting, world())) == "finish"
