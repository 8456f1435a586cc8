"""The flow as a stage of the login: held before there is a session, with no way around."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import LoginRecord, User
from loginflows import engine
from loginflows.models import AcceptedTerms, FlowAssignment, FlowRun, FlowVersion
from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord, UserSession
from tests.accounts.people import assured_profile, give_authenticator, give_password, is_asked_for_a_code, person, profile
from tests.loginflows.flows import END, OUT, TERMS, WELCOME, active, assign, elements

pytestmark = pytest.mark.django_db
FLOW = "/login/flow/"


@pytest.fixture
def carl() -> User:
    """A contractor, who has to accept terms at every login."""
    assign(active(TERMS, END), profile("Contractor"))
    return person("carl", profile("Contractor"))


def form(client: Client) -> dict[str, str]:
    """Return the hidden fields of the screen that waits."""
    page = client.get(FLOW).content.decode()
    fields = re.findall(r'<input type="hidden" name="(run|element)" value="([^"]*)"', page)
    assert {"run", "element"} <= dict(fields).keys(), page
    return dict(fields)


def accept(client: Client, **changes: Any) -> Any:
    """Accept the terms that wait."""
    return client.post(FLOW, {**form(client), "accept": "on", **changes})


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/me/").status_code == 200


def test_a_contractor_is_signed_in_after_accepting(client: Client, carl: User) -> None:
    assert give_password(client, carl).headers["Location"] == FLOW
    page = client.get(FLOW)
    assert page.status_code == 200
    assert b"Keep what you see to yourself." in page.content
    response = accept(client)
    assert response.headers["Location"] == "/"
    assert client.get("/api/v1/me/").json()["username"] == "carl"


def test_there_is_no_session_before_the_flow_has_finished(client: Client, carl: User) -> None:
    give_password(client, carl)
    client.get(FLOW)
    assert not UserSession.objects.filter(user=carl).exists()
    assert not LoginRecord.objects.filter(status="success").exists()


@pytest.mark.parametrize("path", ["/", "/security/", "/reports/", "/admin/", "/step-up/", "/login/verify/", "/login/enrol/"])
def test_every_other_address_leads_back_to_the_flow(client: Client, carl: User, path: str) -> None:
    give_password(client, carl)
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (302, FLOW)
    assert not is_signed_in(client)


def test_the_flow_comes_at_every_login_and_the_page_asked_for_after_it(client: Client, carl: User) -> None:
    for _time in range(2):
        assert give_password(client, carl, next="/security/").headers["Location"] == FLOW
        assert accept(client).headers["Location"] == "/security/"
        client.post("/logout/")
    assert AcceptedTerms.objects.filter(user=carl, terms_version="2026-11").count() == 2


def test_the_flow_comes_after_the_second_factor(client: Client) -> None:
    assured = assured_profile()
    assign(active(WELCOME, END), assured)
    bob = person("bob", assured)
    authenticator = give_authenticator(bob)
    assert is_asked_for_a_code(give_password(client, bob))
    assert client.get(FLOW).headers["Location"] == "/login/verify/"
    assert client.post("/login/verify/", {"code": authenticator.code()}).headers["Location"] == FLOW
    assert client.post(FLOW, form(client)).headers["Location"] == "/"
    assert client.get("/api/v1/session/").json()["level"] == "high_assurance"


def test_not_ticking_the_box_says_so_at_the_box(client: Client, carl: User) -> None:
    give_password(client, carl)
    response = client.post(FLOW, form(client))
    assert response.status_code == 400
    assert "accept" in response.context["form"].errors
    assert not is_signed_in(client)


def test_declining_ends_the_login_with_a_reason_and_a_reference(client: Client, carl: User) -> None:
    give_password(client, carl)
    response = client.post(FLOW, {**form(client), "decline": "yes"})
    assert response.status_code == 403
    assert b"You did not accept the terms" in response.content
    reference = response.context["reference"]
    assert DecisionRecord.objects.get(reference=reference).user == carl
    assert LoginRecord.objects.get(reference=reference).status == "refused"
    assert client.get(FLOW).headers["Location"].startswith("/login/")
    assert not is_signed_in(client)


def test_a_flow_that_logs_out_lets_nobody_in(client: Client) -> None:
    assign(active(TERMS, END), profile("Contractor"))
    version = FlowVersion.objects.get()
    FlowVersion.objects.update(definition=elements(WELCOME, OUT))
    give_password(client, person("carl", version.flow.assignments.get().profile))
    response = client.post(FLOW, form(client))
    assert response.status_code == 403
    assert b"The site is closed until Monday." in response.content
    assert not is_signed_in(client)


def test_signing_out_ends_the_flow(client: Client, carl: User) -> None:
    give_password(client, carl)
    client.post("/logout/")
    assert client.get(FLOW).headers["Location"].startswith("/login/")
    assert not is_signed_in(client)


def test_without_a_login_there_is_no_flow(client: Client, carl: User) -> None:
    assert client.get(FLOW).headers["Location"].startswith("/login/")
    assert client.post(FLOW, {"run": "r", "element": "terms", "accept": "on"}).headers["Location"].startswith("/login/")


def test_two_tabs_answer_once(client: Client) -> None:
    assign(active(WELCOME, TERMS, END), profile("Contractor"))
    give_password(client, person("carl", profile("Contractor")))
    first_tab = second_tab = form(client)
    assert client.post(FLOW, first_tab).headers["Location"] == FLOW
    response = client.post(FLOW, second_tab)
    assert response.status_code == 409
    assert response.context["element"].id == "terms"
    assert not is_signed_in(client)


def test_a_replayed_acceptance_changes_nothing(client: Client, carl: User) -> None:
    give_password(client, carl)
    fields = {**form(client), "accept": "on"}
    client.post(FLOW, fields)
    replayed = client.post(FLOW, fields)
    assert replayed.headers["Location"].startswith("/login/")
    assert AcceptedTerms.objects.count() == 1
    assert LoginRecord.objects.filter(status="success").count() == 1


def test_a_form_of_an_earlier_login_accepts_for_nobody(client: Client, carl: User) -> None:
    give_password(client, carl)
    old = {**form(client), "accept": "on"}
    cleo = person("cleo", profile("Contractor"))
    client.post("/logout/")
    give_password(client, cleo)
    response = client.post(FLOW, old)
    assert response.status_code == 409
    assert not AcceptedTerms.objects.exists()
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "changes", [{"accept": ["on", "on"]}, {"extra": "1"}, {"accept": "off"}, {"accept": "on", "decline": "yes"}]
)
def test_forged_answers_do_not_pass(client: Client, carl: User, changes: dict[str, Any]) -> None:
    give_password(client, carl)
    response = client.post(FLOW, {**form(client), **changes})
    assert response.status_code == 400
    assert response.context["notice"]
    assert not is_signed_in(client)


def test_a_running_login_finishes_on_the_version_that_it_began(client: Client, carl: User) -> None:
    give_password(client, carl)
    fields = {**form(client), "accept": "on"}
    began = FlowVersion.objects.get()
    began.flow.new_draft(elements(WELCOME, {**TERMS, "version": "2027-01"}, END)).activate()
    policy_book.refresh()
    assert client.post(FLOW, fields).headers["Location"] == "/"
    row = AcceptedTerms.objects.get()
    assert (row.flow_version, row.terms_version) == (began, "2026-11")


def test_a_flow_that_is_lifted_meanwhile_holds_nobody(client: Client, carl: User) -> None:
    give_password(client, carl)
    client.get(FLOW)
    FlowAssignment.objects.get().delete()
    policy_book.refresh()
    assert client.get(FLOW).headers["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize("broken", [{"elements": []}, {"elements": [{"id": "x", "kind": "teleport"}]}, elements(WELCOME)])
def test_a_broken_flow_ends_the_login_with_a_reference(client: Client, carl: User, broken: dict[str, Any]) -> None:
    FlowVersion.objects.update(definition=broken)
    give_password(client, carl)
    response = client.get(FLOW)
    if response.status_code == 200:
        response = client.post(FLOW, form(client))
    assert response.status_code == 403
    assert LoginRecord.objects.get(reference=response.context["reference"]).status == "refused"
    assert not is_signed_in(client)


def test_a_version_that_is_gone_ends_the_login(client: Client, carl: User) -> None:
    give_password(client, carl)
    fields = {**form(client), "accept": "on"}
    FlowRun.objects.all().delete()
    FlowVersion.objects.all().delete()
    LoginRecord.objects.all().delete()
    other = active(WELCOME, END, name="Other")
    FlowAssignment.objects.update(flow=other.flow)
    policy_book.refresh()
    assert client.post(FLOW, fields).status_code == 403
    assert not is_signed_in(client)


def test_an_error_in_an_element_ends_the_login(client: Client, carl: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise ZeroDivisionError

    give_password(client, carl)
    fields = {**form(client), "accept": "on"}
    monkeypatch.setattr(engine, "submit", fail)
    assert client.post(FLOW, fields).status_code == 403
    assert not is_signed_in(client)


def test_the_form_needs_its_security_token(carl: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/login/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    assert give_password(strict, carl, csrfmiddlewaretoken=token[1]).headers["Location"] == FLOW
    assert strict.post(FLOW, {**form(strict), "accept": "on"}).status_code == 403
    assert AcceptedTerms.objects.count() == 0
