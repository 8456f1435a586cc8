"""Which logins meet a flow: every one with a browser, those for a connected app too; never those of programs (R8.5, R8.6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from loginflows.models import FlowRun
from tests.accounts.people import PASSWORD, person, profile
from tests.loginflows.flows import END, WELCOME, active, assign
from tests.loginflows.signing_in import FLOW, answer
from tests.oauth.world import app, authorize_url, press, tokens

pytestmark = pytest.mark.django_db

BY_APP = {
    "id": "which",
    "kind": "decision",
    "title": "For which app?",
    "outcomes": [
        {
            "id": "app",
            "conditions": [{"subject": "login.app", "operator": "is", "value": "web-app"}],
            "elements": [{**WELCOME, "id": "for-the-app"}],
        }
    ],
    "otherwise": {"elements": [WELCOME]},
}


@pytest.fixture
def carl() -> User:
    assign(active(BY_APP, END), profile("Contractor"))
    return person("carl", profile("Contractor"))


def test_a_login_for_a_connected_app_meets_the_flow_and_the_flow_knows_the_app(client: Client, carl: User) -> None:
    web_app = app()
    to_login = client.get(authorize_url(web_app))
    page = client.get(to_login.headers["Location"])
    response = client.post(
        to_login.headers["Location"], {"username": "carl", "password": PASSWORD, "next": page.context.get("next", "")}
    )
    assert response.headers["Location"] == FLOW
    screen = client.get(FLOW)
    assert screen.context["element"].id == "for-the-app"
    assert "https://client.example" in screen.headers["Content-Security-Policy"]
    consent = client.get(answer(client).headers["Location"])
    assert "code=" in press(client, consent).headers["Location"]


def test_an_ordinary_login_is_for_no_app(client: Client, carl: User) -> None:
    client.post("/login/", {"username": "carl", "password": PASSWORD})
    assert client.get(FLOW).context["element"].id == "welcome"


def test_a_program_meets_no_flow(client: Client, carl: User) -> None:
    body = {"username": "carl", "password": PASSWORD}
    assert client.post("/api/v1/login/", body, content_type="application/json").status_code == 200
    assert not FlowRun.objects.exists()


def test_the_bridge_meets_no_flow(client: Client, carl: User) -> None:
    given = _tokens_of(client, carl)
    FlowRun.objects.all().delete()
    bearer = {"authorization": f"Bearer {given['access_token']}"}
    address = Client().post("/oauth/singleaccess/", headers=bearer).json()["frontdoor_uri"]
    assert Client().get(address).status_code == 303
    assert not FlowRun.objects.exists()


def _tokens_of(client: Client, user: User) -> dict[str, Any]:
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    client.get(FLOW)
    answer(client)
    return tokens(client, app(), scope="api web")
