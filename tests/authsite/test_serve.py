"""Serving: a port that is taken is told in words."""

from __future__ import annotations

import socket

import pytest

from authsite.serve import stop_if_taken


def test_a_taken_port_is_told_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"port {port}.*PORT=8001"):
            stop_if_taken("127.0.0.1", port)


def test_an_address_of_another_machine_is_told_in_words() -> None:
    with pytest.raises(SystemExit, match=r"Cannot listen on 192\.0\.2\.1 port 8000"):
        stop_if_taken("192.0.2.1", 8000)


def test_a_free_port_is_left_alone() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert stop_if_taken("127.0.0.1", port) is None
