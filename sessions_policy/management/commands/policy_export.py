"""``manage.py policy_export [FILE]``: every policy as JSON, with names and without ids or secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sessions_policy import policy_bundle


class Command(BaseCommand):
    """Writes the policies that are in force."""

    help = "Write every policy as JSON, for a file under version control or for another installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", nargs="?", default="-", help="where to write; by default the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export."""
        text = json.dumps(policy_bundle.export(), indent=2, ensure_ascii=False)
        if options["file"] == "-":
            self.stdout.write(text)
            return
        Path(options["file"]).write_text(text + "\n", encoding="utf-8")
        self.stderr.write(f"Written to {options['file']}.")
