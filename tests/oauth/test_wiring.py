"""How the libraries below are wired: the traps in them stay shut, and nothing is read twice."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core import checks
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views.base import AuthorizationView, TokenView
from oauthlib.common import Request as OauthlibRequest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from authsite.oauth_settings import oauth2_provider
from oauth import hashers, issuance, signing_keys
from oauth.backend import Backend, core
from oauth.models import AccessToken, ConnectedApp, Grant, IDToken, RefreshToken
from oauth.server import Server
from oauth.validators import Validator
from sessions_policy import policy_book
from sessions_policy.levels import Grant as GrantName
from tests.accounts.people import person, sign_in
from tests.oauth.world import (
    JWT_BEARER,
    app,
    approve,
    assertion,
    call,
    jwt_app,
    public_app,
    redeem,
    refresh,
    token_request,
    tokens,
)


def test_our_classes_are_set_globally_and_any_view_gets_them() -> None:
    class SomebodysView(AuthorizationView):  # type: ignore[misc]
        pass

    for view in (AuthorizationView, TokenView, SomebodysView):
        found = view.get_oauthlib_core()
        assert (type(found), type(found.server)) == (Backend, Server)
        assert type(found.server.request_validator) is Validator
    assert type(core()) is Backend and type(core().server) is Server


def test_all_five_models_are_ours() -> None:
    assert ConnectedApp._meta.label == oauth2_settings.APPLICATION_MODEL
    assert AccessToken._meta.label == oauth2_settings.ACCESS_TOKEN_MODEL
    assert RefreshToken._meta.label == oauth2_settings.REFRESH_TOKEN_MODEL
    assert Grant._meta.label == oauth2_settings.GRANT_MODEL
    assert IDToken._meta.label == oauth2_settings.ID_TOKEN_MODEL


def test_every_grant_of_the_token_endpoint_has_the_gate_last() -> None:
    server = core().server
    handlers = {server.auth_grant, server.openid_connect_auth, *server.grant_types.values()} - {server.token_grant_choice}
    assert handlers == set(server.token_grants())
    for grant in handlers:
        assert list(grant.custom_validators.post_token)[-1] is issuance.enforce
    assert set(server.grant_types) == set(GrantName) - {GrantName.IMPLICIT, GrantName.API_LOGIN}


def test_an_id_token_is_no_type_of_access_token() -> None:
    assert set(core().server.tokens) == {"Bearer"}
    assert core().server.request_validator.validate_jwt_bearer_token("x", [], None) is False


@pytest.mark.django_db
def test_the_librarys_own_check_of_a_bearer_token_is_ours(client: Client) -> None:
    web = app()
    sign_in(client, person("alice"))
    body = tokens(client, web, scope="openid api")
    validator = core().server.request_validator
    for value, right in ((body["access_token"], True), (body["id_token"], False), ("", False), (None, False)):
        assert validator.validate_bearer_token(value, ["api"], OauthlibRequest("/")) is right
    assert not validator.validate_bearer_token(body["access_token"], ["web"], OauthlibRequest("/"))
    ConnectedApp.objects.update(session_policy="block")
    assert not validator.validate_bearer_token(body["access_token"], ["api"], OauthlibRequest("/"))


@pytest.mark.django_db
def test_what_all_threads_share_keeps_nothing_of_a_request(client: Client) -> None:
    validator, server = core().server.request_validator, core().server
    before = (dict(vars(validator)), sorted(vars(server)), sorted(vars(core())))
    web = app()
    sign_in(client, person("alice"))
    refresh(web, tokens(client, web, scope="openid api refresh_token")["refresh_token"])
    assert (dict(vars(validator)), sorted(vars(server)), sorted(vars(core()))) == before
    assert not vars(validator)


@pytest.mark.django_db
def test_secrets_of_token_requests_stay_out_of_error_reports_and_logs(client: Client) -> None:
    for path in ("/oauth/token/", "/oauth/revoke/", "/oauth/introspect/", "/secur/frontdoor.jsp"):
        request = client.post(path, {"code": "x", "refresh_token": "y", "assertion": "z"}).wsgi_request
        assert request.sensitive_post_parameters == "__ALL__", path
    for name in ("oauthlib", "oauth2_provider"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.INFO


def test_nothing_of_the_librarys_is_mounted() -> None:
    def modules(patterns: Any) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                found |= modules(pattern.url_patterns)
            else:
                view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", pattern.callback)
                found.add(view.__module__)
        return found

    assert not [name for name in modules(get_resolver().url_patterns) if name.startswith("oauth2_provider")]


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/applications/",
        "/o/applications/register/",
        "/oauth/device-authorization/",
        "/oauth/register/",
        "/oauth/logout/",
    ],
)
@pytest.mark.django_db
def test_registration_and_device_addresses_do_not_exist(client: Client, path: str) -> None:
    sign_in(client, person("alice"))
    assert client.get(path).status_code == 404 and client.post(path).status_code == 404


@pytest.mark.django_db
def test_the_deployment_check_has_nothing_to_say_about_oauth(settings: Settings) -> None:
    settings.OAUTH2_PROVIDER = oauth2_provider("https://id.example.org", settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"])
    found = checks.run_checks(include_deployment_checks=True)
    assert not [message for message in found if str(message.id).startswith("oauth2_provider")]


def test_the_slow_hashers_never_get_a_client_secret(settings: Settings) -> None:
    assert settings.PASSWORD_HASHERS[-1] == "oauth.hashers.ClientSecretHasher"
    hasher = identify_hasher(hashers.ClientSecretHasher().encode("secret", ""))
    assert isinstance(hasher, hashers.ClientSecretHasher)
    assert hasher.decode("client_secret$ab")["hash"] == "ab" and "ab" not in str(hasher.safe_summary("client_secret$ab"))
    assert not hasher.must_update("client_secret$ab")


def test_the_validator_can_be_imported_by_the_settings_alone() -> None:
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup()\n"
        "from oauth2_provider.settings import oauth2_settings as s\n"
        "print(s.OAUTH2_VALIDATOR_CLASS.__name__, s.OAUTH2_SERVER_CLASS.__name__, s.OAUTH2_BACKEND_CLASS.__name__)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["Validator", "Server", "Backend"]


class TestQueries:
    """Each row is read once. Under test every transaction adds the two statements of its savepoint."""

    pytestmark = pytest.mark.django_db
    SAVEPOINT = 2

    @pytest.fixture(autouse=True)
    def _warm(self, client: Client) -> None:
        sign_in(client, person("alice"))
        client.get("/api/v1/me/")
        signing_keys.ring()

    def test_a_code_takes_five_statements(self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        native = public_app()
        code = approve(client, native, scope="openid api refresh_token")["code"]
        # Making the app was a revision: policies and keys are read again, which is not this request's doing.
        signing_keys.ring()
        with django_assert_max_num_queries(5 + self.SAVEPOINT):
            assert redeem(native, code).status_code == 200

    def test_a_refresh_takes_seven(self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        web = app()
        fresh = tokens(client, web)["refresh_token"]
        with django_assert_max_num_queries(7 + self.SAVEPOINT):
            assert refresh(web, fresh).status_code == 200

    def test_a_call_of_the_api_takes_one_for_its_token(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        token = tokens(client, app())["access_token"]
        with django_assert_max_num_queries(1):
            assert call("/api/v1/session/", token).status_code == 200

    def test_an_introspection_takes_two(self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        web = app()
        data = {"token": tokens(client, web)["access_token"], "client_id": web.client_id, "client_secret": web.shown_secret}
        with django_assert_max_num_queries(2):
            assert Client().post("/oauth/introspect/", data).json()["active"]

    def test_an_assertion_takes_six(self, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        job = jwt_app(permitted_users="admin_approved")
        job.approved_profiles.add(person("integration").profile)
        # As for every use but the first in five minutes.
        job.keys.update(last_used_at=timezone.now())
        signed = assertion(job, "integration")
        policy_book.current()
        with django_assert_max_num_queries(6 + self.SAVEPOINT):
            assert token_request(None, JWT_BEARER, assertion=signed).status_code == 200
