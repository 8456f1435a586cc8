"""Request bodies as the server really hands them over: in chunks, too large, and broken."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import requests

from tests.server import serving

LIMIT = 1024 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the site. Its database is empty: the token endpoint reads the form before it."""
    with serving(tmp_path_factory.mktemp("var"), DEMO="1") as number:
        yield number


def post(port: int, body: bytes, headers: dict[str, str] | None = None, *, chunked: bool = True) -> requests.Response:
    pieces = (body[start : start + 1000] for start in range(0, len(body), 1000))
    data = pieces if chunked else body
    return requests.post(f"http://127.0.0.1:{port}/oauth/token/", data=data, headers=headers or FORM, timeout=20)


def send(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "in-chunks"])
def test_a_form_arrives_however_it_was_sent(port: int, chunked: bool) -> None:
    response = post(port, b"grant_type=no_such_grant&filling=" + b"x" * 5000, chunked=chunked)
    assert response.status_code == 400
    assert b"unsupported_grant_type" in response.content


def test_an_empty_body_in_chunks_is_an_empty_form(port: int) -> None:
    response = post(port, b"")
    assert response.status_code == 400
    assert b"Missing grant_type" in response.content


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "in-chunks"])
def test_a_body_over_the_limit_is_refused(port: int, chunked: bool) -> None:
    response = post(port, b"x" * (LIMIT + 1), chunked=chunked)
    assert response.status_code == 413
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"at most 1048576 bytes" in response.content


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "in-chunks"])
def test_a_body_at_the_limit_is_read(port: int, chunked: bool) -> None:
    form = b"grant_type=no_such_grant&filling="
    response = post(port, form + b"x" * (LIMIT - len(form)), chunked=chunked)
    assert response.status_code == 400
    assert b"unsupported_grant_type" in response.content


HEAD = b"POST /oauth/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\ngrant_type=x\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 1, 2\r\n\r\nab",
    ],
    ids=["not-a-number", "cut-off", "no-chunk", "two-lengths", "negative", "two-numbers"],
)
def test_a_broken_body_is_a_bad_request(port: int, raw: bytes) -> None:
    assert send(port, raw).startswith(b"HTTP/1.1 400 ")


def test_no_part_of_a_refused_body_is_read_as_a_request(port: int) -> None:
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    body = smuggled * (LIMIT // 20)
    answer = send(port, HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_what_follows_a_refused_body_is_a_request_of_its_own(port: int) -> None:
    body = b"x" * (LIMIT + 1)
    following = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    answer = send(port, HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body + following)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.count(b"HTTP/1.1 200 OK") == 1
