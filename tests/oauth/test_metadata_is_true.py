"""Walks the discovery document: each thing that it claims is tried, and nothing is claimed that is not tried here."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.accounts.people import assured_profile, give_authenticator, person, robot, sign_in
from tests.oauth.test_grants_table import EVERY_GRANT, WAYS, Scene
from tests.oauth.world import (
    HIGH,
    REDIRECT,
    STANDARD,
    answer_of,
    app,
    approve,
    authorize_url,
    call,
    challenge,
    claims_of,
    key_pair,
    press,
    public_app,
    token_request,
    tokens,
)

pytestmark = pytest.mark.django_db

BASE = "http://127.0.0.1:8000"
Told = dict[str, Any]


def asked(**params: Any) -> Any:
    """Return the answer to an authorization request of an app that needs no consent, by somebody who is signed in."""
    browser = Client()
    sign_in(browser, person("walker"))
    web = app("walked", *EVERY_GRANT, run_as=robot("runner"), certificate=key_pair()[1], skip_authorization=True)
    return browser.get(authorize_url(web, **params))


def the_issuer(told: Told) -> None:
    assert told["issuer"] == BASE == answer_of(asked())["iss"]


def an_endpoint(method: str, statuses: set[int]) -> Callable[[Told, str], None]:
    def check(told: Told, name: str) -> None:
        path = told[name].removeprefix(BASE)
        assert getattr(Client(), method)(path).status_code in statuses, name

    return check


def the_response_types(told: Told) -> None:
    for response_type in told["response_types_supported"]:
        response = Client().get(authorize_url(app(response_type, *_flows()), response_type=response_type, nonce="n"))
        assert response.headers["Location"].startswith("/login/"), response_type
    for absent in ("code id_token", "code token", "id_token", "none"):
        answer = answer_of(Client().get(authorize_url(app(absent, *_flows()), response_type=absent, nonce="n")))
        assert answer["error"] == "unsupported_response_type"


def _flows() -> list[str]:
    return ["authorization_code", "implicit"]


def the_response_modes(told: Told) -> None:
    for mode in told["response_modes_supported"]:
        location = asked_again(response_mode=mode).headers["Location"]
        assert ("#code=" in location) is (mode == "fragment") and ("?code=" in location) is (mode == "query")
    assert answer_of(asked_again(response_mode="form_post"))["error"] == "invalid_request"


def asked_again(**params: Any) -> Any:
    browser = Client()
    name = f"walked {secrets.token_hex(4)}"
    sign_in(browser, person(name.replace(" ", "-")))
    return browser.get(authorize_url(app(name, skip_authorization=True), **params))


def the_grants(told: Told) -> None:
    scene = Scene()
    scene.connect()
    for grant, ask in WAYS.values():
        if grant:
            assert (ask(scene) == "token") is (grant in told["grant_types_supported"]), grant


def the_scopes(told: Told) -> None:
    answer = asked(scope=" ".join(told["scopes_supported"]))
    assert "code" in answer_of(answer)


def the_client_authentication(told: Told) -> None:
    web, native = app("basic"), public_app("none")
    for name in told["token_endpoint_auth_methods_supported"]:
        response = _by(name, web, native)
        assert response.json()["error"] == "invalid_grant", name
    assert "private_key_jwt" not in told["token_endpoint_auth_methods_supported"]


def _by(method: str, web: Any, native: Any) -> Any:
    fields = {"grant_type": "refresh_token", "refresh_token": "x"}
    if method == "client_secret_basic":
        pair = base64.b64encode(f"{web.client_id}:{web.shown_secret}".encode()).decode()
        return Client().post("/oauth/token/", fields, headers={"Authorization": f"Basic {pair}"})
    if method == "client_secret_post":
        return token_request(web, "refresh_token", refresh_token="x")
    assert method == "none"
    return token_request(native, "refresh_token", refresh_token="x")


def the_revocation_authentication(told: Told) -> None:
    assert told["revocation_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post", "none"]
    assert Client().post("/oauth/revoke/", {"token": "x", "client_id": public_app("revoker").client_id}).status_code == 200


def the_introspection_authentication(told: Told) -> None:
    assert "none" not in told["introspection_endpoint_auth_methods_supported"]
    native = public_app("asker")
    assert Client().post("/oauth/introspect/", {"token": "x", "client_id": native.client_id}).status_code == 401


def pkce(told: Told) -> None:
    assert told["code_challenge_methods_supported"] == ["S256"]
    native = public_app("pkce")
    for method, error in (("S256", None), ("plain", "invalid_request")):
        asking = authorize_url(native, code_challenge=challenge(), code_challenge_method=method, prompt="none")
        assert answer_of(Client().get(asking))["error"] == (error or "login_required")


def the_issuer_in_answers(told: Told) -> None:
    assert told["authorization_response_iss_parameter_supported"] is True
    assert answer_of(asked_again(scope="made_up"))["iss"] == told["issuer"]


def the_levels(told: Told) -> None:
    assert told["acr_values_supported"] == [STANDARD, HIGH]
    bob, browser, web = person("bob", assured_profile()), Client(), app("levels")
    sign_in(browser, bob, give_authenticator(bob))
    for acr in told["acr_values_supported"]:
        token = tokens(browser, web, acr_values=acr, scope="api")["access_token"]
        fields = {"token": token, "client_id": web.client_id, "client_secret": web.shown_secret}
        assert Client().post("/oauth/introspect/", fields).json()["acr"] == acr


def the_claims(told: Told) -> None:
    ann = person("ann", first_name="Ann", last_name="Ng")
    browser, web = Client(), app("claims")
    sign_in(browser, ann)
    body = tokens(browser, web, scope="openid profile email", nonce="n")
    found = {*claims_of(body["id_token"]), *call("/oauth/userinfo/", body["access_token"]).json()}
    assert set(told["claims_supported"]) <= found
    assert found - set(told["claims_supported"]) <= {"at_hash", "jti"}
    assert told["subject_types_supported"] == ["public"] and told["claim_types_supported"] == ["normal"]


def the_claims_parameter(told: Told) -> None:
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [HIGH]}}})
    location = asked_again(claims=essential, scope="openid").headers["Location"]
    assert told["claims_parameter_supported"] is True and location.startswith("/step-up/")


def the_signature(told: Told) -> None:
    browser = Client()
    sign_in(browser, person("sue"))
    token = tokens(browser, app("signed"), scope="openid")["id_token"]
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    keys = browser.get(told["jwks_uri"].removeprefix(BASE)).json()["keys"]
    assert [header["alg"]] == told["id_token_signing_alg_values_supported"] and header["kid"] in [k["kid"] for k in keys]


def no_request_objects(told: Told) -> None:
    assert told["request_parameter_supported"] is told["request_uri_parameter_supported"] is False
    assert answer_of(asked_again(request="e30.e30."))["error"] == "request_not_supported"
    assert answer_of(asked_again(request_uri="https://x.example/"))["error"] == "request_uri_not_supported"


def the_prompts(told: Told) -> None:
    assert told["prompt_values_supported"] == ["none", "login", "consent", "select_account"]
    browser, web = Client(), app("prompts")
    sign_in(browser, person("pat"))
    approve(browser, web)
    assert "code" in answer_of(browser.get(authorize_url(web, prompt="none")))
    assert browser.get(authorize_url(web, prompt="login")).headers["Location"].startswith("/step-up/")
    for prompt in ("consent", "select_account"):
        assert "code" in answer_of(press(browser, browser.get(authorize_url(web, prompt=prompt))))


def pushing(told: Told) -> None:
    assert told["require_pushed_authorization_requests"] is False
    web = app("pusher")
    fields = {"client_id": web.client_id, "client_secret": web.shown_secret, "response_type": "code", "redirect_uri": REDIRECT}
    path = told["pushed_authorization_request_endpoint"].removeprefix(BASE)
    assert Client().post(path, fields).status_code == 201


def the_resources(told: Told) -> None:
    for resource in told["protected_resources"]:
        path = "/.well-known/oauth-protected-resource" + resource.removeprefix(BASE)
        assert Client().get(path).json()["resource"] == resource


CHECKS: dict[str, Callable[[Told], None]] = {
    "issuer": the_issuer,
    "scopes_supported": the_scopes,
    "response_types_supported": the_response_types,
    "response_modes_supported": the_response_modes,
    "grant_types_supported": the_grants,
    "token_endpoint_auth_methods_supported": the_client_authentication,
    "revocation_endpoint_auth_methods_supported": the_revocation_authentication,
    "introspection_endpoint_auth_methods_supported": the_introspection_authentication,
    "code_challenge_methods_supported": pkce,
    "authorization_response_iss_parameter_supported": the_issuer_in_answers,
    "acr_values_supported": the_levels,
    "claims_supported": the_claims,
    "claim_types_supported": the_claims,
    "subject_types_supported": the_claims,
    "claims_parameter_supported": the_claims_parameter,
    "id_token_signing_alg_values_supported": the_signature,
    "jwks_uri": the_signature,
    "request_parameter_supported": no_request_objects,
    "request_uri_parameter_supported": no_request_objects,
    "prompt_values_supported": the_prompts,
    "pushed_authorization_request_endpoint": pushing,
    "require_pushed_authorization_requests": pushing,
    "protected_resources": the_resources,
}
ENDPOINTS: dict[str, tuple[str, set[int]]] = {
    "authorization_endpoint": ("get", {400}),
    "token_endpoint": ("post", {400}),
    "revocation_endpoint": ("post", {400}),
    "introspection_endpoint": ("post", {401}),
    "userinfo_endpoint": ("get", {401}),
    "end_session_endpoint": ("get", {302}),
}


@pytest.fixture
def told(client: Client) -> Told:
    body: Told = client.get("/.well-known/openid-configuration").json()
    return body


def test_nothing_is_claimed_that_is_not_tried(told: Told) -> None:
    assert set(told) == {*CHECKS, *ENDPOINTS}
    # Named as absent in decision 7: not offered, so not claimed.
    for absent in ("dpop_signing_alg_values_supported", "device_authorization_endpoint", "registration_endpoint"):
        assert absent not in told


@pytest.mark.parametrize("check", dict.fromkeys(CHECKS.values()), ids=lambda check: check.__name__)
def test_what_is_claimed_is_done(told: Told, check: Callable[[Told], None]) -> None:
    check(told)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_endpoint_is_where_it_is_said_to_be(told: Told, name: str) -> None:
    an_endpoint(*ENDPOINTS[name])(told, name)
