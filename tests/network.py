"""Keeps the tests on this machine: a connection to anywhere else fails, loudly."""

from __future__ import annotations

import os
import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


class NetworkIsOff(RuntimeError):
    """A test, or the code under test, tried to reach another machine."""


def switch_off() -> None:
    """Let sockets of this process reach the loopback interface, Unix sockets and the Redis of ``REDIS_URL``, nothing else."""
    allowed = {"localhost", urlsplit(os.environ.get("REDIS_URL", "")).hostname}
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, original: Any = original) -> Any:
            if self.family != socket.AF_UNIX and not _is_near(str(address[0]), allowed):
                raise NetworkIsOff(f"Tests may not reach {address[0]}.")
            return original(self, address)

        setattr(socket.socket, name, guarded)


def _is_near(host: str, allowed: set[str | None]) -> bool:
    if host in allowed:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
