"""Each request has an id, in the answer and in the lines of the log, and no caller can write a line of their own."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.test import Client

from authsite.request_ids import JsonFormatter, current


def test_an_id_that_was_given_comes_back(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "edge-1234.abc"}).headers["X-Request-ID"] == "edge-1234.abc"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'abcdefgh"}', "abcdefgh ijk", "äbcdefghi"])
def test_what_could_forge_a_line_is_replaced(client: Client, given: str) -> None:
    found = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert len(found) == 32
    assert found.isalnum()
    assert found != client.get("/healthz").headers["X-Request-ID"]


def test_nothing_is_left_after_the_request(client: Client) -> None:
    client.get("/healthz", headers={"X-Request-ID": "edge-1234.abc"})
    assert current.get() == ""


def line(message: str, *args: object, **more: object) -> str:
    record = logging.LogRecord("authsite.test", logging.WARNING, __file__, 1, message, args, more.get("exc_info"))  # type: ignore[arg-type]
    return JsonFormatter().format(record)


def test_a_line_is_one_json_object_with_the_id() -> None:
    token = current.set("edge-1234.abc")
    found = line("Not ready: %s", "cache\nforged: yes")
    current.reset(token)
    assert "\n" not in found
    row = json.loads(found)
    assert row.pop("ts").endswith("+00:00")
    assert row == {
        "level": "warning",
        "logger": "authsite.test",
        "event": "Not ready: cache\nforged: yes",
        "request_id": "edge-1234.abc",
    }


def test_an_error_brings_its_traceback() -> None:
    try:
        int("broken")
    except ValueError:
        found = json.loads(line("It failed", exc_info=sys.exc_info()))
    assert found["request_id"] is None
    assert "ValueError: invalid literal" in found["error"]
