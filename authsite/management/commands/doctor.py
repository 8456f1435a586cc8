"""``manage.py doctor``: whether everything that the site needs is well."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from authsite import diagnosis


class Command(BaseCommand):
    """Examines settings, services, keys, administrators and profiles. Exit code 1 with a complaint, 2 for a wrong option."""

    help = "Examine the site; exit code 0 when all is well, 1 when something is not."
    # The settings are one of the checks: they are reported, not raised.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way to answer."""
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every check; raise CommandError (exit code 1) when one complains."""
        found = diagnosis.examine()
        if options["json"]:
            rows = [{"ok": not each.complaints, **asdict(each)} for each in found]
            self.stdout.write(json.dumps({"ok": all(row["ok"] for row in rows), "checks": rows}, indent=2))
        else:
            self._print(found)
        ill = [each.name for each in found if each.complaints]
        if ill:
            raise CommandError(f"Not well: {', '.join(ill)}.")

    def _print(self, found: list[diagnosis.Examined]) -> None:
        for each in found:
            self.stdout.write(f"{each.name.replace('_', ' '):<16}{'ok' if not each.complaints else 'NOT WELL'}")
            for complaint in each.complaints:
                self.stdout.write(f"  {complaint.what}" + (f"\n    {complaint.now}" if complaint.now else ""))
