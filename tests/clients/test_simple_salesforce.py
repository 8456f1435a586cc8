"""simple-salesforce, a data loader's library in Python: it speaks to the site as to the reference system.

It knows only addresses below ``salesforce.com`` over TLS; the adapter here leads one of them to the demo site.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from tests.clients.demo_site import AUDIENCE, DemoSite

DOMAIN = "acme.my"


class ToTheDemo(HTTPAdapter):
    """Sends what is meant for ``https://acme.my.salesforce.com`` to the demo site."""

    def __init__(self, demo: DemoSite) -> None:
        super().__init__()
        self._demo = urlsplit(demo.url)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send ``request`` there."""
        parts = urlsplit(request.url or "")
        request.url = urlunsplit((self._demo.scheme, self._demo.netloc, *parts[2:]))  # type: ignore[arg-type]
        return super().send(request, **options)


@pytest.fixture
def session(demo: DemoSite) -> requests.Session:
    """Return a session in which the reference system's address is the demo's."""
    made = requests.Session()
    made.mount(AUDIENCE, ToTheDemo(demo))
    return made


def _log_in(demo: DemoSite, session: requests.Session, username: str, app: str = "script") -> tuple[str, str]:
    known = demo.apps[app]
    found: tuple[str, str] = SalesforceLogin(
        username=username,
        password=demo.users[username].password,
        consumer_key=known["client_id"],
        consumer_secret=known["client_secret"],
        domain=DOMAIN,
        session=session,
    )
    return found


def test_username_and_password_give_a_session_id_that_works(demo: DemoSite, session: requests.Session) -> None:
    session_id, instance = _log_in(demo, session, "plain")
    assert f"http://{instance}" == demo.url
    answer = session.get(f"http://{instance}/api/v1/me/", headers={"Authorization": f"Bearer {session_id}"})
    assert answer.json()["username"] == "plain"


def test_high_assurance_refuses_with_the_reason(demo: DemoSite, session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        _log_in(demo, session, "assured")
    assert refused.value.code == "invalid_grant"
    assert "Assured User requires High Assurance" in str(refused.value)


def test_a_wrong_password_says_no_more_than_that(demo: DemoSite, session: requests.Session) -> None:
    known = demo.apps["script"]
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        SalesforceLogin(
            username="plain",
            password="wrong",
            consumer_key=known["client_id"],
            consumer_secret=known["client_secret"],
            domain=DOMAIN,
            session=session,
        )
    assert refused.value.code == "invalid_grant"


def test_an_app_with_a_user_of_its_own_logs_in_by_its_secret(demo: DemoSite, session: requests.Session) -> None:
    known = demo.apps["service"]
    session_id, instance = SalesforceLogin(
        consumer_key=known["client_id"], consumer_secret=known["client_secret"], domain=DOMAIN, session=session
    )
    answer = session.get(f"http://{instance}/api/v1/me/", headers={"Authorization": f"Bearer {session_id}"})
    assert answer.json()["username"] == "integration"


def _log_in_with_a_key(demo: DemoSite, session: requests.Session, username: str) -> tuple[str, str]:
    known = demo.apps["nightly-job"]
    found: tuple[str, str] = SalesforceLogin(
        username=username,
        consumer_key=known["client_id"],
        privatekey_file=known["private_key_file"],
        domain=DOMAIN,
        session=session,
    )
    return found


def test_a_signed_assertion_gives_a_session_id_that_works(demo: DemoSite, session: requests.Session) -> None:
    session_id, instance = _log_in_with_a_key(demo, session, "integration")
    answer = session.get(f"http://{instance}/api/v1/me/", headers={"Authorization": f"Bearer {session_id}"})
    assert answer.json()["username"] == "integration"


def test_who_did_not_approve_is_told_in_words_that_the_library_knows(demo: DemoSite, session: requests.Session) -> None:
    with (
        pytest.warns(UserWarning, match="you may need to authorize"),
        pytest.raises(SalesforceAuthenticationFailed) as refused,
    ):
        _log_in_with_a_key(demo, session, "plain")
    assert refused.value.code == "invalid_grant"


def test_high_assurance_refuses_an_assertion_with_the_reason(demo: DemoSite, session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        _log_in_with_a_key(demo, session, "assured")
    assert "Assured User requires High Assurance" in str(refused.value)
