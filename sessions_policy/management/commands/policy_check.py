"""``manage.py policy_check``: the saved What-If tests, asked of the policies in force; exit 1 on a difference."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sessions_policy import policy_tests


class Command(BaseCommand):
    """Runs every saved What-If test; exit 1 when an answer is another one than was saved."""

    help = "Asks every saved What-If test of the policies in force, and fails when an answer differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format."""
        parser.add_argument("--json", action="store_true", help="print the results as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and print each difference."""
        results = policy_tests.run()
        broken = [result for result in results if not result.passes]
        if options["json"]:
            rows = [
                {
                    "name": result.test.name,
                    "passes": result.passes,
                    "expected": {"verdict": result.test.verdict, "reason": result.test.reason},
                    "found": {"verdict": result.verdict, "reason": result.reason},
                }
                for result in results
            ]
            self.stdout.write(json.dumps({"tests": rows, "differences": len(broken)}, indent=2, ensure_ascii=False))
        else:
            for result in broken:
                self.stdout.write(self.style.ERROR(result.sentence))
            self.stdout.write(f"{len(results)} tests, {len(broken)} differ.")
        if broken:
            raise CommandError("The policies do not say what the tests say.", returncode=1)
