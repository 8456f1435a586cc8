"""Why? on prompts, in the person's own activity, and on the pages of the codes: each person reads what is theirs."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
from django.test import Client

from accounts.models import LoginRecord, VerificationRecord
from sessions_policy import trace, why
from sessions_policy.decision import RULES, Reason
from sessions_policy.models import DecisionRecord
from tests.accounts.people import assured_profile, give_authenticator, give_password, person, sign_in
from tests.sessions_policy.test_invariants import all_decisions

pytestmark = pytest.mark.django_db

PAGES = Path(__file__).parents[2] / "docs" / "why"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_page_in_the_documentation(reason: Reason) -> None:
    page = why.page_of(reason.value)
    assert page is not None and page.administrator and page.change
    assert (PAGES / f"{reason.value}.md").read_text(encoding="utf-8") == why.markdown(page), "run docs/write_why_pages.py"


def test_no_page_is_about_a_reason_that_is_gone() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == {reason.value for reason in Reason}


def test_the_page_names_the_rule_that_gives_the_reason() -> None:
    for _policy, _facts, decision in all_decisions()[::37]:
        if not decision.allowed:
            page = why.page_of(decision.reason.value)
            assert page is not None and page.rule == decision.trace[-1].rule
    rules = {page.rule for page in map(why.page_of, Reason) if page is not None}
    assert rules - {""} == {rule.__name__ for rule in RULES}


def test_the_link_on_a_prompt_explains_it_in_the_middle_of_the_login(client: Client) -> None:
    sara = person("sara", assured_profile())
    give_authenticator(sara)
    give_password(client, sara)
    prompt = client.get("/login/verify/").content.decode()
    (link,) = re.findall(r'href="(/docs/why/[^"]+)"', prompt)
    reference = DecisionRecord.objects.get().reference
    assert link == f"/docs/why/level.profile/?reference={reference}"
    page = client.get(link).content.decode()
    assert "data-own" in page and reference in page
    assert "Your profile Assured User needs a High Assurance session." in page
    assert "It opens with: Authenticator app" in page


def test_nobody_reads_the_decision_of_somebody_else(client: Client) -> None:
    sara, tom = person("sara", assured_profile()), person("tom")
    give_authenticator(sara)
    give_password(client, sara)
    link = f"/docs/why/level.profile/?reference={DecisionRecord.objects.get().reference}"
    assert "data-own" not in Client().get(link).content.decode()
    other = Client()
    sign_in(other, tom)
    assert "data-own" not in other.get(link).content.decode()


def test_a_line_of_the_activity_says_why_they_were_asked(client: Client) -> None:
    sara = person("sara", assured_profile())
    sign_in(client, sara, give_authenticator(sara))
    row = VerificationRecord.objects.get()
    page = client.get("/security/").content.decode()
    assert f"/security/activity/verifications/{row.pk}/" in page
    shown = client.get(f"/security/activity/verifications/{row.pk}/")
    assert shown.status_code == 200
    assert shown.context["own"]["why"] == "Your profile Assured User needs a High Assurance session."
    let_in = client.get(f"/security/activity/logins/{LoginRecord.objects.get().pk}/")
    assert let_in.context["own"]["why"] == "You may go on."


@pytest.mark.parametrize("path", ["logins/{}", "verifications/{}", "nothing/{}"])
def test_the_activity_of_others_does_not_exist(client: Client, path: str) -> None:
    sara, tom = person("sara"), person("tom")
    sign_in(Client(), sara)
    sign_in(client, tom)
    row = LoginRecord.objects.get(user=sara)
    assert client.get(f"/security/activity/{path.format(row.pk)}/").status_code == 404


def test_the_api_gives_the_same_trace_of_ones_own_decision(client: Client) -> None:
    sara = person("sara")
    give_authenticator(sara)
    sign_in(client, sara)
    client.get("/reports/")
    (row,) = client.get("/api/v1/histories/decisions/").json()["results"]
    jsonschema.Draft202012Validator(trace.SCHEMA).validate(row["trace"])
    assert (row["mode"], row["trace"]["result"]["reason"]) == ("enforced", "level.resource")
