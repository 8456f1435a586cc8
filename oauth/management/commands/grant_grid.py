"""``manage.py grant_grid``: which profile gets what from which app by which grant."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from oauth import grid
from sessions_policy import policy_book


class Command(BaseCommand):
    """Prints the grid of the policies in force."""

    help = "Print, for each profile, connected app and grant (and the bridge), whether it works, asks or is refused, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format."""
        parser.add_argument(
            "--format", choices=("markdown", "json"), default="markdown", help="markdown (the default) or json"
        )
        parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        book = policy_book.current()
        if options["format"] == "json":
            self.stdout.write(json.dumps([grid.as_json(cell) for cell in grid.cells(book)], indent=2))
        else:
            self.stdout.write(grid.markdown(book))
