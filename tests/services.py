"""Finds PostgreSQL and Redis for ``make test-services``, starts local ones that are installed, and prints where they are.

``python -m tests.services`` prints two lines for a shell, ``export DATABASE_URL=…`` and ``export REDIS_URL=…``.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

DEFAULTS = {"DATABASE_URL": "postgres://postgres@127.0.0.1:5432/postgres", "REDIS_URL": "redis://127.0.0.1:6379/0"}
PORTS = {"DATABASE_URL": 5432, "REDIS_URL": 6379}
SECONDS_TO_START = 20


def main() -> None:
    """Print the addresses of both services; exit with a plain sentence when one is not there and cannot be started."""
    for name, default in DEFAULTS.items():
        url = os.environ.get(name) or default
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or PORTS[name]
        if not _answers(host, port) and not (url == default and _start(name) and _answers(host, port, SECONDS_TO_START)):
            sys.exit(
                f"Nothing answers at {host}:{port}. Start it, or set {name}: these tests are about it and do not go without."
            )
        sys.stdout.write(f"export {name}={shlex.quote(url)}\n")


def _answers(host: str, port: int, seconds: float = 0) -> bool:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), timeout=2).close()
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.2)
        else:
            return True


def _start(name: str) -> bool:
    """Start the local service that is installed, without a service manager; false when there is none."""
    if name == "REDIS_URL":
        folder = tempfile.mkdtemp(prefix="authsite-redis-")
        return _run("redis-server", "--daemonize", "yes", "--bind", "127.0.0.1", "--save", "", "--dir", folder)
    clusters = sorted(path.name for path in Path("/etc/postgresql").glob("*"))
    return bool(clusters) and _run("pg_ctlcluster", "--skip-systemctl-redirect", clusters[-1], "main", "start")


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    main()
