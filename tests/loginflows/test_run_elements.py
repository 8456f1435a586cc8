"""Elements in real logins: real codes, real devices, real budgets, real rows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import secrets_at_rest
from accounts.devices import recovery_code
from accounts.models import AuthenticatorDevice, LoginRecord, User, VerificationRecord
from loginflows import actions
from loginflows.models import AcceptedTerms, FlowEntry, FlowRun, FlowSecret, UserAttribute, UserAttributeValue
from sessions_policy import policy_book
from sessions_policy.models import OrganisationSettings, TrustedNetwork, UserSession
from tests.accounts.people import Authenticator, give_authenticator, give_password, move, person, profile, sign_in
from tests.loginflows.flows import END, WELCOME, active, assign
from tests.loginflows.signing_in import FLOW, answer, form, is_signed_in, waiting

pytestmark = pytest.mark.django_db
VERIFY = {"id": "verify", "kind": "verify", "title": "Confirm it is you", "methods": ["authenticator_app", "recovery_code"]}
RAISE = {"id": "raise", "kind": "raise_level", "level": "high_assurance"}


@pytest.fixture
def carl() -> User:
    return person("carl", profile("Contractor"), first_name="Carl")


def meet(client: Client, user: User, *rows: dict[str, Any]) -> Any:
    """Give the user's profile the flow, and sign in up to its first screen."""
    assign(active(*rows), user.profile)
    response = give_password(client, user)
    assert response.headers["Location"] == FLOW
    return client.get(FLOW)


def level(client: Client) -> str:
    return str(client.get("/api/v1/session/").json()["level"])


def secret_on(page: str) -> str:
    """Return the key that a screen shows."""
    found = re.search(r"secret=([A-Z2-7]+)", page)
    assert found is not None
    return found[1]


# Verifying.
def test_a_code_of_the_app_is_asked_and_counts(client: Client, carl: User) -> None:
    authenticator = give_authenticator(carl)
    page = meet(client, carl, VERIFY, END)
    assert b"<strong>Phone</strong>" in page.content
    assert answer(client, code=authenticator.code()).headers["Location"] == "/"
    assert level(client) == "high_assurance"
    row = VerificationRecord.objects.get()
    assert (row.status, row.method, row.activity) == ("succeeded", "authenticator_app", "login flow Contractor terms")


def test_a_used_code_is_refused(client: Client, carl: User) -> None:
    authenticator = give_authenticator(carl)
    carl.authenticators.update(last_step=2**40)
    meet(client, carl, VERIFY, END)
    response = answer(client, code=authenticator.code())
    assert response.status_code == 403
    assert b"already used" in response.content


@pytest.mark.parametrize(("code", "said"), [("12345", "It must be 6"), ("abcdef", "Use digits only"), ("", "Fill this in")])
def test_what_is_no_code_costs_no_try(client: Client, carl: User, code: str, said: str) -> None:
    give_authenticator(carl)
    meet(client, carl, VERIFY, END)
    response = answer(client, code=code)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not VerificationRecord.objects.exists()


def test_the_tries_of_a_login_end_it_and_the_account_counts_on(client: Client, carl: User) -> None:
    give_authenticator(carl)
    meet(client, carl, {**VERIFY, "tries": 2, "failed": "Call the help desk."}, END)
    assert "1 try left" in answer(client, code="000000").content.decode()
    response = answer(client, code="000000")
    assert response.status_code == 403
    assert b"Call the help desk." in response.content
    assert not is_signed_in(client)
    assert VerificationRecord.objects.filter(status="failed_invalid_code").count() == 2


def test_the_budget_of_the_account_pauses_the_screen(client: Client, carl: User) -> None:
    authenticator = give_authenticator(carl)
    for _login in range(2):
        if not FlowRun.objects.exists():
            meet(client, carl, {**VERIFY, "tries": 6}, END)
        else:
            give_password(client, carl)
        for _try in range(5):
            response = answer(client, code="000000")
    response = answer(client, code=authenticator.code())
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 3000
    assert not is_signed_in(client)


def test_a_recovery_code_is_another_way(client: Client, carl: User, django_capture_on_commit_callbacks: Any) -> None:
    give_authenticator(carl)
    code = recovery_code.generate(carl)[0]
    meet(client, carl, VERIFY, END)
    assert answer(client, use_recovery_code="yes").headers["Location"] == FLOW
    with django_capture_on_commit_callbacks(execute=True):
        assert answer(client, code=code).headers["Location"] == "/"
    assert "recovery code" in mail.outbox[0].subject


def test_the_level_is_raised_by_the_flow(client: Client, carl: User) -> None:
    authenticator = give_authenticator(carl)
    move("authenticator_app", "standard")
    meet(client, carl, VERIFY, RAISE, END)
    answer(client, code=authenticator.code())
    assert level(client) == "high_assurance"
    assert UserSession.objects.get(user=carl).level == "high_assurance"


def test_a_method_is_set_up_in_the_flow(client: Client, carl: User, django_capture_on_commit_callbacks: Any) -> None:
    page = meet(client, carl, {"id": "enrol", "kind": "enrol", "title": "Set up an app"}, VERIFY, END)
    secret = secret_on(page.content.decode())
    assert secret_on(client.get(FLOW).content.decode()) == secret
    assert answer(client, name="Phone", code="000000").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert answer(client, name="Phone", code=Authenticator(secret).code()).headers["Location"] == "/"
    assert AuthenticatorDevice.objects.get().name == "Phone"
    assert level(client) == "high_assurance"
    assert "added" in mail.outbox[0].subject


def test_a_new_key_is_another_one(client: Client, carl: User) -> None:
    page = meet(client, carl, {"id": "enrol", "kind": "enrol", "title": "Set up an app"}, END)
    answer(client, restart="yes")
    assert secret_on(client.get(FLOW).content.decode()) != secret_on(page.content.decode())


def test_recovery_codes_are_shown_once(client: Client, carl: User) -> None:
    give_authenticator(carl)
    meet(client, carl, {"id": "codes", "kind": "recovery_codes", "title": "Recovery codes"}, END)
    page = answer(client, make="yes").content.decode()
    codes = re.findall(r"<code>([0-9A-Z-]{19})</code>", page)
    assert len(codes) == 10
    assert codes[0] not in client.get(FLOW).content.decode()
    assert answer(client, saved="on").headers["Location"] == "/"
    assert carl.recovery_codes.count() == 10


# Codes by mail, and secrets of the flow's own.
def test_a_code_by_mail(client: Client, carl: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = meet(client, carl, {"id": "mail", "kind": "email_code", "title": "Look into your mail"}, END)
    assert b"c***@example.org" in page.content
    found = re.search(r"\b(\d{6})\b", mail.outbox[0].body)
    assert found is not None
    assert answer(client, code="000000" if found[1] != "000000" else "000001").status_code == 403
    assert answer(client, code=found[1]).headers["Location"] == "/"
    assert level(client) == "standard"
    assert found[1] not in str(FlowRun.objects.get().path)


def test_a_second_mail_waits(client: Client, carl: User) -> None:
    meet(client, carl, {"id": "mail", "kind": "email_code", "title": "Look into your mail"}, END)
    answer(client, again="yes")
    assert "You can ask for another one in" in client.get(FLOW).content.decode()


OWN = {"id": "own", "kind": "totp_check", "title": "The vault's code", "keep_as": "vault", "on_failure": "go_on"}
RAISE_IF_KNOWN = {
    "id": "known",
    "kind": "decision",
    "title": "Was it known?",
    "outcomes": [
        {
            "id": "yes",
            "conditions": [{"subject": "results.own", "operator": "is", "value": "succeeded"}],
            "elements": [RAISE],
        }
    ],
}


def test_a_second_factor_of_the_organisations_own(client: Client, carl: User) -> None:
    page = meet(client, carl, OWN, RAISE_IF_KNOWN, END)
    totp = pyotp.TOTP(secret_on(page.content.decode()))
    answer(client, code=totp.now())
    assert level(client) == "standard"
    assert FlowSecret.objects.get().secret == totp.secret
    client.post("/logout/")
    give_password(client, carl)
    assert b"secret=" not in client.get(FLOW).content
    assert answer(client, code=totp.now()).status_code == 403
    FlowSecret.objects.update(last_step=0)
    answer(client, code=totp.now())
    assert level(client) == "high_assurance"


def test_who_has_a_method_registers_nothing_without_it(client: Client, carl: User) -> None:
    give_authenticator(carl)
    page = meet(client, carl, OWN, RAISE_IF_KNOWN, END)
    refused = answer(client, code=pyotp.TOTP(secret_on(page.content.decode())).now())
    assert "First confirm that it is you" in refused.content.decode()
    assert not FlowSecret.objects.exists()


def test_the_owner_is_told_of_a_registered_secret(client: Client, carl: User, django_capture_on_commit_callbacks: Any) -> None:
    page = meet(client, carl, OWN, RAISE_IF_KNOWN, END)
    with django_capture_on_commit_callbacks(execute=True):
        answer(client, code=pyotp.TOTP(secret_on(page.content.decode())).now())
    assert FlowSecret.objects.exists()
    assert any("A sign-in method was added" in each.subject for each in mail.outbox)


def test_a_passcode_is_kept_encrypted_and_lets_in(client: Client, carl: User) -> None:
    gate = {"id": "gate", "kind": "passcode", "title": "Closed for maintenance", "passcode": "open sesame"}
    meet(client, carl, gate, END)
    kept = FlowRun.objects.get().flow_version.definition["elements"][0]["passcode"]
    assert "sesame" not in kept and kept.startswith("encrypted:")
    assert answer(client, code="open says me").status_code == 403
    assert answer(client, code="open sesame").headers["Location"] == "/"
    assert level(client) == "standard"


# Data.
FORM = {
    "id": "form",
    "kind": "form",
    "title": "About you",
    "fields": [
        {"name": "phone", "label": "Phone", "keep": "attribute", "attribute": "phone"},
        {"name": "first_name", "label": "First name", "keep": "attribute", "attribute": "first_name"},
        {"name": "how", "label": "How do you come?", "type": "choice", "choices": ["by foot", "by bike"]},
        {"name": "word", "label": "Secret word", "secret": True},
    ],
}
FILLED = {"phone": "0123", "first_name": "Charles", "how": "by bike", "word": "swordfish"}


def test_a_form_is_kept_where_it_says(client: Client, carl: User) -> None:
    UserAttribute.objects.create(name="phone", label="Phone")
    note = {"id": "note", "kind": "history_entry", "text": "{user.first_name} comes {variables.how}, {variables.word}"}
    meet(client, carl, FORM, WELCOME, note, END)
    assert answer(client, **{**FILLED, "phone": ""}).status_code == 400
    answer(client, **FILLED)
    session = str(client.session.load() if hasattr(client.session, "load") else "")
    assert "swordfish" not in session
    answer(client)
    carl.refresh_from_db()
    assert carl.first_name == "Charles"
    assert UserAttributeValue.objects.get().value == "0123"
    assert FlowEntry.objects.get().text == "Charles comes by bike, ••••"
    assert "swordfish" not in str(FlowRun.objects.get().path)


def test_what_was_typed_is_there_again_but_not_a_secret(client: Client, carl: User) -> None:
    UserAttribute.objects.create(name="phone", label="Phone")
    meet(client, carl, FORM, END)
    page = answer(client, **{**FILLED, "how": ""}).content.decode()
    assert 'value="0123"' in page
    assert "swordfish" not in page


def test_the_old_address_hears_of_a_new_one(client: Client, carl: User, django_capture_on_commit_callbacks: Any) -> None:
    authenticator = give_authenticator(carl)
    confirm = {"id": "confirm", "kind": "confirm_details", "title": "Is this right?", "attributes": ["email", "last_name"]}
    meet(client, carl, VERIFY, confirm, END)
    answer(client, code=authenticator.code())
    with django_capture_on_commit_callbacks(execute=True):
        answer(client, email="new@example.org", last_name="Carlson")
    carl.refresh_from_db()
    assert (carl.email, carl.last_name) == ("new@example.org", "Carlson")
    assert mail.outbox[-1].to == ["carl@example.org"]


def test_terms_are_asked_once_for_each_version(client: Client, carl: User) -> None:
    terms = {
        "id": "terms",
        "kind": "terms",
        "title": "Terms",
        "text": "Text",
        "version": "1",
        "document": "rules",
        "once": True,
    }
    meet(client, carl, terms, END)
    answer(client, accept="on")
    client.post("/logout/")
    assert give_password(client, carl).headers["Location"] == FLOW
    assert client.get(FLOW).headers["Location"] == "/"
    row = AcceptedTerms.objects.get()
    assert (row.document, row.terms_version) == ("rules", "1")


# Sessions, mails, places.
def test_the_oldest_session_makes_room(client: Client, carl: User) -> None:
    older = Client()
    sign_in(older, carl)
    assign(active({"id": "limit", "kind": "limit_sessions", "most": 1, "action": "end_oldest"}, END), carl.profile)
    give_password(client, carl)
    client.get(FLOW)
    assert is_signed_in(client)
    assert not is_signed_in(older)


def test_too_many_sessions_are_refused(client: Client, carl: User) -> None:
    older = Client()
    sign_in(older, carl)
    page = meet(client, carl, {"id": "limit", "kind": "limit_sessions", "most": 1, "action": "deny"}, END)
    assert page.status_code == 403
    assert b"as many running sessions" in page.content
    assert is_signed_in(older)


def test_a_session_that_timed_out_takes_no_place(client: Client, carl: User) -> None:
    older = Client()
    sign_in(older, carl)
    UserSession.objects.filter(user=carl).update(last_seen=timezone.now() - timedelta(hours=20))
    page = meet(client, carl, {"id": "limit", "kind": "limit_sessions", "most": 1, "action": "deny"}, END)
    assert page.headers["Location"] == "/"


def test_a_mail_goes_where_the_flow_says(client: Client, carl: User, django_capture_on_commit_callbacks: Any) -> None:
    row = {
        "id": "m",
        "kind": "send_mail",
        "to": "soc@example.org",
        "subject": "Login\\nof {user.username}",
        "text": "{time.date}",
    }
    with django_capture_on_commit_callbacks(execute=True):
        meet(client, carl, {**row, "subject": "Login\nof {user.username}"}, END)
    assert mail.outbox[0].to == ["soc@example.org"]
    assert mail.outbox[0].subject.endswith("Login of carl")


def test_a_flow_may_lead_elsewhere(client: Client, carl: User, settings: Any) -> None:
    where = "https://intranet.example.org/welcome"
    settings.LOGIN_FLOW_LOCATIONS = [where]
    page = meet(
        client,
        carl,
        WELCOME,
        {"id": "end", "kind": "finish_at", "location": where},
    )
    assert "https://intranet.example.org" in page.headers["Content-Security-Policy"]
    assert answer(client).headers["Location"] == where
    assert is_signed_in(client)


def test_a_flow_may_lead_to_a_page_of_this_site(client: Client, carl: User) -> None:
    page = meet(client, carl, {"id": "end", "kind": "finish_at", "location": "/security/"})
    assert page.headers["Location"] == "/security/"


# Actions of developers.
@pytest.fixture
def push() -> Any:
    def ask(run: actions.ActionRun, strict: bool = False) -> dict[str, Any]:
        if strict:
            raise actions.ActionFailed("said no")
        return {"score": 3}

    actions.login_flow_action("push", label="Ask the phone", outputs={"score": int}, verifies=True)(ask)
    yield
    actions.forget("push")


def test_an_action_verifies_and_the_level_rises(client: Client, carl: User, push: None) -> None:
    row = {"id": "push", "kind": "python_action", "action": "push", "outputs": [{"name": "score", "value": "points"}]}
    meet(client, carl, row, RAISE, END)
    assert level(client) == "high_assurance"
    assert FlowRun.objects.get().path[0]["after"] == {"points": 3}


def test_an_action_that_says_no_ends_the_login(client: Client, carl: User, push: None) -> None:
    row = {"id": "push", "kind": "python_action", "action": "push", "inputs": [{"name": "strict", "value": "true"}]}
    page = meet(client, carl, row, END)
    assert page.status_code == 403
    assert not is_signed_in(client)


def test_an_error_in_an_action_ends_the_login_with_a_reference(client: Client, carl: User) -> None:
    def break_it(run: actions.ActionRun) -> dict[str, Any]:
        raise ZeroDivisionError

    actions.login_flow_action("broken")(break_it)
    try:
        page = meet(client, carl, {"id": "a", "kind": "python_action", "action": "broken"}, END)
    finally:
        actions.forget("broken")
    assert page.status_code == 403
    run = FlowRun.objects.get()
    assert (run.outcome, run.reference) == ("failed", page.context["reference"])
    assert LoginRecord.objects.get(reference=run.reference).status == "refused"


# Decisions on the world.
def office(then: dict[str, Any], subject: str, operator: str, value: str = "") -> dict[str, Any]:
    rows = [{"subject": subject, "operator": operator, "value": value}]
    outcomes = [{"id": "yes", "conditions": rows, "elements": [{**WELCOME, "id": "yes"}]}]
    return {"id": "d", "kind": "decision", "title": "Which?", "outcomes": outcomes, "otherwise": {"elements": [then]}}


NO = {**WELCOME, "id": "no"}


@pytest.mark.parametrize(
    ("subject", "operator", "value", "expected"),
    [
        ("login.network", "is", "trusted", "yes"),
        ("login.ip", "in_network", "127.0.0.0/8", "yes"),
        ("login.in_profile_ranges", "is_true", "", "yes"),
        ("login.type", "is", "password", "yes"),
        ("login.platform", "is", "ios", "yes"),
        ("login.app", "is_empty", "", "yes"),
        ("login.session_level", "is", "standard", "yes"),
        ("login.second_factor", "is_true", "", "no"),
        ("login.first_ever", "is_true", "", "yes"),
        ("login.first_today", "is_true", "", "yes"),
        ("login.first_this_year", "is_true", "", "yes"),
        ("login.days_since_last", "at_least", "0", "no"),
        ("user.username", "is", "carl", "yes"),
        ("user.days_since_joined", "is", "0", "yes"),
        ("profile.name", "is", "Contractor", "yes"),
        ("profile.required_level", "is", "none", "yes"),
        ("time.within_login_hours", "is_true", "", "yes"),
        ("time.hour", "at_least", "0", "yes"),
        ("device.remembered", "is_true", "", "no"),
        ("sessions.count", "is", "0", "yes"),
        ("methods.has_authenticator", "is_true", "", "no"),
        ("methods.has_second_factor", "is_false", "", "yes"),
        ("methods.recovery_codes_left", "is", "0", "yes"),
    ],
)
def test_what_the_flow_knows_of_the_login(
    client: Client, carl: User, subject: str, operator: str, value: str, expected: str
) -> None:
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"
    meet(client, carl, office(NO, subject, operator, value), END)
    assert waiting(client) == expected


def test_the_first_login_of_a_day_is_the_first_only(client: Client, carl: User) -> None:
    meet(client, carl, office(NO, "login.first_today", "is_true"), END)
    assert waiting(client) == "yes"
    answer(client)
    client.post("/logout/")
    give_password(client, carl)
    assert waiting(client) == "no"


def test_without_a_trusted_network_none_is_trusted(client: Client, carl: User) -> None:
    TrustedNetwork.objects.all().delete()
    organisation = OrganisationSettings.load()
    organisation.device_activation = False
    organisation.save()
    policy_book.refresh()
    meet(client, carl, office(NO, "login.network", "is", "trusted"), END)
    assert waiting(client) == "no"


def test_the_secret_of_an_enrolment_is_not_in_the_session(client: Client, carl: User) -> None:
    page = meet(client, carl, {"id": "enrol", "kind": "enrol", "title": "Set up an app"}, END)
    kept = str(client.session["pending_login"])
    assert secret_on(page.content.decode()) not in kept
    assert form(client)["run"] in kept
    assert secrets_at_rest.decrypt(client.session["pending_login"]["data"]["login_flow"]["hidden"])


def test_an_address_that_was_taken_back_is_not_led_to(client: Client, carl: User, settings: Any) -> None:
    where = "https://intranet.example.org/welcome"
    settings.LOGIN_FLOW_LOCATIONS = [where]
    meet(client, carl, WELCOME, {"id": "end", "kind": "finish_at", "location": where})
    settings.LOGIN_FLOW_LOCATIONS = []
    assert "intranet" not in client.get(FLOW).headers["Content-Security-Policy"]
    assert answer(client).headers["Location"] == "/"


def test_a_flow_whose_secret_no_key_can_read_can_still_be_retired(client: Client, carl: User, settings: Any) -> None:
    gate = {"id": "gate", "kind": "passcode", "title": "Closed", "passcode": "open sesame"}
    meet(client, carl, gate, END)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    version = FlowRun.objects.get().flow_version
    version.retire()
    assert version.state == "retired"
