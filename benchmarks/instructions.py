"""Instructions by cachegrind: the difference of two runs, which no other program on the machine disturbs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from . import arms
from .rows import INSTRUCTIONS, Ratio


class NoValgrind(Exception):
    """There is no valgrind on this machine."""


def measure() -> Iterator[dict[str, Any]]:
    """Return the rows of instructions, on SQLite. Raises NoValgrind."""
    if shutil.which("valgrind") is None:
        raise NoValgrind("There is no valgrind. On Debian: apt-get install valgrind")
    known: dict[tuple[str, str], float] = {}
    for row in INSTRUCTIONS:
        for name, operation in (("control", row.control), ("product", row.product)):
            if (name, operation) not in known:
                known[name, operation] = _of_one_run(name, operation, row)
        each = {"control": known["control", row.control], "product": known["product", row.product]}
        ratio = each["product"] / each["control"]
        yield {
            "label": row.label,
            "unit": "ratio",
            "product": ratio,
            "spread": [ratio, ratio],
            "instructions": each,
            "must": row.must,
        }


def _of_one_run(name: str, operation: str, row: Ratio) -> float:
    """Return the instructions of ``operation``: what a process does more that runs it than one that only prepares it."""
    more = row.product_times if operation == row.product else row.control_times
    # The first runs fill caches; both processes have them.
    few = max(3, more // 5)
    jobs = [{"do": operation, "times": few, "how": "time"}, {"do": operation, "times": more, "how": "prepare"}]
    _compile(name, jobs[0])
    prepared = _of_a_process(name, jobs)
    return (_of_a_process(name, [jobs[0], jobs[0] | {"times": more}]) - prepared) / more


def _compile(name: str, job: dict[str, Any]) -> None:
    """Have Python compile every module that the operation imports, which would else happen in one of the two processes."""
    with tempfile.TemporaryDirectory(prefix="authsite-benchmark-") as folder:
        (Path(folder) / name / "static").mkdir(parents=True)
        _run(arms.command(name), json.dumps(job) + "\n", name, f"sqlite:///{folder}/compile.sqlite3", folder)


def _of_a_process(name: str, jobs: list[dict[str, Any]]) -> int:
    with tempfile.TemporaryDirectory(prefix="authsite-benchmark-") as folder:
        (Path(folder) / name / "static").mkdir(parents=True)
        address = f"sqlite:///{Path(folder) / name}.sqlite3"
        lines = "".join(json.dumps(job) + "\n" for job in jobs)
        # Tables are made outside valgrind, where that takes seconds.
        _run(arms.command(name), "", name, address, folder)
        valgrind = ("valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={folder}/out")
        errors = _run((*valgrind, *arms.command(name, "--tables-are-there")), lines, name, address, folder)
    found = re.search(r"I\s+refs:\s+([\d,]+)", errors)
    if found is None:
        raise arms.ArmFailed(errors[-2000:])
    return int(found[1].replace(",", ""))


def _run(command: Sequence[str], jobs: str, name: str, address: str, folder: str) -> str:
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
