"""``manage.py mfa_reset USER --reason TEXT``: remove every method of somebody who lost them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts import two_factor_help
from accounts.management.answers import USAGE, PersonCommand


class Command(PersonCommand):
    """Removes authenticators and codes, and ends the person's sessions."""

    help = "Remove every authenticator, recovery and temporary code of somebody and end their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the reason."""
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True, help="why; it is kept in the history")
        parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset, or say what would be reset."""
        user = self.find(options["username"])
        if options["dry_run"]:
            removed = user.authenticators.count()
        else:
            try:
                removed = two_factor_help.reset(user, reason=options["reason"], helper=None)
            except two_factor_help.NotAllowed as refused:
                raise CommandError(str(refused), returncode=USAGE) from refused
        self.answer(
            {"username": user.get_username(), "removed": removed, "dry_run": options["dry_run"]}, as_json=options["json"]
        )
