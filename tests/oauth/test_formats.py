"""The form of token responses that clients of the reference system may ask for (R6.27)."""

from __future__ import annotations

from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.accounts.people import person, sign_in
from tests.oauth.world import app, call, refresh, tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(client: Client) -> tuple[object, str]:
    web = app()
    sign_in(client, person("alice"))
    return web, tokens(client, web)["refresh_token"]


def test_json_is_the_usual_one_and_what_is_unknown_is_json(given: tuple[object, str]) -> None:
    web, fresh = given
    for name in ("json", "jsonp", "made_up", ""):
        response = refresh(web, fresh, format=name, callback="alert")
        assert response.headers["Content-Type"] == "application/json" and response.content.startswith(b"{")
        fresh = response.json()["refresh_token"]


def test_urlencoded(given: tuple[object, str]) -> None:
    response = refresh(*given, format="urlencoded")
    assert response.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert response.headers["Cache-Control"] == "no-store"
    fields = parse_qs(response.content.decode())
    assert call("/api/v1/me/", fields["access_token"][0]).status_code == 200


def test_xml(given: tuple[object, str]) -> None:
    response = refresh(*given, format="xml")
    assert response.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own answer
    assert root.tag == "OAuth" and call("/api/v1/me/", root.findtext("access_token") or "").status_code == 200


@pytest.mark.parametrize("name", ["urlencoded", "xml"])
def test_errors_come_in_the_same_form(name: str) -> None:
    response = refresh(app(), "<made & up>", format=name)
    assert response.status_code == 400 and b"invalid_grant" in response.content
    assert response.headers["Cache-Control"] == "no-store"
    if name == "xml":
        root = ElementTree.fromstring(response.content)  # noqa: S314 - our own answer
        assert root.findtext("error") == "invalid_grant"
