"""The demo's connected apps: each gets its token, or is refused, as the README promises."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.authsite.demo_organisation import Demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Demo:
    return Demo(settings, tmp_path)


def api(token: str, path: str = "/api/v1/session/") -> Any:
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("app", ["web-app", "native-app"])
def test_an_app_gets_a_token_by_approval_and_refreshes_it(demo: Demo, app: str) -> None:
    body = demo.redeem(app, demo.approve(demo.sign_in("standard"), app)["code"]).json()
    assert api(body["access_token"]).json()["level"] == "standard"
    assert demo.token(app, "refresh_token", refresh_token=body["refresh_token"]).status_code == 200


def test_a_token_of_somebody_who_needs_high_assurance_works_for_the_api(demo: Demo) -> None:
    body = demo.redeem("web-app", demo.approve(demo.sign_in("assured"), "web-app")["code"]).json()
    assert api(body["access_token"], "/api/v1/me/").json()["username"] == "assured"
    refused = api(body["access_token"], "/api/v1/reports/")
    assert refused.status_code == 401
    assert "insufficient_user_authentication" in refused.headers["WWW-Authenticate"]


def test_the_user_agent_app_gets_a_token_in_the_fragment(demo: Demo) -> None:
    answer = demo.approve(demo.sign_in("standard"), "browser-app", response_type="token", scope="api")
    assert api(answer["access_token"]).json()["grant"] == "implicit"


def test_the_nightly_job_works_for_integration_and_is_refused_for_assured_in_words(demo: Demo) -> None:
    token = demo.assert_as("integration").json()["access_token"]
    assert api(token, "/api/v1/me/").json()["username"] == "integration"
    refused = demo.assert_as("assured")
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_grant"
    assert "The profile Assured User requires High Assurance" in refused.json()["error_description"]


def test_the_nightly_job_was_not_approved_for_standard(demo: Demo) -> None:
    refused = demo.assert_as("standard").json()
    assert refused["error_description"] == "user hasn't approved this consumer"
    assert "whom an administrator approved" in refused["how_to_fix"]


def test_a_script_logs_in_with_a_password_where_nothing_forbids_it(demo: Demo) -> None:
    password = demo.users["standard"]["password"]
    token = demo.token("script", "password", username="standard", password=password).json()["access_token"]
    assert api(token, "/api/v1/me/").json()["username"] == "standard"
    refused = demo.token("script", "password", username="assured", password=demo.users["assured"]["password"])
    assert refused.json()["error"] == "invalid_grant"


def test_the_loader_gives_a_code_at_the_api(demo: Demo) -> None:
    password = demo.users["loader"]["password"]
    refused = demo.token("script", "password", username="loader", password=password)
    assert "code" in refused.json()["error_description"]
    assert demo.token("script", "password", username="loader", password=password + demo.code("loader")).status_code == 200


def test_the_service_runs_as_integration(demo: Demo) -> None:
    token = demo.token("service", "client_credentials").json()["access_token"]
    assert api(token, "/api/v1/me/").json()["username"] == "integration"


def test_the_vault_asks_for_the_code_before_it_is_approved(demo: Demo) -> None:
    browser = demo.sign_in("standard")
    asked = browser.get(demo.authorize_url("vault")).headers["Location"]
    assert asked.startswith("/step-up/")
    passed = browser.post(asked, {"code": demo.code("standard")})
    assert passed.headers["Location"].startswith("/oauth/authorize/")
    assert "code" in demo.approve(browser, "vault")


def test_the_retired_app_is_closed_for_everybody(demo: Demo) -> None:
    answer = demo.sign_in("admin").get(demo.authorize_url("retired"))
    assert answer.status_code == 403 or "error=" in answer.headers["Location"]


def test_a_token_opens_the_browser_at_standard_and_is_asked_a_second_time(demo: Demo) -> None:
    body = demo.redeem("web-app", demo.approve(demo.sign_in("assured"), "web-app")["code"]).json()
    bridge = Client().post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {body['access_token']}"}).json()
    browser = Client()
    browser.get(bridge["frontdoor_uri"])
    asked = browser.get("/security/").headers["Location"]
    page = browser.get(asked)
    assert "opened from an app" in page.content.decode()


def test_keys_and_secrets_are_for_their_owner_only(demo: Demo, tmp_path: Path) -> None:
    key = Path(demo.apps["nightly-job"]["private_key_file"])
    assert key.is_relative_to(tmp_path)
    assert {stat.S_IMODE(file.stat().st_mode) for file in key.parent.iterdir()} == {0o600}
    public = [name for name, app in demo.apps.items() if app["client_secret"] is None]
    assert public == ["native-app", "browser-app", "nightly-job"]


def test_redirects_are_those_that_clients_listen_on(demo: Demo) -> None:
    with_redirects = {name for name, app in demo.apps.items() if app["redirect_uris"]}
    assert with_redirects == {"web-app", "native-app", "browser-app", "vault", "retired"}
    assert demo.apps["web-app"]["redirect_uris"] == ["http://127.0.0.1:8777/cb", "http://localhost:1717/OauthRedirect"]
