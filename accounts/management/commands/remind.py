"""``manage.py remind``: mail people who will soon need a second factor, and those without recovery codes. Run it daily."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import reminders


class Command(BaseCommand):
    """Reminds 14 days, 3 days and on the last day before a second factor is needed; of missing recovery codes once a week."""

    help = "Mail people who will soon need a second factor, and people without recovery codes. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way to answer."""
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--dry-run", action="store_true", help="say who is due, and mail nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mail them, or say whom."""
        rows = []
        for each in reminders.due():
            rows.append({"username": each.user.get_username(), "kind": each.kind, "days": each.days})
            if not options["dry_run"]:
                each.send()
        if options["json"]:
            self.stdout.write(json.dumps({"due": rows, "dry_run": options["dry_run"]}))
            return
        for row in rows:
            left = "" if row["days"] is None else f"  {row['days']} days left"
            self.stdout.write(f"{row['username']}  {str(row['kind']).replace('_', ' ')}{left}")
        self.stdout.write(f"{len(rows)} due. Nobody is mailed twice about the same.")
