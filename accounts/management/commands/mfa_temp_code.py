"""``manage.py mfa_temp_code USER --hours N --reason TEXT``: a code for somebody who lost a device."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts import two_factor_help
from accounts.management.answers import USAGE, PersonCommand


class Command(PersonCommand):
    """Issues a temporary code and shows it, this once."""

    help = "Issue a temporary code. It is shown once, works until it ends, and its owner is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the hours and the reason."""
        super().add_arguments(parser)
        parser.add_argument("--hours", type=int, default=4, help="how long it works, 1 to 24 (default 4)")
        parser.add_argument("--reason", required=True, help="why; it is kept with the code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the code."""
        user, hours = self.find(options["username"]), options["hours"]
        try:
            code = two_factor_help.issue_temporary_code(user, hours=hours, reason=options["reason"], helper=None)
        except two_factor_help.NotAllowed as refused:
            raise CommandError(str(refused), returncode=USAGE) from refused
        self.answer({"username": user.get_username(), "code": code, "hours": hours}, as_json=options["json"])
