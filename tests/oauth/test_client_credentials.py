"""Client credentials: an app that stands for one user, and for nobody without one."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from oauth.models import ConnectedApp
from tests.accounts.people import permission_set, person, profile, robot
from tests.oauth.world import app, call, public_app, token_request

pytestmark = pytest.mark.django_db


def test_the_token_stands_for_the_user_whom_the_app_runs_as() -> None:
    integration = robot()
    service = app("service", "client_credentials", redirect_uris="", run_as=integration)
    body = token_request(service, "client_credentials").json()
    assert "refresh_token" not in body and "refresh_token" not in body["scope"]
    session = call("/api/v1/session/", body["access_token"]).json()
    assert (session["user"], session["level"], session["grant"]) == ("integration", "standard", "client_credentials")


def test_the_secret_is_asked_for() -> None:
    service = app("service", "client_credentials", redirect_uris="", run_as=robot())
    for secret in ("wrong", "", None):
        response = token_request(service, "client_credentials", client_secret=secret)
        assert response.status_code == 401 and response.json()["error"] == "invalid_client"


def test_an_app_whose_user_is_gone_gets_nothing() -> None:
    integration = robot()
    service = app("service", "client_credentials", redirect_uris="", run_as=integration)
    integration.delete()
    assert token_request(service, "client_credentials").json()["error"] == "unauthorized_client"


def test_a_public_app_cannot_have_it_and_cannot_use_it() -> None:
    integration = robot()
    with pytest.raises(ValidationError):
        public_app("open", "client_credentials", run_as=integration)
    native = public_app()
    ConnectedApp.objects.filter(pk=native.pk).update(grant_types=["client_credentials"], run_as=integration, client_secret="")
    assert token_request(native, "client_credentials", client_secret="").status_code in (400, 401)
    assert token_request(native, "client_credentials").status_code in (400, 401)


def test_a_scope_that_the_app_does_not_have_is_refused() -> None:
    service = app("service", "client_credentials", redirect_uris="", run_as=robot(), scopes=["api"])
    assert token_request(service, "client_credentials", scope="web").json()["error"] == "invalid_scope"
    assert token_request(service, "client_credentials").json()["scope"] == "api"


def test_the_user_to_run_as_is_an_api_only_user() -> None:
    alice = person("alice")
    with pytest.raises(ValidationError) as problem:
        app("service", "client_credentials", redirect_uris="", run_as=alice)
    assert "API only user" in problem.value.message_dict["run_as"][0]
    permission_set(alice, name="Robots", api_only=True)
    assert app("service", "client_credentials", redirect_uris="", run_as=alice).run_as == alice


def test_taking_the_right_away_closes_the_token_endpoint_and_says_so() -> None:
    service = app("service", "client_credentials", redirect_uris="", run_as=robot())
    profile("Integration", api_only=False)
    body = token_request(service, "client_credentials").json()
    assert body["error"] == "unauthorized_client"
    assert "lacks the permission" in body["error_description"] and "API only user" in body["error_description"]
    assert body["error_uri"].endswith("/docs/why/grant.run_as_not_api_only/")
    profile("Integration", api_only=True)
    assert token_request(service, "client_credentials").status_code == 200
