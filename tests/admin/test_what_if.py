"""The page of What-If: asks, shows, links, saves as a test; and its API."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import jsonschema
import pytest
from django.test import Client

from sessions_policy import trace
from sessions_policy.models import SavedQuestion
from tests.accounts.people import give_authenticator, person, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/sessions_policy/savedquestion/what-if/"
ASKED = {"user": "sara", "to": "reports", "ip": "127.0.0.1"}


@pytest.fixture
def _sara(db: None) -> None:
    give_authenticator(person("sara"))


def test_the_empty_page_asks_nothing(desk: Client) -> None:
    page = desk.get(PAGE)
    assert page.status_code == 200 and page.context["found"] is None
    assert 'data-page="what-if"' in page.content.decode()


@pytest.mark.usefixtures("_sara")
def test_it_answers_with_everything(desk: Client) -> None:
    page = desk.get(PAGE, {**ASKED, "run": ""})
    shown = text_of(page)
    assert "Allowed after verification The resource Reports requires High Assurance. level.resource" in shown
    assert "Sign in Confirm it is you: Authenticator app level.resource What they asked for" in shown
    assert "The level" not in shown or "is the answer high_assurance standard" in shown
    assert "python manage.py whatif --user sara --ip 127.0.0.1 --to reports" in shown
    assert "level, for the resource: expected high_assurance, found standard" in shown


@pytest.mark.usefixtures("_sara")
def test_the_permalink_asks_the_same_again(desk: Client) -> None:
    first = desk.get(PAGE, {**ASKED, "run": ""})
    (link,) = re.findall(r'href="http://127\.0\.0\.1:8000(/admin/[^"]+what-if/\?[^"]+)"', first.content.decode())
    again = desk.get(unescape(link))
    assert again.context["found"].question == first.context["found"].question


@pytest.mark.usefixtures("_sara")
def test_a_question_is_saved_as_a_test_once(desk: Client) -> None:
    assert desk.post(PAGE, {**ASKED, "name": "Reports ask"}).status_code == 302
    saved = SavedQuestion.objects.get()
    assert (saved.question, saved.verdict, saved.reason) == (ASKED, "verify", "level.resource")
    again = desk.post(PAGE, {**ASKED, "name": "Reports ask"})
    assert again.status_code == 400 and "There is a test of that name already." in text_of(again)
    assert "the same" in text_of(desk.get("/admin/sessions_policy/savedquestion/"))
    rule("reports", "allow")
    assert "says allow (allowed)" in text_of(desk.get("/admin/sessions_policy/savedquestion/"))


def test_what_is_wrong_stands_beside_its_field(desk: Client) -> None:
    page = desk.get(PAGE, {"user": "nobody", "ip": "here", "run": ""})
    assert page.status_code == 400 and "ip" in page.context["form"].errors
    page = desk.get(PAGE, {"user": "nobody", "run": ""})
    assert page.context["form"].errors["user"] == ["There is nobody with the username “nobody”."]


def test_the_page_is_part_of_the_administration() -> None:
    assert Client().get(PAGE).headers["Location"].startswith("/login/")
    clerk, browser = person("clerk", is_staff=True), Client()
    sign_in(browser, clerk, give_authenticator(clerk))
    browser.get("/admin/")
    assert browser.get(PAGE).status_code in (302, 403)


def api(client: Client, **query: Any) -> Any:
    return client.get("/api/v1/whatif/", query)


@pytest.mark.usefixtures("_sara")
def test_the_api_gives_the_whole_answer(desk: Client) -> None:
    body = api(desk, **ASKED).json()
    assert (body["verdict"], body["reason"]) == ("verify", "level.resource")
    jsonschema.Draft202012Validator(trace.SCHEMA).validate(body["trace"])
    assert [screen["name"] for screen in body["screens"]] == ["login", "step-up", "target"]


@pytest.mark.usefixtures("_sara")
def test_the_api_asks_about_policies_that_are_not_saved(desk: Client) -> None:
    draft = [{"kind": "sessions_policy.resourcepolicy", "values": {"key": "reports", "action": "allow"}}]
    whole = [{**draft[0], "values": {**draft[0]["values"], "again_after_minutes": None}}]
    sent = json.dumps({"question": ASKED, "draft": whole})
    assert desk.post("/api/v1/whatif/", sent, content_type="application/json").json()["verdict"] == "allow"
    sent = json.dumps({"question": ASKED, "draft": draft})
    refused = desk.post("/api/v1/whatif/", sent, content_type="application/json")
    assert refused.status_code == 400 and "draft" in refused.json()["errors"]


def test_the_api_names_what_is_wrong(desk: Client) -> None:
    refused = api(desk, user="nobody")
    assert refused.status_code == 400
    assert refused.json()["errors"] == {"user": ["There is nobody with the username “nobody”."]}


def test_the_api_is_for_those_who_may(client: Client) -> None:
    assert api(client).status_code == 401
    sign_in(client, person("tom"))
    assert api(client, user="tom").status_code == 403
