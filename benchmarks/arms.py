"""The two arms as processes, so that each has its own settings, its own database, and its own CPU clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from .databases import DATABASES

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("control", "product")


class ArmFailed(Exception):
    """An arm ended before it had answered; the message is the end of its log."""


class Arm:
    """A worker that does one job at a time."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log

    def do(self, operation: str, times: int, how: str = "time") -> dict[str, Any]:
        """Have the worker do ``operation`` so many times, and return its answer. Raises ArmFailed."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": operation, "times": times, "how": how}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise ArmFailed(f"{operation}: {self.log.read_text()[-4000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def environment(name: str, address: str, folder: Path) -> dict[str, str]:
    """Return the environment of an arm: nothing of the caller's that would change what is measured."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": f"benchmarks.{name}.settings",
        "DATABASE_URL": address,
        "VAR_DIR": str(folder / name),
        "DEMO": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(ROOT),
    }


def command(name: str, *options: str, module: str = "benchmarks.worker") -> Sequence[str]:
    """Return the command line of an arm."""
    return (sys.executable, "-m", module, name, *options)


@contextmanager
def both(
    database: str, folder: Path, *, names: Sequence[str] = NAMES, module: str = "benchmarks.worker"
) -> Iterator[dict[str, Arm]]:
    """Start two arms, the control and the product, on new databases, and stop and remove both afterwards."""
    with ExitStack() as stack:
        arms = {}
        for name in names:
            (folder / name / "static").mkdir(parents=True, exist_ok=True)
            address = stack.enter_context(DATABASES[database](name, folder))
            log = stack.enter_context((folder / f"{name}.log").open("w"))
            process = stack.enter_context(
                subprocess.Popen(  # noqa: S603 - our own worker
                    command(name, module=module),
                    cwd=ROOT,
                    env=environment(name, address, folder),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
            )
            arms[name] = Arm(process, folder / f"{name}.log")
        try:
            yield arms
        finally:
            for arm in arms.values():
                arm.process.terminate()
