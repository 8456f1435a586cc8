"""A day of the organisation, while its policies change: every row that it writes gives the same answer again."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest
from django.test import Client

from accounts.models import LoginRecord, VerificationRecord
from sessions_policy import policy_book, replay
from sessions_policy.models import DecisionRecord, OrganisationSettings
from tests.accounts.people import (
    PASSWORD,
    Authenticator,
    assured_profile,
    give_authenticator,
    give_password,
    move,
    permission_set,
    person,
    profile,
    robot,
    rule,
    sign_in,
)
from tests.loginflows.flows import END, TERMS, active, assign
from tests.oauth.world import JWT_BEARER, app, approve, assertion, authorize_url, call, jwt_app, refresh, token_request, tokens

pytestmark = pytest.mark.django_db

FAR = {"REMOTE_ADDR": "198.51.100.7"}


def a_day() -> None:
    """Let people and programs come, while administrators change what they ask."""
    sara, assured = person("sara"), person("tom", assured_profile())
    phone, toms = give_authenticator(sara), give_authenticator(assured)
    client = Client()
    sign_in(client, sara)
    web = app(session_policy="raise")
    client.get(authorize_url(web))
    rule("reports", "raise", 10)
    step_up(client, phone)
    given = tokens(client, web)
    call("/api/v1/reports/", given["access_token"])
    refresh(web, given["refresh_token"])
    approve(client, app("fragment", "implicit"), response_type="token")
    give_password(Client(), assured)
    sign_in(Client(), assured, toms)
    move("authenticator_app", "standard")
    give_password(Client(), assured)
    move("authenticator_app", "high_assurance")
    give_password(Client(), person("newcomer", assured.profile))
    programs(sara, assured)
    fences(sara)
    flows()


def step_up(client: Client, phone: Authenticator) -> None:
    """Ask for the reports, give a wrong code and then the right one."""
    link = client.get("/reports/").headers["Location"]
    client.post(link, {"code": "000000"})
    client.post(link, {"code": phone.code()})
    client.get("/reports/")


def programs(sara: Any, assured: Any) -> None:
    """Let programs in by every grant, and refuse some."""
    job = jwt_app(permitted_users="admin_approved")
    job.approved_profiles.add(sara.profile, assured.profile)
    script = app("script", "password", redirect_uris="")
    runner = robot()
    give_password(Client(), runner)
    service = app("service", "client_credentials", redirect_uris="", run_as=runner)
    for user in (sara, assured):
        token_request(None, JWT_BEARER, assertion=assertion(job, user.username))
        token_request(script, "password", username=user.username, password=PASSWORD)
        Client().post("/api/v1/login/", {"username": user.username, "password": PASSWORD})
        Client(**FAR).post("/api/v1/login/", {"username": user.username, "password": PASSWORD})
    token_request(service, "client_credentials")
    service.session_policy = "raise"
    service.save()
    token_request(service, "client_credentials")
    client = Client()
    sign_in(client, sara)
    bridge = app("bridge", scopes=["web", "api", "refresh_token"])
    given = tokens(client, bridge, scope="web api refresh_token")
    answer = Client().post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {given['access_token']}"})
    Client().get(answer.json()["frontdoor_uri"].partition("8000")[2])


def fences(sara: Any) -> None:
    """Demand two factors, hours and networks, and come from elsewhere."""
    permission_set(sara, name="Strict", two_factor_ui=True, two_factor_api=True)
    give_password(Client(), sara)
    profile("Standard User", ip_ranges="127.0.0.0/8")
    Client(**FAR).post("/login/", {"username": "sara", "password": PASSWORD})
    profile("Standard User", ip_ranges="", login_hours={"0": ["00:00", "00:01"]})
    give_password(Client(), sara)
    OrganisationSettings(time_zone="Pacific/Kiritimati").save()
    profile("Standard User", login_hours={})
    Client(**FAR).post("/login/", {"username": person("ann").username, "password": PASSWORD})
    OrganisationSettings(sample_allowed=100).save()
    policy_book.refresh()
    ann = Client()
    sign_in(ann, person("bob", profile("Plain")))
    ann.get("/security/")


def flows() -> None:
    """Run a login flow to each of its ends."""
    contractor = profile("Contractor")
    version = active(TERMS, END)
    assign(version, contractor)
    policy_book.refresh()
    give_password(Client(), person("carl", contractor))
    version.retire()


def test_every_row_of_the_day_is_decided_the_same_way_again() -> None:
    a_day()
    rows = [*LoginRecord.objects.all(), *VerificationRecord.objects.all(), *DecisionRecord.objects.all()]
    replayed = [replay.under_its_own(row.inputs) for row in rows]
    for row, found in zip(rows, replayed, strict=True):
        assert found is not None, row
        assert found.agrees, (row, found.recorded.reason, found.decision.reason, found.recorded.revision)
    known = [found for found in replayed if found is not None]
    assert len({found.recorded.revision for found in known}) > 6
    reasons = {found.decision.reason.value for found in known}
    assert reasons >= {
        "allowed",
        "level.profile",
        "level.resource",
        "level.app",
        "level.unreachable",
        "two_factor.ui",
        "activation.unknown_device",
        "activation.security_token",
        "grant.no_approval_step.profile",
        "grant.no_approval_step.app",
        "network.outside_ranges",
        "hours.outside",
        "flow.unfinished",
    }
    channels = {found.recorded.facts.channel.value for found in known}
    assert channels == {"browser", "api_login", "grant", "token", "bridge"}


def test_a_decision_keeps_the_answer_and_the_revision_of_its_row() -> None:
    a_day()
    for row in DecisionRecord.objects.all():
        found = replay.read(row.inputs)
        assert found is not None
        assert (row.outcome, row.reason, row.revision) == (found.outcome, found.reason, found.revision)


def test_no_row_holds_a_secret() -> None:
    a_day()
    kept = json.dumps([*chain(*(model.objects.values_list("inputs", flat=True) for model in (LoginRecord, DecisionRecord)))])
    kept += json.dumps([*DecisionRecord.objects.values_list("trace", flat=True)])
    for secret in (PASSWORD, "000000"):
        assert secret not in kept


def test_todays_policies_may_answer_otherwise() -> None:
    sara = person("sara")
    give_authenticator(sara)
    sign_in(Client(), sara)
    row = LoginRecord.objects.get()
    profile("Standard User", required_level="high_assurance")
    then, today = replay.under_its_own(row.inputs), replay.under(policy_book.current(), row.inputs)
    assert then is not None and then.decision.allowed
    # Nobody looked up her methods then: those of today are taken.
    assert today is not None and (today.decision.outcome, today.decision.methods) == ("verify", ("authenticator_app",))


def test_the_button_on_the_row_says_so() -> None:
    ada = person("ada", assured_profile(), is_staff=True, is_superuser=True)
    desk, sara = Client(), person("sara")
    give_authenticator(sara)
    sign_in(desk, ada, give_authenticator(ada))
    sign_in(Client(), sara)
    row = LoginRecord.objects.get(user=sara)
    page = f"/admin/accounts/loginrecord/{row.pk}/"
    assert f'href="{page}replay/"' in desk.get(page + "change/").content.decode()
    assert desk.get(page + "replay/").context["same"]
    profile("Standard User", required_level="high_assurance")
    shown = desk.get(page + "replay/")
    assert not shown.context["same"]
    assert (shown.context["then"]["code"], shown.context["today"]["code"]) == ("allowed", "level.profile")
