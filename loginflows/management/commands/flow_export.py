"""``manage.py flow_export NAME``: print a version of a login flow as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from loginflows import documents
from loginflows.management.answers import FlowCommand


class Command(FlowCommand):
    """Prints a document that ``flow_import`` takes, here or on another site. Secrets are left out."""

    help = "Print the active version of a login flow as JSON, without its secrets."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the flow and the version."""
        super().add_arguments(parser)
        parser.add_argument("name", help="the flow's name")
        # Not "--version": that is Django's own.
        parser.add_argument("--number", type=int, help="which version; without it the active one, else the newest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        version = self.find_version(options["name"], options["number"])
        self.stdout.write(json.dumps(documents.export(version), indent=None if options["json"] else 2, ensure_ascii=False))
