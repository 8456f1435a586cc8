"""What-If: the verdict, the screens in their order, what would matter, what would change it, and nothing guessed silently."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sessions_policy import changing, policy_book, policy_tests
from sessions_policy.models import DecisionRecord, PermissionSet, ResourcePolicy, SavedQuestion
from sessions_policy.policy_book import Change
from sessions_policy.whatif import Answer, BadQuestion, Question, answer, drafts
from tests.accounts.people import assured_profile, give_authenticator, permission_set, person, profile, rule
from tests.loginflows.flows import END, TERMS, active, assign
from tests.oauth.world import app

pytestmark = pytest.mark.django_db

HOME = "127.0.0.1"
FAR = "203.0.113.50"


def ask(**values: Any) -> Answer:
    """Ask with the parts of a question as texts."""
    policy_book.refresh()
    return answer(Question.read({"ip": HOME, **values}))


def screens(found: Answer) -> list[str]:
    """Return the names of the screens."""
    return [screen.name for screen in found.walk.screens]


def test_a_plain_login_is_allowed() -> None:
    person("sara")
    found = ask(user="sara", to="login")
    assert (found.verdict, screens(found)) == ("allow", ["login", "target"])


def test_a_page_that_needs_more_is_allowed_after_a_step_up() -> None:
    give_authenticator(person("sara"))
    found = ask(user="sara", to="reports")
    assert (found.verdict, found.decision.reason) == ("verify", "level.resource")
    assert screens(found) == ["login", "step-up", "target"]
    assert found.sentence == "Allowed after verification: The resource Reports requires High Assurance."


def test_every_stage_of_the_login_comes_in_its_order() -> None:
    contractor = profile("Contractor", required_level="high_assurance")
    assign(active(TERMS, END), contractor)
    user = person("carl", contractor)
    found = ask(user="carl", ip=FAR, to="reports")
    assert (found.verdict, screens(found)) == ("enrol", ["login", "activate", "enrol", "recovery-codes", "flow", "target"])
    give_authenticator(user)
    found = ask(user="carl", ip=FAR, to="reports", device_known="yes")
    assert screens(found) == ["login", "verify", "flow", "target"]


def test_who_cannot_go_on_sees_the_refusal() -> None:
    rule("reports", "block")
    found = ask(profile="Standard User", to="reports") if person("sara") else None
    assert found is not None
    assert (found.verdict, found.decision.reason, screens(found)[-1]) == ("block", "resource.blocked", "refused")


def test_nobody_is_asked_to_sign_in() -> None:
    found = ask(to="reports")
    assert (found.verdict, screens(found)) == ("sign_in", ["login"])


def test_a_page_by_its_address_asks_what_its_mark_says() -> None:
    give_authenticator(person("sara"))
    assert ask(user="sara", to="/reports/").decision.reason == "level.resource"
    assert ask(user="sara", to="/api/v1/reports/").decision.reason == "level.resource"
    assert ask(user="sara", to="/security/").verdict == "allow"
    assert ask(user="sara", to="/admin/").decision.reason == "level.resource"


def test_a_session_that_stepped_up_long_ago_is_asked_again() -> None:
    give_authenticator(person("sara"))
    rule("reports", "raise", 10)
    given = {"user": "sara", "to": "reports", "session": "yes"}
    assert ask(**given, methods="password,authenticator_app:60").verdict == "allow"
    found = ask(**given, methods="password,authenticator_app:700")
    assert (found.verdict, found.decision.reason, screens(found)) == ("verify", "freshness.resource", ["step-up", "target"])


def test_a_grant_without_an_approval_step_is_blocked_under_high_assurance() -> None:
    person("sara", assured_profile())
    app("script", "password", redirect_uris="")
    found = ask(user="sara", grant="password", app="script")
    assert (found.verdict, found.decision.reason) == ("block", "grant.no_approval_step.profile")
    assert screens(found) == []
    # The app may not use another grant; a client without that limit could.
    assert found.flips == ()
    free = ask(user="sara", grant="password", device_known="yes")
    assert "the token came by the authorization code flow, with an approval step" in [flip.words for flip in free.flips]


def test_the_permission_sets_of_the_person_count() -> None:
    sara = person("sara")
    give_authenticator(sara)
    permission_set(sara, name="Strict", two_factor_ui=True)
    assert ask(user="sara", to="login").decision.reason == "two_factor.ui"


def test_what_is_not_given_and_would_matter_is_named() -> None:
    person("sara", profile("Office", ip_ranges="192.0.2.0/24", login_hours={"0": ["08:00", "18:00"]}))
    policy_book.refresh()
    found = answer(
        Question.read({"user": "sara", "to": "login", "ip": "192.0.2.9", "at": "2026-11-23T09:00", "methods": "password"})
    )
    assert found.verdict == "verify" and [each.words for each in found.missing] == ["the browser is remembered"]
    found = answer(Question.read({"user": "sara", "to": "login", "at": "2026-11-23T09:00", "device_known": "yes"}))
    assert [(each.words, each.verdict) for each in found.missing] == [("the address is 192.0.2.0", "allow")]
    found = answer(Question.read({"user": "sara", "to": "login", "ip": "192.0.2.9", "device_known": "yes"}))
    assert any("login hours" in each.words for each in found.missing)


def test_what_would_change_the_answer_is_named() -> None:
    give_authenticator(person("sara"))
    found = ask(user="sara", to="reports", session="yes", methods="password")
    assert "Authenticator app was given just now" in [flip.words for flip in found.flips]


def test_methods_that_nobody_has_can_be_given() -> None:
    person("sara", assured_profile())
    assert ask(user="sara", to="login").verdict == "enrol"
    assert ask(user="sara", to="login", available="password,authenticator_app").verdict == "verify"
    found = ask(profile="Assured User", to="login")
    assert found.verdict == "enrol"
    assert "they have an authenticator app" in [each.words for each in found.missing]


def test_report_only_policies_can_be_asked_as_if_on() -> None:
    person("sara", profile("Sales", required_level="high_assurance", required_level_mode="report_only"))
    assert ask(user="sara", to="login").verdict == "allow"
    assert ask(user="sara", to="login", policies="report_only").verdict == "enrol"


def test_an_older_revision_can_be_asked() -> None:
    give_authenticator(person("sara"))
    policy_book.refresh()
    before = policy_book.current().revision
    rule("reports", "allow")
    assert ask(user="sara", to="reports").verdict == "allow"
    assert ask(user="sara", to="reports", policies=f"revision:{before}").verdict == "verify"


def test_a_change_that_is_not_saved_can_be_asked_and_is_not_saved() -> None:
    give_authenticator(person("sara"))
    policies = drafts.named([Change.of(ResourcePolicy(key="reports", action="allow"))])
    assert ask(user="sara", to="reports", policies=policies).verdict == "allow"
    assert not ResourcePolicy.objects.exists()
    with pytest.raises(BadQuestion, match="cannot be read"):
        ask(user="sara", to="reports", policies=policies[:-2])


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("user", "nobody"),
        ("profile", "No such"),
        ("app", "No such"),
        ("ip", "here"),
        ("at", "soon"),
        ("at", "2026-13-40"),
        ("channel", "phone"),
        ("grant", "magic"),
        ("methods", "charm"),
        ("to", "nowhere"),
        ("to", "/nowhere/"),
        ("to", "/docs/why/allowed/"),
        ("session", "perhaps"),
        ("idle", "-1"),
        ("max_age", "1.5"),
        ("level", "highest"),
        ("policies", "revision:99999999"),
        ("policies", "tomorrow"),
        ("weather", "fine"),
        ("user", "a\0b"),
    ],
)
def test_a_question_that_cannot_be_asked_names_the_part_that_is_wrong(part: str, value: str) -> None:
    with pytest.raises(BadQuestion) as raised:
        ask(**{part: value})
    assert raised.value.field == part


def test_a_question_goes_to_texts_and_back() -> None:
    values = {
        "user": "sara",
        "methods": "password,sso:corp,authenticator_app:600",
        "device_known": "no",
        "ip": FAR,
        "at": "2026-11-24T14:30:00",
        "scopes": "api,web",
        "to": "reports",
        "idle": "30",
        "policies": "revision:3",
    }
    question = Question.read(values)
    assert question.given() == values
    assert Question.read(question.given()) == question
    assert question.command().startswith("python manage.py whatif --user sara --methods password,sso:corp")


def test_asking_writes_nothing() -> None:
    give_authenticator(person("sara"))
    found = ask(user="sara", to="reports")
    assert json.dumps(found.as_json())
    assert not DecisionRecord.objects.exists()


def test_the_command_prints_the_answer_and_refuses_a_bad_question() -> None:
    give_authenticator(person("sara"))
    out = StringIO()
    call_command("whatif", user="sara", to="reports", ip=HOME, stdout=out)
    printed = out.getvalue()
    assert "Allowed after verification" in printed and "level_is_enough" in printed and "1 Sign in" in printed
    out = StringIO()
    call_command("whatif", user="sara", to="reports", ip=HOME, json=True, stdout=out)
    assert json.loads(out.getvalue())["verdict"] == "verify"
    with pytest.raises(CommandError, match=r"--user: There is nobody") as raised:
        call_command("whatif", user="nobody")
    assert raised.value.returncode == 2


def save_test(name: str, verdict: str, reason: str, **question: str) -> SavedQuestion:
    """Save a test."""
    return SavedQuestion.objects.create(name=name, verdict=verdict, reason=reason, question={"ip": HOME, **question})


def test_saved_tests_are_asked_by_the_command_which_fails_on_a_difference() -> None:
    give_authenticator(person("sara"))
    save_test("Reports ask", "verify", "level.resource", user="sara", to="reports")
    out = StringIO()
    call_command("policy_check", stdout=out)
    assert "1 tests, 0 differ." in out.getvalue()
    rule("reports", "allow")
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("policy_check", stdout=out)
    assert raised.value.returncode == 1
    assert "has to say verify (level.resource), and says allow (allowed)" in out.getvalue()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("policy_check", json=True, stdout=out)
    assert json.loads(out.getvalue())["differences"] == 1


def test_a_test_about_somebody_who_left_fails_and_says_so() -> None:
    save_test("Gone", "allow", "allowed", user="gone")
    (result,) = policy_tests.run()
    assert not result.passes and "cannot be asked any more" in result.sentence


def test_a_change_is_told_which_tests_it_would_break() -> None:
    give_authenticator(person("sara"))
    save_test("Reports ask", "verify", "level.resource", user="sara", to="reports")
    save_test("Broken before", "allow", "allowed", user="sara", to="reports")
    change = changing.saving(ResourcePolicy(key="reports", action="allow"))
    review = changing.review([change], changing.Author())
    (sentence,) = review.broken_tests
    assert "Reports ask" in sentence and sentence in review.to_confirm
    with pytest.raises(changing.Unconfirmed):
        changing.make([change], changing.Author())
    assert changing.review([changing.saving(PermissionSet(name="Other"))], changing.Author()).broken_tests == ()
    assert not ResourcePolicy.objects.exists()
