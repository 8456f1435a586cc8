"""``manage.py demo``: make the demo organisation where there is none, and say who can sign in and how."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from authsite.demo import announcement, kept_secrets, organisation

USAGE = 2
OFF = "DEMO is off. The demo organisation has published names: make it with DEMO=1, never on a site that people rely on."


class Command(BaseCommand):
    """Makes or shows the demo organisation. A second run changes nothing."""

    help = "Make the demo organisation where there is none, and say who can sign in and how (DEMO only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do and how to answer."""
        parser.add_argument("--reset", action="store_true", help="throw away everything in the database first")
        parser.add_argument("--json", action="store_true", help="answer in JSON, secrets included")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--qr", action="store_true", help="draw the administrator's QR code even where it is no terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, show, or both. Raises CommandError, with exit code 2 when DEMO is off."""
        if not settings.DEMO:
            raise CommandError(OFF, returncode=USAGE)
        try:
            there = organisation.exists()
        except DatabaseError as error:
            raise CommandError("The database has no tables of this site yet. Run: manage.py migrate") from error
        if options["dry_run"]:
            self._say_what_would_be_done(there=there, **options)
            return
        if options["reset"]:
            organisation.recreate()
        elif not there:
            organisation.create()
        try:
            found = organisation.describe()
        except (kept_secrets.Unreadable, InvalidToken) as error:
            raise CommandError(
                "The demo's secrets cannot be read: VAR_DIR or FIELD_ENCRYPTION_KEYS belong to another database. "
                "Run: manage.py demo --reset"
            ) from error
        self._warn_of_unknown(found)
        self.stdout.write(json.dumps(found, indent=2) if options["json"] else announcement.announce(found))
        if not options["json"]:
            self._draw_qr(found, asked=options["qr"])

    def _say_what_would_be_done(self, *, there: bool, **options: Any) -> None:
        if options["reset"]:
            act, words = "reset", "would throw away everything in the database and make the demo organisation anew"
        elif there:
            act, words = "none", "the demo organisation is there already: nothing would change"
        else:
            act, words = "create", "would make the demo organisation"
        self.stdout.write(json.dumps({"would": act}) if options["json"] else words)

    def _warn_of_unknown(self, found: dict[str, Any]) -> None:
        unknown = [user["username"] for user in found["users"] if user["password"] is None]
        if unknown:
            names = ", ".join(unknown)
            self.stderr.write(f"The passwords of {names} were made with another VAR_DIR. For new ones: manage.py demo --reset")

    def _draw_qr(self, found: dict[str, Any], *, asked: bool) -> None:
        is_terminal = self.stdout.isatty()
        admin = next((user for user in found["users"] if user["username"] == "admin"), None)
        if admin is not None and admin["totp_secret"] and (asked or is_terminal):
            self.stdout.write("\n" + announcement.qr_of(admin, colours=is_terminal))
