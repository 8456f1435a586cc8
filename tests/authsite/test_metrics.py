"""Numbers for Prometheus: who gets them, what they say, and that they name nobody."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuthenticatorDevice, LoginRecord, User
from authsite.environment import BASE_DIR
from authsite.metrics import METRICS
from sessions_policy.models import DecisionRecord, Profile

pytestmark = pytest.mark.django_db
LINE = re.compile(r'^authsite_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+]+$')
TOKEN = "t0ken-of-the-scraper-of-this-site"


@pytest.fixture
def sara() -> User:
    return User.objects.create_user("sara.secretname", "sara@example.org", "x", profile=Profile.objects.create(name="Sales"))


def test_the_machine_itself_may_read(client: Client) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_a_proxy_on_the_machine_hands_on_is_not_from_the_machine(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_nobody_else_may(client: Client) -> None:
    response = client.get("/metrics", REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 403
    assert "METRICS_TOKEN" in response.content.decode()
    assert "authsite_" not in response.content.decode()


def test_where_a_token_is_set_it_is_needed_and_enough(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 403
    there = {"headers": {"Authorization": f"Bearer {TOKEN}"}, "REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", **there).status_code == 200


def test_the_text_is_what_prometheus_reads_and_names_nobody(client: Client, sara: User) -> None:
    LoginRecord.objects.create(user=sara, channel="browser", method="password", status="success", level="standard")
    text = client.get("/metrics").content.decode()
    lines = text.splitlines()
    assert text.endswith("\n")
    assert all(LINE.match(line) for line in lines if not line.startswith("#"))
    assert [line.split()[2] for line in lines if line.startswith("# TYPE")] == [f"authsite_{m.name}" for m in METRICS]
    assert "sara" not in text
    sample = 'authsite_sign_ins_last_hour{channel="browser",method="password",result="success",level="standard"} 1'
    assert sample in lines


def test_what_is_older_than_an_hour_is_not_counted(client: Client, sara: User) -> None:
    row = {
        "user": sara,
        "channel": "grant",
        "outcome": "deny",
        "reason": "grant.no_approval_step.profile",
        "grant": "password",
    }
    for n in range(3):
        DecisionRecord.objects.create(reference=f"AAAA-000{n}", level="standard", revision=1, trace={}, **row)
    DecisionRecord.objects.filter(reference="AAAA-0000").update(at=timezone.now() - timedelta(hours=2))
    lines = client.get("/metrics").content.decode().splitlines()
    assert 'authsite_grants_blocked_last_hour{grant="password",code="grant.no_approval_step.profile"} 2' in lines


def test_people_are_counted_by_method(client: Client, sara: User) -> None:
    assert "authsite_users_without_method 1" in client.get("/metrics").content.decode().splitlines()
    AuthenticatorDevice.objects.create(user=sara, name="Phone", confirmed=True)
    lines = client.get("/metrics").content.decode().splitlines()
    assert "authsite_users_without_method 0" in lines
    assert 'authsite_enrolled_users{method="authenticator_app"} 1' in lines


def test_the_dashboard_and_the_alerts_ask_for_numbers_that_there_are() -> None:
    known = {f"authsite_{metric.name}" for metric in METRICS}
    for name in ("grafana-dashboard.json", "alerts.yml"):
        asked = set(re.findall(r"authsite_[a-z_]+", (BASE_DIR / "ops" / name).read_text()))
        assert asked
        assert asked <= known
