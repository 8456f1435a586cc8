"""``manage.py flow_import FILE``: make a draft of what ``flow_export`` printed."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.management.answers import USAGE
from loginflows import documents
from loginflows.management.answers import FINDINGS, FlowCommand, as_json


class Command(FlowCommand):
    """Makes a draft; a flow that is not there yet is made with it. Nothing that runs changes."""

    help = "Make a draft of a login flow from a JSON file. Nothing is activated."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        super().add_arguments(parser)
        parser.add_argument("file", help="a file that flow_export has written")
        parser.add_argument("--name", help="the flow's name, instead of the one in the file")
        parser.add_argument("--reason", default="", help="why; it is kept in the history")
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the draft, unless the file has not the shape of a flow."""
        document = self.read(options["file"])
        try:
            imported = documents.read(document, options["name"])
        except documents.NoDocument as error:
            raise CommandError(str(error), returncode=USAGE) from error
        number = None
        if not options["dry_run"] and not imported.is_shapeless:
            number = documents.save(imported, reason=options["reason"]).number
        answer = {
            "flow": imported.name,
            "draft": number,
            "dry_run": options["dry_run"],
            "findings": as_json(imported.findings),
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"{imported.name}: " + (f"draft {number} was made" if number else "nothing was made"))
            self.say(imported.findings)
        if any(found.is_error for found in imported.findings):
            sys.exit(FINDINGS)
