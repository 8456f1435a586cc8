"""One arm, in a process of its own.

``python -m benchmarks.worker control`` reads jobs as JSON lines, ``{"do": operation, "times": n, "how": …}``, and answers each
with one. How: "time" answers the CPU seconds of the process; "count" the statements, requests, redirects and password hashes
of one run; "profile" where the time goes; "prepare" leaves the measured part out; "close" ends what the operation began.
"""

from __future__ import annotations

import cProfile
import gc
import importlib
import io
import json
import pstats
import sys
import time
from typing import Any
from unittest import mock

import django
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import override_settings

from .operations import Operation
from .statements import Statements

LINES_OF_PROFILE = 100


class Worker:
    """Keeps the operations that were begun, each with its people and browsers."""

    def __init__(self, name: str) -> None:
        self.arm: Any = importlib.import_module(f"benchmarks.{name}.people")
        self.application = get_wsgi_application()
        self.begun: dict[str, Operation] = {}

    def do(self, job: dict[str, Any]) -> dict[str, Any]:
        """Do one job."""
        name, times = job["do"], job["times"]
        kind = self.arm.OPERATIONS[name]
        with override_settings(PASSWORD_HASHERS=[kind.hasher]):
            if name not in self.begun:
                self.begun[name] = kind(self.arm, self.application)
            operation = self.begun[name]
            answer: dict[str, Any] = getattr(self, job["how"])(operation, times)
        return answer

    def close(self, operation: Operation, times: int) -> dict[str, Any]:
        """Undo what lasts beyond ``operation``."""
        operation.close()
        return {}

    @staticmethod
    def time(operation: Operation, times: int) -> dict[str, Any]:
        """Return the CPU seconds that the measured thing takes once."""
        gc.collect()
        spent = 0.0
        for _ in range(times):
            operation.prepare()
            start = time.process_time()
            operation.run()
            spent += time.process_time() - start
        return {"cpu": spent / times / operation.repeats}

    @staticmethod
    def prepare(operation: Operation, times: int) -> dict[str, Any]:
        """Do only what comes before the measured part."""
        gc.collect()
        for _ in range(times):
            operation.prepare()
        return {}

    @staticmethod
    def count(operation: Operation, times: int) -> dict[str, Any]:
        """Return what one run did, the same of every run: the fewest of ``times``, since the first one may fill a cache."""
        found = []
        for _ in range(times):
            operation.prepare()
            browser = operation.browser
            before = browser.requests, browser.redirects
            with (
                Statements(connection) as statements,
                mock.patch.object(
                    PBKDF2PasswordHasher, "encode", autospec=True, side_effect=PBKDF2PasswordHasher.encode
                ) as hashes,
            ):
                operation.run()
            found.append(
                {
                    "requests": browser.requests - before[0],
                    "redirects": browser.redirects - before[1],
                    "hashes": hashes.call_count,
                    "sql": len(statements.seen),
                    "writes": sum(map(Statements.is_write, statements.seen)),
                    "statements": statements.seen,
                }
            )
        return min(found, key=lambda each: each["sql"])

    @staticmethod
    def profile(operation: Operation, times: int) -> dict[str, Any]:
        """Return where the time of ``times`` runs goes, as text."""
        profiler = cProfile.Profile(time.process_time)
        for _ in range(times):
            operation.prepare()
            profiler.enable()
            operation.run()
            profiler.disable()
        text = io.StringIO()
        pstats.Stats(profiler, stream=text).sort_stats("cumulative").print_stats(LINES_OF_PROFILE)
        return {"profile": text.getvalue()}


def main() -> None:
    """Make the tables, then do every job that comes in."""
    django.setup()
    if sys.argv[2:] != ["--tables-are-there"]:
        call_command("migrate", verbosity=0, interactive=False)
    worker = Worker(sys.argv[1])
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        answers.write(json.dumps(worker.do(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
