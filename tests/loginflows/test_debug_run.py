"""The debug run: an administrator tries a flow as anybody, and nothing comes of it but a trace and a test case."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import VerificationRecord
from loginflows.models import AcceptedTerms, FlowRun, FlowTestCase, FlowVersion, LoginFlow
from sessions_policy.models import UserSession
from tests.accounts.people import give_authenticator, person, profile
from tests.admin.words import text_of
from tests.loginflows.admin_pages import ADMIN, signed_in
from tests.loginflows.flows import END, TERMS, active, elements

pytestmark = pytest.mark.django_db
CODE = {"id": "code", "kind": "verify", "title": "Confirm it", "methods": ["authenticator_app"], "tries": 2}
TRUSTED = {"subject": "login.network", "operator": "is", "value": "trusted"}
HOME = {"id": "home", "label": "At home", "match": "all", "conditions": [TRUSTED], "elements": []}
NETWORK = {
    "id": "network",
    "kind": "decision",
    "title": "Which network?",
    "outcomes": [HOME],
    "otherwise": {"label": "Away", "elements": [CODE]},
}
SECRET = {"id": "ask", "kind": "form", "title": "Ask", "fields": [{"name": "word", "label": "Word", "secret": True}]}
MAIL = {"id": "mail", "kind": "send_mail", "subject": "Hello", "text": "You came from {login.ip}."}


@pytest.fixture
def ada() -> Client:
    return signed_in()


def draft(*rows: dict[str, Any]) -> FlowVersion:
    return LoginFlow.objects.create(name="Ours").new_draft(elements(*rows))


def url(version: FlowVersion) -> str:
    return f"{ADMIN}flowversion/{version.pk}/debug/"


def start(ada: Client, version: FlowVersion, **who: str) -> Any:
    page = ada.get(url(version))
    sent = {
        field.html_name: field.value()
        for form in (page.context["form"], page.context["more"].management_form)
        for field in form
    }
    sent = {name: value for name, value in sent.items() if value is not None} | {
        f"who-{name}": value for name, value in who.items()
    }
    return ada.post(url(version), {**sent, "start": "1"}, follow=True)


def answer(ada: Client, version: FlowVersion, element: str, **values: str) -> Any:
    return ada.post(url(version), {"run": "dry-run", "element": element, **values}, follow=True)


def trace(page: Any) -> list[str]:
    return [each.step.element for each in page.context["trace"]]


def test_the_screen_is_the_real_one_beside_the_trace(ada: Client) -> None:
    version = draft(NETWORK, TERMS, END)
    page = start(ada, version, methods="authenticator_app")
    said = text_of(page)
    assert "Dry run · Nothing is saved or sent, and no code is used up." in said
    assert "Confirm it" in said and "network is trusted? no (it is not trusted)" in said and "→ Away" in said
    page = answer(ada, version, "code", code="123456")
    assert trace(page) == ["network", "code"] and "Terms for contractors" in text_of(page)
    page = answer(ada, version, "terms", accept="on")
    assert "The person is let in" in text_of(page) and trace(page) == ["network", "code", "terms", "end"]


def test_nothing_comes_of_it(ada: Client) -> None:
    sara = person("sara", email="sara@example.org")
    give_authenticator(sara)
    version = draft(MAIL, CODE, TERMS, END)
    before = (UserSession.objects.filter(user=sara).count(), VerificationRecord.objects.count())
    start(ada, version, username="sara")
    answer(ada, version, "code", code="123456")
    page = answer(ada, version, "terms", accept="on")
    assert "The person is let in" in text_of(page) and "You came from 203.0.113.9." in text_of(page)
    assert not mail.outbox and not FlowRun.objects.exists() and not AcceptedTerms.objects.exists()
    assert (UserSession.objects.filter(user=sara).count(), VerificationRecord.objects.count()) == before


def test_a_real_person_brings_what_is_known_of_them(ada: Client) -> None:
    version = draft(CODE, END)
    person("paul", profile("Plain"))
    page = start(ada, version, username="paul")
    assert page.context["scenario"].values["profile.name"] == "Plain"
    assert "You are not signed in" in text_of(page)
    give_authenticator(person("sara"))
    assert "Confirm it" in text_of(start(ada, version, username="sara"))


def test_nobody_of_that_name_is_said_beside_the_box(ada: Client) -> None:
    assert "There is nobody with that username." in text_of(start(ada, draft(END), username="nobody"))


def test_wrong_codes_go_where_wrong_codes_go(ada: Client) -> None:
    version = draft(CODE, END)
    start(ada, version, methods="authenticator_app", codes="wrong")
    assert "not right" in text_of(answer(ada, version, "code", code="123456"))
    assert "You are not signed in" in text_of(answer(ada, version, "code", code="123456"))


def test_back_one_step_and_restart(ada: Client) -> None:
    version = draft(TERMS, CODE, END)
    start(ada, version, methods="authenticator_app")
    answer(ada, version, "terms", accept="on")
    back = ada.post(url(version), {"back": "1"}, follow=True)
    assert trace(back) == [] and "Terms for contractors" in text_of(back)
    answer(ada, version, "terms", accept="on")
    assert trace(ada.post(url(version), {"restart": "1"}, follow=True)) == []


def test_another_value_overrides_what_would_be(ada: Client) -> None:
    page = start(ada, draft(NETWORK, END), ip="192.0.2.1")
    assert trace(page) == ["network", "code"]
    version = FlowVersion.objects.get()
    sent = {"more-TOTAL_FORMS": "2", "more-INITIAL_FORMS": "0", "more-0-subject": "login.network", "more-0-value": "trusted"}
    form = {field.html_name: field.value() for field in ada.get(url(version)).context["form"] if field.value() is not None}
    assert trace(ada.post(url(version), {**form, **sent, "start": "1"}, follow=True)) == ["network", "end"]


def test_secrets_are_masked_and_codes_forgotten(ada: Client) -> None:
    version = draft(SECRET, CODE, END)
    start(ada, version, methods="authenticator_app")
    page = answer(ada, version, "ask", word="xyzzy")
    assert "word : – → ••••" in text_of(page) and "xyzzy" not in page.content.decode()
    answer(ada, version, "code", code="246810")
    assert "246810" not in str(dict(ada.session))


def test_a_flow_that_breaks_says_so(ada: Client) -> None:
    assert "The flow stops here with an error" in text_of(start(ada, draft(MAIL)))


def test_a_run_is_kept_as_a_test_case_and_guards_the_activation(ada: Client) -> None:
    version = draft(NETWORK, END)
    start(ada, version, methods="authenticator_app")
    page = ada.post(url(version), {"save_case": "1", "name": "Away, one is asked"}, follow=True)
    assert "Saved as test case" in text_of(page)
    assert FlowTestCase.objects.get().expected == {"path": ["network"], "ending": "", "waits": "code"}
    again = ada.post(url(version), {"save_case": "1", "name": "Away, one is asked"})
    assert "There is a test case of that name." in text_of(again)
    activate = f"{ADMIN}flowversion/{version.pk}/activate/"
    assert "Away, one is asked: takes its path" in text_of(ada.get(activate))
    FlowVersion.objects.filter(pk=version.pk).update(definition=elements(TERMS, END))
    page = ada.post(activate, {"reason": "Try"})
    assert page.status_code == 409 and "expected network, took (code / terms)" in text_of(page)
    version.refresh_from_db()
    assert version.state == "draft"
    FlowTestCase.objects.all().delete()
    ada.post(activate, {"reason": "Try"})
    version.refresh_from_db()
    assert version.state == "active"


def test_the_command_runs_the_cases_and_ends_with_1_when_one_differs(capsys: pytest.CaptureFixture[str]) -> None:
    version = active(TERMS, END)
    row = {"inputs": {}, "answers": [{"element": "terms", "values": {"accept": "on"}}]}
    expected = {"path": ["terms", "end"], "ending": "finish", "waits": ""}
    FlowTestCase.objects.create(flow=version.flow, name="Accepting", expected=expected, **row)
    call_command("flow_test")
    assert "ok    Accepting" in capsys.readouterr().out
    FlowTestCase.objects.create(flow=version.flow, name="Old", expected={**expected, "path": ["end"]}, **row)
    with pytest.raises(SystemExit) as ended:
        call_command("flow_test", version.flow.name)
    assert ended.value.code == 1
    assert "DIFF  Old: expected end > (finish), took terms > end > (finish)" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("flow_test", "--json")
    assert '"passed": false' in capsys.readouterr().out
