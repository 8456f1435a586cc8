"""The site served by gunicorn with the configuration of production, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from authsite.environment import BASE_DIR

SECONDS_TO_START = 30


@contextmanager
def serving(folder: Path, port: int | None = None, **variables: str) -> Iterator[int]:
    """Serve with ``folder`` as ``VAR_DIR``, and yield the port on 127.0.0.1. Nothing is migrated and no file collected."""
    port = port or free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "authsite.settings",
        "VAR_DIR": str(folder),
        "PORT": str(port),
        **variables,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", str(BASE_DIR / "authsite/gunicorn_conf.py")]
    server = subprocess.Popen(command, cwd=BASE_DIR, env=environment)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=20)
    assert status == 0


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The server did not start.")
