"""``manage.py oauth_rotate_keys``: let the next key sign ID tokens, and keep the old one published for a while."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oauth import key_rotation

USAGE = 2
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """Return the time that ``7d``, ``12h``, ``30m`` or ``0`` means. Raises ArgumentTypeError, in words."""
    found = re.fullmatch(r"(\d{1,5})([mhd])|0", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r}: write a number with m, h or d, such as 7d, or 0.")
    return timedelta(**{UNITS[found[2]]: int(found[1])}) if found[2] else timedelta()


class Command(BaseCommand):
    """Rotates. Every worker signs with the new key within a second; nothing has to be started anew."""

    help = "Rotate the key that signs ID tokens. The old one stays in the key set for the time of grace."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the grace, what to do, and the way to answer."""
        parser.add_argument(
            "--grace", type=duration, default=key_rotation.GRACE, help="how long the old key stays published (default 7d)"
        )
        parser.add_argument(
            "--publish-next",
            action="store_true",
            help="only publish the next key ahead of its turn, and go on signing as before",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, publish, or say what would be done."""
        try:
            values = self._publish(options) if options["publish_next"] else self._rotate(options)
        except key_rotation.RotationRefused as refused:
            raise CommandError(str(refused), returncode=USAGE) from refused
        values["dry_run"] = options["dry_run"]
        if options["json"]:
            self.stdout.write(json.dumps(values, default=str))
            return
        for name, value in values.items():
            self.stdout.write(f"{name.replace('_', ' '):<18}{'-' if value in (None, '') else value}")

    @staticmethod
    def _rotate(options: dict[str, Any]) -> dict[str, Any]:
        if options["dry_run"]:
            return asdict(key_rotation.plan(options["grace"]))
        return asdict(key_rotation.rotate(options["grace"], key_rotation.Author(reason="oauth_rotate_keys")))

    @staticmethod
    def _publish(options: dict[str, Any]) -> dict[str, Any]:
        if options["dry_run"]:
            return {"published": ""}
        return {"published": key_rotation.publish_next(key_rotation.Author(reason="oauth_rotate_keys")).kid}
