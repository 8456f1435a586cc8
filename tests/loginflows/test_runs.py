"""Runs: begun once, moved by one, on the versions that they began, written down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from loginflows import runs
from loginflows.models import AcceptedTerms, FlowEntry, FlowRun, LoginFlow
from sessions_policy import policy_book
from tests.accounts.people import give_password, person, profile
from tests.loginflows.flows import END, TERMS, WELCOME, active, assign, elements
from tests.loginflows.signing_in import FLOW, answer, form, is_signed_in

NOTE = {"id": "note", "kind": "history_entry", "text": "Here"}


@pytest.fixture
def carl(db: None) -> User:
    assign(active(WELCOME, NOTE, TERMS, END), profile("Contractor"))
    return person("carl", profile("Contractor"))


def begin(client: Client, user: User) -> FlowRun:
    give_password(client, user)
    client.get(FLOW)
    return FlowRun.objects.latest("pk")


def test_a_run_is_written_down_with_its_path(client: Client, carl: User) -> None:
    run = begin(client, carl)
    assert (run.user, run.outcome, run.element) == (carl, "running", "welcome")
    answer(client)
    answer(client, accept="on")
    run.refresh_from_db()
    assert (run.outcome, run.reason, run.element) == ("finished", "finish", "end")
    assert [step["element"] for step in run.path] == ["welcome", "note", "terms", "end"]
    assert [step["effects"] for step in run.path] == [[], ["history_entry"], ["accepted"], []]
    assert run.ended is not None and run.reference and run.ip == "127.0.0.1"
    assert FlowEntry.objects.get().run == run


def test_declining_is_written_down_too(client: Client, carl: User) -> None:
    run = begin(client, carl)
    answer(client)
    answer(client, decline="yes")
    run.refresh_from_db()
    assert (run.outcome, run.reason) == ("logged_out", "declined")


def test_looking_writes_nothing(client: Client, carl: User) -> None:
    begin(client, carl)
    before = client.session["pending_login"]
    client.get(FLOW)
    client.get(FLOW)
    assert client.session["pending_login"] == before
    assert FlowRun.objects.count() == 1


def test_of_two_submissions_that_saw_the_same_state_one_moves(client: Client, carl: User) -> None:
    begin(client, carl)
    answer(client)
    fields, session = {**form(client), "accept": "on"}, client.session["pending_login"]
    client.post(FLOW, fields)
    assert AcceptedTerms.objects.count() == 1
    # The state as a parallel request has loaded it, before the first one wrote.
    other = Client()
    kept = other.session
    kept["pending_login"] = session
    kept.save()
    other.cookies["sessionid"] = kept.session_key
    response = other.post(FLOW, fields)
    assert response.status_code == 409
    assert AcceptedTerms.objects.count() == 1
    assert not is_signed_in(other)


def test_a_run_begins_once(client: Client, carl: User) -> None:
    give_password(client, carl)
    FlowRun.objects.create(
        run=client.session["pending_login"]["attempt"], user=carl, flow_version=LoginFlow.objects.get().versions.get()
    )
    response = client.get(FLOW)
    assert response.status_code == 409
    assert response.headers["Retry-After"] == "2"
    assert FlowRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer, and the tests' database is in memory")
def test_parallel_submissions_accept_once(client: Client) -> None:
    assign(active(TERMS, END), profile("Contractor"))
    begin(client, person("carl", profile("Contractor")))
    fields, cookie = {**form(client), "accept": "on"}, client.cookies["sessionid"].value

    def send(_number: int) -> int:
        browser = Client(raise_request_exception=False)
        browser.cookies["sessionid"] = cookie
        try:
            return browser.post(FLOW, fields).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(send, range(4)))
    assert AcceptedTerms.objects.count() == 1
    assert FlowRun.objects.get().outcome == "finished"
    assert statuses.count(302) >= 1


def test_a_sub_flow_stays_on_the_version_that_the_run_began(client: Client, db: None) -> None:
    inner = active(WELCOME, END, name="Inner")
    outer = active({"id": "s", "kind": "sub_flow", "flow": "Inner"}, TERMS, END, name="Outer")
    assign(outer, profile("Contractor"))
    begin(client, person("carl", profile("Contractor")))
    inner.flow.new_draft(elements({**WELCOME, "title": "New"}, {**WELCOME, "id": "more"}, END)).activate()
    policy_book.refresh()
    assert client.get(FLOW).context["element"].id == "s.welcome"
    assert client.get(FLOW).context["title"] == "Welcome"
    answer(client)
    assert client.get(FLOW).context["element"].id == "terms"
    assert FlowRun.objects.get().sub_versions == {"Inner": inner.pk}


@pytest.mark.parametrize("damage", [{"state": None}, {"state": {"run": 1}}, {"hidden": "x"}, {"version": 0}, "x"])
def test_a_state_that_cannot_be_read_ends_the_login(client: Client, carl: User, damage: Any) -> None:
    begin(client, carl)
    session = client.session
    data = session["pending_login"]["data"]
    data[runs.KEY] = {**data[runs.KEY], **damage} if isinstance(damage, dict) else damage
    session.save()
    assert client.get(FLOW).status_code == 403
    assert FlowRun.objects.get().outcome == "failed"


def test_a_run_that_nobody_finishes_is_given_up(client: Client, carl: User) -> None:
    run = begin(client, carl)
    assert not run.is_given_up
    run.started = timezone.now() - timedelta(hours=2)
    assert run.is_given_up


def test_old_runs_are_cleaned_up_and_acceptances_stay(client: Client, carl: User) -> None:
    begin(client, carl)
    answer(client)
    answer(client, accept="on")
    FlowRun.objects.update(started=timezone.now() - timedelta(days=4_000))
    call_command("cleanup", "--json")
    assert not FlowRun.objects.exists()
    assert AcceptedTerms.objects.exists()


def test_a_flow_costs_few_queries(client: Client, carl: User, django_assert_max_num_queries: Any) -> None:
    begin(client, carl)
    with django_assert_max_num_queries(8):
        client.get(FLOW)
