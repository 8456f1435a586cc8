"""``manage.py show_protected``: every address with its rule, and those with none."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from authsite.addresses import Address, addresses


class Command(BaseCommand):
    """Lists what stands before every address. Exit code 1 when nothing stands before one."""

    help = "Show every address with its rule; exit code 1 when one has none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which to show and how."""
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--open", action="store_true", help="only those that are open to all")
        parser.add_argument("--without-admin", action="store_true", help="leave out the administration")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the list; raise CommandError (exit code 1) when an address has no rule."""
        found = addresses()
        shown = [each for each in found if self._is_wanted(each, **options)]
        if options["json"]:
            self.stdout.write(json.dumps([_row(each) for each in shown], indent=2))
        else:
            width = max((len(each.path) for each in shown), default=0)
            for each in shown:
                self.stdout.write(f"{each.path:<{width}}  {each.rule.in_words()}")
        bare = [each.path for each in found if each.rule.kind == "none"]
        if bare:
            raise CommandError(f"Nothing stands before: {', '.join(bare)}. Mark the view, or give it a permission.")

    @staticmethod
    def _is_wanted(address: Address, **options: Any) -> bool:
        if options["open"] and address.rule.kind != "open":
            return False
        return not (options["without_admin"] and address.path.startswith("/admin/"))


def _row(address: Address) -> dict[str, Any]:
    rule = asdict(address.rule)
    return {"path": address.path, "name": address.name, "view": address.view, **rule, "level": address.rule.level.slug}
