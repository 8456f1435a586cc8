"""Input that no field can hold is refused in words, before it reaches a view or a database."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A browser that is shown what went wrong, instead of a test that is."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "path", ["/\x00", "/%00", "/login/?next=%00", "/login/?%00=1", "/docs/why/a%00b/", "/oauth/authorize/?client_id=%00"]
)
def test_nul_in_an_address_is_a_bad_request(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert b"NUL" in response.content


@pytest.mark.parametrize("path", ["/login/", "/oauth/token/", "/oauth/revoke/", "/api/v1/login/"])
@pytest.mark.parametrize("fields", [{"username": "a\x00b", "password": "x"}, {"a\x00b": "x"}], ids=["value", "name"])
def test_nul_in_a_form_is_a_bad_request(client: Client, path: str, fields: dict[str, str]) -> None:
    assert client.post(path, fields).status_code == 400
    assert (
        client.post(path, "&".join(f"{n}={v}" for n, v in fields.items()), "application/x-www-form-urlencoded").status_code
        == 400
    )


def test_nul_in_the_credentials_of_a_client_is_a_bad_request(client: Client) -> None:
    header = "Basic " + b64encode(b"app\x00:secret").decode()
    assert (
        client.post("/oauth/token/", {"grant_type": "client_credentials"}, headers={"Authorization": header}).status_code
        == 400
    )


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "django_language"])
@pytest.mark.parametrize(
    "value",
    ['"\\000aaaaaaaaaaaaaaaa"', '"', "\\", "%00", "é" * 40, "a" * 4000, ""],
    ids=["nul", "quote", "slash", "%", "é", "long", ""],
)
def test_a_broken_cookie_is_no_cookie(client: Client, name: str, value: str) -> None:
    response = client.get("/login/", headers={"Cookie": f"{name}={value}"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"no boundary at all", "multipart/form-data"),
        (b"--b\r\nContent-Disposition: form-data", "multipart/form-data; boundary=b"),
        (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=" + "b" * 300),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"username=%ff%fe&password=%c3%28", "application/x-www-form-urlencoded"),
        (b"username=a", "application/x-www-form-urlencoded; charset=no-such-charset"),
        (b"username=a", "application/x-www-form-urlencoded; charset=utf-16"),
        ("&".join(f"a{n}=1" for n in range(2000)).encode(), "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b'{"a": "\\ud800"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff", "application/json"),
        (b"x", "no/such-type"),
        (b"x", ";;;"),
    ],
)
@pytest.mark.parametrize("path", ["/login/", "/oauth/token/", "/api/v1/login/", "/api/v1/session/", "/no/such/page"])
def test_no_body_makes_the_site_fail(client: Client, path: str, body: bytes, content_type: str) -> None:
    response = client.generic("POST", path, body, content_type)
    assert 400 <= response.status_code < 500 or (path == "/login/" and response.status_code == 200)


@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "localhost:port", "x" * 300, "é"])
def test_another_hosts_name_is_a_bad_request(client: Client, host: str) -> None:
    response = client.get("/login/", headers={"Host": host})
    assert response.status_code == 400
    assert host not in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/%ff", "/%c3%28/", "/docs/why/%ed%a0%80/", "/login/?next=%ff", "/" + "a" * 5000, "//login", "/a/../b"]
)
def test_no_address_makes_the_site_fail(client: Client, path: str) -> None:
    assert client.get(path).status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_no_method_makes_the_site_fail(client: Client, method: str) -> None:
    for path in ("/", "/login/", "/oauth/token/", "/api/v1/session/", "/healthz"):
        assert client.generic(method, path).status_code < 500


def test_a_message_of_another_key_is_ignored(client: Client, settings: Any) -> None:
    assert (
        client.get("/login/", headers={"Cookie": 'messages="[[\\"__json_message\\",0,25,\\"x\\"]]:forged"'}).status_code == 200
    )
