"""Runs every cell of the table of grants against the real endpoints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from oauth.backend import core
from oauth.models import Approval
from tests.accounts.people import PASSWORD, Authenticator, give_authenticator, permission_set, person, profile, sign_in
from tests.oauth import grants_table
from tests.oauth.world import (
    JWT_BEARER,
    REDIRECT,
    answer_of,
    app,
    assertion,
    authorize_url,
    call,
    key_pair,
    press,
    redeem,
    refresh,
    token_request,
    tokens,
)

pytestmark = pytest.mark.django_db

OTHERS = {
    "device flow": "urn:ietf:params:oauth:grant-type:device_code",
    "token exchange": "urn:ietf:params:oauth:grant-type:token-exchange",
    "SAML bearer": "urn:ietf:params:oauth:grant-type:saml2-bearer",
}
EVERY_GRANT = ["authorization_code", "refresh_token", "implicit", "password", "client_credentials", JWT_BEARER]


class Scene:
    """Alice with an authenticator, and an app that may do everything and that she approved."""

    def __init__(self) -> None:
        self.alice: User = person("alice")
        self.authenticator: Authenticator = give_authenticator(self.alice)
        runner = person("runner")
        permission_set(runner, name="Robots", api_only=True)
        self.app = app("app", *EVERY_GRANT, run_as=runner, certificate=key_pair()[1], redirect_uris=REDIRECT)
        self.browser = Client()
        self.token, self.fresh = "", ""
        Approval.remember(self.alice, self.app, ["api", "web", "refresh_token"])

    def connect(self) -> None:
        """Sign Alice in, at Standard, and give the app its tokens."""
        sign_in(self.browser, self.alice)
        body = tokens(self.browser, self.app, scope="api web refresh_token")
        self.token, self.fresh = body["access_token"], body["refresh_token"]

    def becomes(self, situation: str, grant: str) -> None:
        """Change what the situation says."""
        changes: dict[str, Callable[[], Any]] = {
            "open": lambda: None,
            "profile": lambda: profile(required_level="high_assurance"),
            "app_raise": lambda: self.change_app(session_policy="raise"),
            "app_block": lambda: self.change_app(session_policy="block"),
            "api_two_factor": lambda: permission_set(self.alice, two_factor_ui=True, two_factor_api=True),
            "frozen": lambda: User.objects.update(is_frozen=True),
            "not_listed": lambda: self.change_app(grant_types=[name for name in EVERY_GRANT if name != grant]),
        }
        changes[situation]()

    def change_app(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.app, name, value)
        self.app.save()


def outcome_of(response: Any) -> str:
    body = response.json()
    return "token" if response.status_code == 200 and body.get("access_token") else str(body["error"])


def keep(scene: Scene, response: Any) -> str:
    found = outcome_of(response)
    if found == "token":
        scene.token = response.json()["access_token"]
    return found


def authorize(scene: Scene, response_type: str) -> tuple[str, dict[str, str]]:
    """Go through the authorize endpoint as a person does; return whether they had to prove more, and the answer."""
    page, proven = scene.browser.get(authorize_url(scene.app, response_type=response_type, prompt="consent")), ""
    location = page.headers.get("Location", "")
    if location.startswith("/step-up/"):
        proven = "second factor, then "
        raised = scene.browser.post(location, {"code": scene.authenticator.code(step=1)})
        page = scene.browser.get(raised.headers["Location"])
    if page.status_code == 403:
        return "page says why not", {}
    return proven, answer_of(press(scene.browser, page) if page.status_code == 200 else page)


def by_web_server(scene: Scene) -> str:
    how, answer = authorize(scene, "code")
    if "code" not in answer:
        return answer.get("error") or how
    return how + keep(scene, redeem(scene.app, answer["code"]))


def by_user_agent(scene: Scene) -> str:
    how, answer = authorize(scene, "token")
    if "access_token" not in answer:
        return answer.get("error") or how
    scene.token = answer["access_token"]
    return how + "token"


def by_refresh(scene: Scene) -> str:
    return keep(scene, refresh(scene.app, scene.fresh))


def by_jwt(scene: Scene) -> str:
    return keep(scene, token_request(None, JWT_BEARER, assertion=assertion(scene.app, "alice")))


def by_password(scene: Scene) -> str:
    return keep(scene, token_request(scene.app, "password", username="alice", password=PASSWORD))


def by_client_credentials(scene: Scene) -> str:
    return keep(scene, token_request(scene.app, "client_credentials"))


def by_api_login(scene: Scene) -> str:
    response = Client().post("/api/v1/login/", {"username": "alice", "password": PASSWORD})
    if response.status_code == 200:
        scene.token = response.json()["access_token"]
        return "token"
    return f"{response.status_code} {response.json().get('code')}"


def by_bridge(scene: Scene) -> str:
    given = Client().post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {scene.token}"})
    if given.status_code != 200:
        return in_words(given)
    browser = Client()
    browser.get(given.json()["frontdoor_uri"].removeprefix("http://127.0.0.1:8000"))
    page = browser.get("/security/")
    asked = page.status_code == 302 and page.headers["Location"].startswith("/step-up/")
    if asked:
        return "session at Standard, second factor before any page"
    return f"session at {browser.get('/api/v1/session/').json()['level'].title()}" if page.status_code == 200 else "nothing"


def in_words(response: Any) -> str:
    if response.status_code == 200:
        return "works"
    code = "invalid_token" if "invalid_token" in response.headers.get("WWW-Authenticate", "") else response.json().get("code")
    return f"{response.status_code} {code}"


WAYS: dict[str, tuple[str, Callable[[Scene], str]]] = {
    "web server": ("authorization_code", by_web_server),
    "user-agent": ("implicit", by_user_agent),
    "refresh token": ("refresh_token", by_refresh),
    "JWT bearer": (JWT_BEARER, by_jwt),
    "username-password": ("password", by_password),
    "client credentials": ("client_credentials", by_client_credentials),
    "API login": ("", by_api_login),
    "bridge": ("", by_bridge),
    **{
        name: (grant, lambda scene, grant=grant: outcome_of(token_request(scene.app, grant))) for name, grant in OTHERS.items()
    },
}


APPROVED_BEFORE = ("web server", "user-agent", "refresh token", "bridge")


def run(way: str, situation: str) -> str:
    """Return what really happens, in the words of the table."""
    scene = Scene()
    grant, ask = WAYS[way]
    if way in APPROVED_BEFORE:
        scene.connect()
    if not situation.startswith("older_"):
        scene.becomes(situation, grant)
        return ask(scene)
    ask(scene)
    scene.becomes({"older_profile": "profile", "older_raise": "app_raise", "older_block": "app_block"}[situation], grant)
    return in_words(call("/api/v1/session/", scene.token)) if scene.token else "no token"


@pytest.mark.parametrize("situation", grants_table.SITUATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_a_cell_is_true(way: str, situation: str) -> None:
    assert run(way, situation) == grants_table.rows()[way][situation]


def test_the_table_is_complete_and_its_page_current() -> None:
    assert list(WAYS) == list(grants_table.WAYS) == list(grants_table.TABLE)
    assert set(core().server.grant_types) | {"implicit", ""} == {grant for grant, _ask in WAYS.values()} - set(OTHERS.values())
    page = Path(__file__).parents[2] / "docs" / "grants.md"
    assert page.read_text() == grants_table.markdown(), "python -m tests.oauth.grants_table > docs/grants.md"
