"""Each template, activated and met by a real person with real codes; the run takes the path that its dry run took."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
import time_machine
from django.core import mail
from django.test import Client, TestCase

from accounts.models import User
from loginflows import actions, documents, flow_templates
from loginflows.models import FlowRun, LoginFlow, UserAttribute, UserAttributeValue
from sessions_policy import policy_book
from sessions_policy.models import OrganisationSettings, TrustedNetwork
from tests.accounts.people import Authenticator, give_authenticator, give_password, person, profile
from tests.admin.words import text_of
from tests.loginflows.flows import assign

pytestmark = pytest.mark.django_db
FLOW = "/login/flow/"
Answers = dict[str, Callable[[Any], dict[str, str]]]


@pytest.fixture(autouse=True)
def _approve_sign_in() -> Iterator[None]:
    @actions.login_flow_action("approve_sign_in", label="Ask the other service", verifies=True)
    def approve(run: actions.ActionRun, username: str) -> None:
        if username != "carl":
            raise actions.ActionFailed("Nobody approved it.")

    yield
    actions.forget("approve_sign_in")


@pytest.fixture
def carl() -> User:
    return person("carl", profile("Contractor"), first_name="Carl")


def give(key: str) -> list[tuple[str, str]]:
    """Begin a flow with the template, activate it and give it to contractors; return the secrets that were made."""
    template, made = flow_templates.fresh(flow_templates.all_templates()[key])
    version = documents.begin(LoginFlow.objects.create(name=template.name), template.definition, template.luggage)
    version.activate()
    assign(version, profile("Contractor"))
    return made


def leave_the_network() -> None:
    """Let this machine be no trusted network, and browsers not be confirmed by mail."""
    TrustedNetwork.objects.all().delete()
    organisation = OrganisationSettings.load()
    organisation.device_activation = False
    organisation.save()
    policy_book.refresh()


def sign_in(user: User, answers: Answers | None = None) -> Any:
    """Sign in and answer each screen by its element; return the last response."""
    client = Client()
    response = give_password(client, user)
    for _screen in range(10):
        if response.status_code == 302 and response["Location"] == FLOW:
            # Mails go out with the transaction, which a test does not end.
            with TestCase.captureOnCommitCallbacks(execute=True):
                response = client.get(FLOW)
        if "element" not in (response.context or {}):
            break
        name = response.context["element"].id
        sent = (answers or {})[name](response)
        with TestCase.captureOnCommitCallbacks(execute=True):
            response = client.post(FLOW, {"run": response.context["run"], "element": name, **sent})
    return response


def path() -> tuple[list[str], str]:
    """Return the path of the newest run, and how it ended."""
    run = FlowRun.objects.latest("id")
    return [step["element"] for step in run.path], run.outcome


def code_of(authenticator: Authenticator) -> Callable[[Any], dict[str, str]]:
    return lambda _page: {"code": authenticator.code()}


def test_second_factor_off_the_network(carl: User) -> None:
    give("two_factor_off_network")
    sign_in(carl)
    assert path() == (["network", "end"], "finished")
    leave_the_network()
    assert "you need a second factor, and you have none yet" in text_of(sign_in(carl))
    phone = give_authenticator(carl)
    response = sign_in(carl, {"code": code_of(phone)})
    assert path() == (["network", "method", "code", "raise", "end"], "finished")
    assert response.client.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_terms_of_service_are_asked_once(carl: User) -> None:
    give("terms_of_service")
    sign_in(carl, {"terms": lambda _page: {"decline": "yes"}})
    assert path() == (["terms"], "logged_out")
    sign_in(carl, {"terms": lambda _page: {"accept": "on"}})
    sign_in(carl)
    assert path() == (["terms", "end"], "finished")


def test_details_are_confirmed_or_put_right(carl: User) -> None:
    give("confirm_details")
    phone = UserAttribute.objects.get(name="phone")
    UserAttributeValue.objects.create(attribute=phone, user=carl, value="030 1234")
    details = {"first_name": "Carl", "last_name": "Carlsen", "phone": "030 5678"}
    sign_in(carl, {"details": lambda _page: details})
    assert path() == (["due", "details", "changed", "note", "end"], "finished")
    carl.refresh_from_db()
    assert (carl.last_name, UserAttributeValue.objects.get().value) == ("Carlsen", "030 5678")
    sign_in(carl)
    assert path() == (["due", "end"], "finished")


def test_a_mailed_code_with_its_counter_first(carl: User) -> None:
    give("email_code")

    def read(_page: Any) -> dict[str, str]:
        found = re.search(r"\b(\d{6})\b", str(mail.outbox[-1].body))
        assert found is not None
        return {"code": found[1]}

    sign_in(carl, {"mail_code": read})
    assert path() == (["mail_code", "end"], "finished")
    wrong = sign_in(carl, {"mail_code": lambda page: {"code": f"{(int(read(page)['code']) + 1) % 1_000_000:06d}"}})
    assert "There were too many wrong codes." in text_of(wrong)
    assert path() == (["mail_code"], "logged_out")


def test_a_second_factor_of_the_flow_s_own(carl: User) -> None:
    give("totp_registration")
    secrets: list[str] = []

    def scan(page: Any) -> dict[str, str]:
        secrets.append(page.context["enrolment"].secret)
        return {"code": pyotp.TOTP(secrets[0]).now()}

    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), tick=False) as clock:
        sign_in(carl, {"badge": scan, "welcome": lambda _page: {}})
        assert path() == (["badge", "valid", "welcome", "end"], "finished")
        clock.shift(60)
        sign_in(carl, {"badge": lambda _page: {"code": pyotp.TOTP(secrets[0]).now()}})
        assert path() == (["badge", "valid", "raise", "end"], "finished")


def test_a_third_party_approves(carl: User) -> None:
    give("third_party_check")
    go_on: Answers = {"tell": lambda _page: {}}
    sign_in(carl, go_on)
    assert path() == (["tell", "approve", "approved", "raise", "end"], "finished")
    assert "The sign-in was not approved." in text_of(sign_in(person("eve", profile("Contractor")), go_on))


def test_one_session_at_once(carl: User) -> None:
    give("limit_sessions")
    sign_in(carl)
    assert path() == (["limit", "end"], "finished")
    assert "You are signed in somewhere else already." in text_of(sign_in(carl))


@pytest.mark.parametrize(("day", "expected"), [(22, ["hours", "notice", "mail", "log", "end"]), (24, ["hours", "end"])])
def test_a_notice_out_of_hours(carl: User, day: int, expected: list[str]) -> None:
    with time_machine.travel(datetime(2026, 11, day, 12, 0, tzinfo=UTC), tick=False):
        give("out_of_hours_notice")
        sign_in(carl, {"notice": lambda _page: {}})
    assert path() == (expected, "finished")
    assert [each.to for each in mail.outbox if "out of hours" in each.subject] == [["carl@example.org"]] * (day == 22)


def test_a_survey_once_a_month(carl: User) -> None:
    give("survey")
    sign_in(carl, {"survey": lambda _page: {"satisfied": "Very", "comment": "More tea."}})
    assert FlowRun.objects.get().entries.get().text == "Very. More tea."
    sign_in(carl)
    assert path() == (["due", "end"], "finished")


def test_closed_for_maintenance_but_for_those_with_the_passcode(carl: User) -> None:
    ((_title, passcode),) = give("maintenance")
    assert "closed for maintenance" in text_of(sign_in(carl, {"closed": lambda _page: {"code": "a guess at it"}}))
    sign_in(carl, {"closed": lambda _page: {"code": passcode}})
    assert path() == (["closed", "end"], "finished")


def test_every_template_is_met_here() -> None:
    source = Path(__file__).read_text()
    assert [name for name in flow_templates.NAMES if f'give("{name}")' not in source] == []
