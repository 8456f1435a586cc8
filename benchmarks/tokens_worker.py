"""One arm of ``python -m benchmarks.tokens``, in a process of its own: reads jobs as JSON lines, and answers each with one."""

from __future__ import annotations

import importlib
import json
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Make the tables, then do every job that comes in."""
    django.setup()
    # After the set-up, because it imports models.
    from benchmarks.token_operations import Tokens  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    tokens = Tokens(importlib.import_module(f"benchmarks.{sys.argv[1]}.tokens"))
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        job = json.loads(line)
        answers.write(json.dumps(tokens.measure(job["do"], job["times"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
