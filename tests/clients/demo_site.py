"""The demo organisation, served as ``make run`` serves it: the site that the README's clients meet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp

from authsite.environment import BASE_DIR
from tests.server import free_port, serving

# What simple-salesforce takes for the site, whatever it is told.
AUDIENCE = "https://acme.my.salesforce.com"
CALLBACK = "http://127.0.0.1:8777/cb"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody of the demo organisation, with an authenticator that never gives the same code twice."""

    username: str
    password: str
    secret: str | None
    _used: set[int] = field(default_factory=set)

    def code(self) -> str:
        """Return a code that was not used yet; waits for the next one where need be."""
        step = int(time.time()) // 30
        if step in self._used:
            # The next code works already: the site allows for a clock that is one step fast.
            step += 1
        while step in self._used:
            time.sleep(1)
            step = int(time.time()) // 30 + 1
        self._used.add(step)
        return pyotp.TOTP(self.secret or "").at(step * 30)


@dataclass(frozen=True, slots=True)
class DemoSite:
    """Where the site is, and what ``manage.py demo --json`` says of it."""

    url: str
    users: dict[str, DemoUser]
    apps: dict[str, dict[str, Any]]


@contextmanager
def served(folder: Path) -> Iterator[DemoSite]:
    """Make the demo organisation in ``folder``, serve it with gunicorn, and yield it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    variables = {"DEMO": "1", "BASE_URL": url, "ASSERTION_AUDIENCES": AUDIENCE}
    _manage(folder, variables, "migrate", "--verbosity", "0")
    told = json.loads(_manage(folder, variables, "demo", "--json"))
    _manage(folder, variables, "collectstatic", "--no-input", "--verbosity", "0")
    with serving(folder, port, **variables):
        users = {each["username"]: DemoUser(each["username"], each["password"], each["totp_secret"]) for each in told["users"]}
        yield DemoSite(url, users, {each["name"]: each for each in told["apps"]})


def _manage(folder: Path, variables: dict[str, str], *command: str) -> str:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables}
    run = [sys.executable, "manage.py", *command]
    return subprocess.run(run, cwd=BASE_DIR, env=environment, check=True, capture_output=True, text=True).stdout
