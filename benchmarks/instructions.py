"""Instructions of a guarded page by cachegrind: the difference of two lengths of run, which no other program disturbs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from . import arms

SHORT, LONG = 30, 130


class NoValgrind(Exception):
    """There is no valgrind on this machine."""


def of_a_guarded_page() -> dict[str, Any]:
    """Return the row of instructions, on SQLite. Raises NoValgrind."""
    if shutil.which("valgrind") is None:
        raise NoValgrind("There is no valgrind. On Debian: apt-get install valgrind")
    each = {name: (_count(name, LONG) - _count(name, SHORT)) / (LONG - SHORT) for name in arms.NAMES}
    ratio = each["product"] / each["control"]
    return {
        "label": "Guarded page, instructions",
        "unit": "ratio",
        "product": ratio,
        "spread": [ratio, ratio],
        "instructions": each,
        "must": 1.03,
    }


def _count(name: str, times: int) -> int:
    """Return the instructions of an arm from its start to its end, with ``times`` pages between."""
    with tempfile.TemporaryDirectory(prefix="authsite-benchmark-") as folder:
        (Path(folder) / name / "static").mkdir(parents=True)
        address = f"sqlite:///{Path(folder) / name}.sqlite3"
        job = json.dumps({"do": "hot_get", "times": times, "how": "time"}) + "\n"
        # Tables are made outside valgrind, where that takes seconds.
        _run(arms.command(name), "", name, address, folder)
        valgrind = ("valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={folder}/out")
        errors = _run((*valgrind, *arms.command(name, "--tables-are-there")), job, name, address, folder)
    found = re.search(r"I\s+refs:\s+([\d,]+)", errors)
    if found is None:
        raise arms.ArmFailed(errors[-2000:])
    return int(found[1].replace(",", ""))


def _run(command: Any, jobs: str, name: str, address: str, folder: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own worker
        command,
        cwd=arms.ROOT,
        env=arms.environment(name, address, Path(folder)),
        input=jobs,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr
