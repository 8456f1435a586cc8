"""Runs the Node clients beside this file: finds Node and their locked packages, and says loudly when either is missing."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
SECONDS = 30


def is_ready() -> bool:
    """Whether Node is here with the packages of the lock file (``make clients`` installs them)."""
    return shutil.which("node") is not None and (PACKAGES / ".package-lock.json").is_file()


def is_required() -> bool:
    """Whether their absence is a failure (``REQUIRE_NODE=1``, as in CI)."""
    return os.environ.get("REQUIRE_NODE") == "1"


class Client:
    """A Node program that is told what to do and answers, both as JSON lines; it speaks first."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def says(self) -> dict[str, Any]:
        """Return its next line; fails with what it wrote to its error output when there is none."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        ready, _writable, _broken = select.select([self._process.stdout], [], [], SECONDS)
        if not ready:
            self._process.kill()
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read()
        said: dict[str, Any] = json.loads(line)
        return said

    def ask(self, **values: Any) -> dict[str, Any]:
        """Send ``values`` and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(values) + "\n")
        self._process.stdin.flush()
        return self.says()


@contextmanager
def client(program: str, **settings: Any) -> Iterator[Client]:
    """Start ``program`` (a file beside this one) with ``settings``, and end it afterwards."""
    node = shutil.which("node")
    assert node is not None and is_ready(), "Run make clients."
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [node, str(HERE / program), json.dumps(settings)],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        cwd=HERE,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        yield Client(process)
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)
