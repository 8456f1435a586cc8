"""The playground: the flows with real requests, the step-up lesson, a refused grant, and what it must never do."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from oauth.models import AccessToken, AppKey, ConnectedApp, RefreshToken
from oauth.playground import client_app
from sessions_policy.models import PolicyRevision
from tests.accounts.people import Authenticator, assured_profile, give_authenticator, person, sign_in
from tests.oauth.world import HIGH, JWT_BEARER, press, text

pytestmark = pytest.mark.django_db
HERE = "/developers/playground/"


@pytest.fixture
def alice(client: Client) -> Authenticator:
    """Alice has an authenticator, and is signed in with her password."""
    alice = person("alice")
    app = give_authenticator(alice)
    sign_in(client, alice)
    return app


def do(client: Client, act: str, **fields: Any) -> Any:
    response = client.post(HERE, {"act": act, **fields})
    assert response.status_code == 200
    return response


def go(client: Client, page: Any) -> Any:
    """Follow the button to the authorize endpoint, approve if asked, and return the callback's page."""
    link = re.search(r'href="(/oauth/authorize/[^"]+)"', page.content.decode())
    assert link is not None
    response = client.get(unescape(link[1]))
    if response.status_code == 200:
        response = press(client, response)
    return client.get(response.headers["Location"].removeprefix("http://127.0.0.1:8000"))


def exchanged(client: Client, **asked: Any) -> Any:
    page = go(client, do(client, "begin", **{"scope": ["openid", "api", "refresh_token"], **asked}))
    return do(client, "exchange", **hidden(page))


def hidden(page: Any) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(code|state)" value="([^"]+)">', page.content.decode()))


def token_of(page: Any) -> str:
    found = re.search(r'"access_token": "([^"]+)"', unescape(page.content.decode()))
    assert found is not None, text(page)
    return found[1]


def test_it_is_not_there_where_it_is_off(client: Client, alice: Authenticator, settings: Any) -> None:
    settings.PLAYGROUND = False
    for path in (HERE, HERE + "callback/"):
        assert client.get(path).status_code == 404
    assert client.post(HERE, {"act": "begin", "scope": "api"}).status_code == 404
    assert "playground" not in client.get("/developers/").content.decode()
    assert not ConnectedApp.objects.exists()


def test_it_asks_to_sign_in_and_looking_at_it_writes_nothing(client: Client) -> None:
    assert client.get(HERE).status_code == 302
    sign_in(client, person("alice"))
    assert client.get(HERE).status_code == 200
    assert not ConnectedApp.objects.exists()


def test_the_web_server_flow_shows_its_tokens_once(client: Client, alice: Authenticator) -> None:
    page = do(client, "begin", scope=["openid", "api", "refresh_token"])
    assert "code_challenge_method=S256" in text(page)
    back = go(client, page)
    assert "state=" in text(back)
    assert "iss=http://127.0.0.1:8000" in text(back)
    answer = do(client, "exchange", **hidden(back))
    token = token_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "POST /oauth/token/ HTTP/1.1" in text(answer)
    for later in (client.get(HERE), do(client, "call", name="api-session")):
        assert token not in later.content.decode()
        assert token[:8] in later.content.decode()
    assert token not in str(dict(client.session.items()))
    assert client_app.secret() not in answer.content.decode()


def test_the_api_is_really_called(client: Client, alice: Authenticator) -> None:
    exchanged(client)
    page = text(do(client, "call", name="api-session"))
    assert '"grant": "authorization_code"' in page
    assert '"user": "alice"' in page
    # An address is chosen from a list, and nothing else is ever called.
    assert "GET /api/v1/session/" in text(do(client, "call", name="admin:index"))


def test_the_step_up_lesson(client: Client, alice: Authenticator) -> None:
    exchanged(client)
    challenged = do(client, "call", name="api-reports")
    assert "HTTP/1.1 401" in text(challenged)
    assert 'error="insufficient_user_authentication"' in text(challenged)
    assert f"acr_values={HIGH}" in text(challenged)
    again = do(client, "step_up")
    assert f"acr_values={HIGH}" in text(again)
    link = unescape(re.findall(r'href="(/oauth/authorize/[^"]+)"', again.content.decode())[0])
    asked = client.get(link)
    assert asked.status_code in (302, 303)
    stepped = client.post(asked.headers["Location"], {"code": alice.code()})
    assert stepped.status_code == 302, text(stepped)
    back = go(client, again)
    do(client, "exchange", **hidden(back))
    assert "HTTP/1.1 200" in text(do(client, "call", name="api-reports"))
    assert f'"acr": "{HIGH}"' in text(do(client, "introspect"))


def test_refresh_brings_the_next_tokens(client: Client, alice: Authenticator) -> None:
    first = token_of(exchanged(client))
    assert token_of(do(client, "refresh")) != first
    assert RefreshToken.objects.count() == 2


def test_the_id_token_is_decoded_on_the_server(client: Client, alice: Authenticator) -> None:
    page = text(exchanged(client))
    assert '"aud": "playground"' in page
    assert '"auth_time":' in page


def test_a_grant_without_approval_is_refused_under_high_assurance(client: Client) -> None:
    bob = person("bob", assured_profile())
    sign_in(client, bob, give_authenticator(bob))
    exchanged(client)
    revisions = PolicyRevision.objects.count()
    page = do(client, "refused", grant=JWT_BEARER)
    assert '"error": "invalid_grant"' in text(page)
    assert "no user approval step" in text(page)
    assert "/docs/why/grant.no_approval_step.profile/" in page.content.decode()
    assert "unauthorized_client" in text(do(client, "refused", grant="client_credentials"))
    assert "unsupported_grant_type" in text(do(client, "refused", grant="urn:ietf:params:oauth:grant-type:token-exchange"))
    # The key that signed is gone, and was no policy.
    assert not AppKey.objects.exists()
    assert PolicyRevision.objects.count() == revisions


def test_a_token_that_comes_without_approval_is_ended_at_once(client: Client, alice: Authenticator) -> None:
    exchanged(client)
    page = do(client, "refused", grant=JWT_BEARER)
    token = AccessToken.objects.get(flow=JWT_BEARER)
    assert token.user == User.objects.get(username="alice")
    assert '"access_token"' in text(page)
    assert token.is_expired()


def test_end_revokes_the_family(client: Client, alice: Authenticator) -> None:
    exchanged(client)
    assert "have ended" in text(do(client, "end"))
    assert all(token.is_expired() for token in AccessToken.objects.all())
    assert all(token.revoked for token in RefreshToken.objects.all())
    assert "no token yet" in text(do(client, "call", name="api-me"))


def test_tokens_last_an_hour_at_most(client: Client, alice: Authenticator) -> None:
    exchanged(client)
    token, refresh = AccessToken.objects.get(), RefreshToken.objects.get()
    assert (token.expires - token.created).total_seconds() <= 3601
    assert (refresh.expires - refresh.created).total_seconds() <= 3601


def test_an_answer_to_another_request_is_not_exchanged(client: Client, alice: Authenticator) -> None:
    page = do(client, "begin", scope=["api"])
    back = go(client, page)
    for fields in ({**hidden(back), "state": "another"}, {"state": hidden(back)["state"]}):
        assert "belongs to no run" in text(do(client, "exchange", **fields))
    forged = client.get(HERE + "callback/?code=stolen&state=another&iss=http://127.0.0.1:8000")
    assert "another request" in text(forged)
    assert not hidden(forged)
    state = hidden(back)["state"]
    mixed_up = client.get(f"{HERE}callback/?code=stolen&state={state}&iss=https://evil.example")
    assert "is not this server" in text(mixed_up)


def test_an_error_of_the_authorize_endpoint_is_shown(client: Client, alice: Authenticator) -> None:
    page = do(client, "begin", scope=["api"])
    link = unescape(re.findall(r'href="(/oauth/authorize/[^"]+)"', page.content.decode())[0])
    location = press(client, client.get(link), "deny").headers["Location"]
    assert dict(parse_qsl(urlsplit(location).query))["error"] == "access_denied"
    assert "access_denied" in text(client.get(location.removeprefix("http://127.0.0.1:8000")))


def test_another_persons_run_is_not_there(client: Client, alice: Authenticator) -> None:
    exchanged(client)
    other = Client()
    sign_in(other, person("bob"))
    assert "no token yet" in text(do(other, "call", name="api-session"))


def test_the_policies_that_administrators_give_the_app_are_left_alone(client: Client, alice: Authenticator) -> None:
    do(client, "begin", scope=["api"])
    app = ConnectedApp.objects.get()
    app.session_policy = "raise"
    app.save()
    revisions = PolicyRevision.objects.count()
    do(client, "begin", scope=["api"])
    assert ConnectedApp.objects.get().session_policy == "raise"
    assert PolicyRevision.objects.count() == revisions


def test_a_form_that_is_wrong_says_so(client: Client, alice: Authenticator) -> None:
    page = text(do(client, "begin", max_age="-1"))
    assert "This field is required" in page
    assert not ConnectedApp.objects.exists()
