"""Pushed authorization requests (RFC 9126): the app's own words, for its own client, once, within a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from oauth.models import ConnectedApp, Grant, PushedRequest
from tests.accounts.people import PASSWORD, give_authenticator, person, sign_in
from tests.oauth.test_prompt_and_max_age import step_up
from tests.oauth.world import (
    HIGH,
    REDIRECT,
    answer_of,
    app,
    approve,
    challenge,
    press,
    public_app,
    redeem,
    text,
)

pytestmark = pytest.mark.django_db

URN = "urn:ietf:params:oauth:request_uri:"


def push(pusher: ConnectedApp, **params: Any) -> Any:
    given = {
        "client_id": pusher.client_id,
        "client_secret": None if pusher.is_public else pusher.shown_secret,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": "api refresh_token",
        "state": "pushed",
        **params,
    }
    return Client().post("/oauth/par/", {name: value for name, value in given.items() if value is not None})


def pushed(pusher: ConnectedApp, **params: Any) -> str:
    response = push(pusher, **params)
    assert response.status_code == 201, response.content
    return str(response.json()["request_uri"])


def address(client_app: ConnectedApp, request_uri: str, **beside: str) -> str:
    return "/oauth/authorize/?" + urlencode({"client_id": client_app.client_id, "request_uri": request_uri, **beside})


def test_the_answer_names_the_request_for_a_minute(client: Client) -> None:
    response = push(app())
    body = response.json()
    assert response.status_code == 201 and response.headers["Cache-Control"] == "no-store"
    assert body["expires_in"] == 60 and body["request_uri"].startswith(URN) and len(body["request_uri"]) >= len(URN) + 43
    assert body["request_uri"] not in str(vars(PushedRequest.objects.get()))
    assert "client_secret" not in PushedRequest.objects.get().query


def test_the_person_comes_with_its_name_and_the_code_is_for_what_was_pushed(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    page = client.get(address(web, pushed(web)))
    assert "form-action 'self' https://client.example" in page.headers["Content-Security-Policy"]
    answer = answer_of(press(client, page))
    assert answer["state"] == "pushed" and answer["iss"] == "http://127.0.0.1:8000"
    assert Grant.objects.get().scope == "api refresh_token"
    assert redeem(web, answer["code"]).status_code == 200


def test_what_stands_beside_it_in_the_address_counts_for_nothing(client: Client) -> None:
    web = app(redirect_uris=f"{REDIRECT} https://client.example/other")
    sign_in(client, person("alice"))
    beside = {"scope": "full", "state": "mine", "redirect_uri": "https://client.example/other", "acr_values": HIGH}
    answer = answer_of(press(client, client.get(address(web, pushed(web), **beside))))
    code = Grant.objects.get()
    assert (answer["state"], code.scope, code.redirect_uri) == ("pushed", "api refresh_token", REDIRECT)


def test_it_works_once(client: Client) -> None:
    web = app(skip_authorization=True)
    sign_in(client, person("alice"))
    where = address(web, pushed(web))
    assert "code" in answer_of(client.get(where))
    again = client.get(where)
    assert again.status_code == 400 and "Location" not in again.headers and "invalid_request_uri" in text(again)
    assert Grant.objects.count() == 1
    assert PushedRequest.objects.get().query == ""


def test_a_denied_request_is_used_up_too(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    page = client.get(address(web, pushed(web)))
    assert answer_of(press(client, page, "deny"))["error"] == "access_denied"
    action = page.context["action"]
    assert client.post(action, {"allow": "true"}).status_code == 400
    assert not Grant.objects.exists()


def test_after_a_minute_it_is_too_late_to_come_but_not_to_go_on(client: Client) -> None:
    web, start = app(), timezone.now()
    person("alice")
    with time_machine.travel(start, tick=False):
        in_time, late = pushed(web), pushed(web)
        sent = client.get(address(web, in_time))
        page = client.get(sent.headers["Location"])
        assert "form-action 'self' https://client.example" in page.headers["Content-Security-Policy"]
    with time_machine.travel(start + timedelta(minutes=5), tick=False):
        form = {"username": "alice", "password": PASSWORD, "next": page.context["next"]}
        back = client.post("/login/", form).headers["Location"]
        assert "code" in answer_of(press(client, client.get(back)))
        for ending in ("", "&arrived=made-up", "&arrived=" + back.partition("arrived=")[2]):
            refused = client.get(address(web, late) + ending)
            assert refused.status_code == 400 and "invalid_request_uri" in text(refused)


def test_changing_the_account_revives_nothing(client: Client) -> None:
    web, start = app(), timezone.now()
    with time_machine.travel(start, tick=False):
        name = pushed(web)
    with time_machine.travel(start + timedelta(minutes=2), tick=False):
        sign_in(client, person("alice"))
        response = client.post(address(web, name), {"switch_account": "true"})
        assert response.status_code == 400 and client.get("/api/v1/me/").status_code == 200


def test_a_step_up_in_between_leads_back_to_it(client: Client) -> None:
    alice, web = person("alice"), app()
    authenticator = give_authenticator(alice)
    sign_in(client, alice)
    asked = client.get(address(web, pushed(web, acr_values=HIGH)))
    page = step_up(client, asked, authenticator.code())
    assert "code" in answer_of(press(client, page))
    assert Grant.objects.get().acr == "high_assurance"


def test_it_is_bound_to_the_client_that_pushed_it(client: Client) -> None:
    web, other = app(), app("other")
    sign_in(client, person("alice"))
    name = pushed(web)
    assert client.get(address(other, name)).status_code == 400
    assert client.get("/oauth/authorize/?" + urlencode({"request_uri": name})).status_code == 400
    assert client.get(address(web, name)).status_code == 200


def test_the_client_proves_who_it_is(client: Client) -> None:
    web, other = app(), app("other")
    for response in (
        push(web, client_secret=None),
        push(web, client_secret="wrong"),
        push(web, client_id=other.client_id),
        push(web, client_id="unknown"),
    ):
        assert response.status_code == 401 and response.json()["error"] == "invalid_client"
    assert not PushedRequest.objects.exists()


def test_a_public_app_pushes_with_its_challenge() -> None:
    native = public_app()
    assert push(native).json()["error"] == "invalid_request"
    assert push(native, code_challenge=challenge(), code_challenge_method="S256").status_code == 201


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"request_uri": URN + "x"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"scope": "made_up"}, "invalid_scope"),
        ({"response_type": "made_up"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"resource": "https://elsewhere.example/"}, "invalid_target"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"state": ["a", "b"]}, "invalid_request"),
        ({"state": "x" * 20_000}, "invalid_request"),
    ],
)
def test_a_request_that_would_fail_is_refused_before_anybody_is_sent(params: dict[str, Any], error: str) -> None:
    response = push(app(), **params)
    assert response.status_code in (400, 413) and response.json()["error"] == error
    assert response.json()["error_uri"] and response.headers["Cache-Control"] == "no-store"
    assert not PushedRequest.objects.exists()


def test_a_request_uri_from_elsewhere_is_not_fetched_and_told_so(client: Client) -> None:
    web = app()
    params = {"response_type": "code", "redirect_uri": REDIRECT, "state": "xyz"}
    answer = answer_of(client.get(address(web, "https://evil.example/request.jwt", **params)))
    assert (answer["error"], answer["state"], answer["iss"]) == ("request_uri_not_supported", "xyz", "http://127.0.0.1:8000")
    assert client.get(address(web, "https://evil.example/request.jwt")).status_code in (302, 400)


def test_a_request_uri_that_is_named_twice_is_nothing(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    name = pushed(web)
    assert client.get(address(web, name) + "&request_uri=" + name).status_code == 400
    assert client.get(address(web, name) + "&client_id=" + web.client_id).status_code in (200, 400)


def test_it_is_by_post_only() -> None:
    assert Client().get("/oauth/par/").status_code == 405


def test_the_usual_way_stays_open(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    assert "code" in approve(client, web)
