"""``manage.py flow_validate``: what is wrong with login flows, here or in a file."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.management.answers import USAGE
from loginflows import documents, schema
from loginflows.findings import Finding
from loginflows.management.answers import FINDINGS, FlowCommand, as_json
from loginflows.models import LoginFlow


class Command(FlowCommand):
    """Checks the active version of every flow, of one flow, or a file."""

    help = "Say what is wrong with login flows: all of them, one, or a file that flow_export has written."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the flow or the file."""
        super().add_arguments(parser)
        parser.add_argument("name", nargs="?", help="the flow's name; without it the active version of every flow")
        parser.add_argument("--number", type=int, help="which version of the flow")
        parser.add_argument("--file", help="check this file instead")
        parser.add_argument("--schema", action="store_true", help="print the JSON schema of such files, and check nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and end with 1 when there is an error."""
        if options["schema"]:
            self.stdout.write(json.dumps(schema.json_schema(), indent=2))
            return
        found = self._found(options)
        if options["json"]:
            self.stdout.write(json.dumps({name: as_json(findings) for name, findings in found.items()}))
        for name, findings in {} if options["json"] else found.items():
            self.stdout.write(f"{name}: {'nothing is wrong' if not findings else ''}")
            self.say(findings)
        if any(each.is_error for findings in found.values() for each in findings):
            sys.exit(FINDINGS)

    def _found(self, options: dict[str, Any]) -> dict[str, tuple[Finding, ...]]:
        if options["file"]:
            try:
                imported = documents.read(self.read(options["file"]), options["name"])
            except documents.NoDocument as error:
                raise CommandError(str(error), returncode=USAGE) from error
            return {imported.name: imported.findings}
        if options["name"]:
            version = self.find_version(options["name"], options["number"])
            return {str(version): version.findings()}
        active = [flow.active_version() for flow in LoginFlow.objects.all()]
        return {str(version): version.findings() for version in active if version is not None}
