"""``manage.py code USER``: the current code of somebody's authenticator, where DEMO is on."""

from __future__ import annotations

import time
from typing import Any

import pyotp
from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from accounts.management.answers import USAGE, PersonCommand
from authsite.demo.people import totp_secret


class Command(PersonCommand):
    """Prints six digits and nothing else, so that a shell can use them; a code works once."""

    help = "Print the current code of a demo user's authenticator (DEMO only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to wait for a fresh code."""
        super().add_arguments(parser)
        parser.add_argument("--next", action="store_true", help="print the code of the next 30 seconds, which works already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code. Exit code 2 when DEMO is off or nobody has the name, 1 without an authenticator."""
        # SECURITY: whoever can run this has the secret of every authenticator; only a demo may offer it.
        if not settings.DEMO:
            raise CommandError("DEMO is off: codes of real people are theirs alone.", returncode=USAGE)
        user = self.find(options["username"])
        secret = totp_secret(user)
        if secret is None:
            raise CommandError(f"{user.get_username()} has no authenticator.")
        now, engine = int(time.time()), pyotp.TOTP(secret)
        code = engine.at(now, counter_offset=1 if options["next"] else 0)
        if not options["json"]:
            self.stdout.write(code)
            return
        left = engine.interval - now % engine.interval
        self.answer({"username": user.get_username(), "code": code, "seconds_left": left}, as_json=True)
