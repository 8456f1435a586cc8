"""What the commands for people have in common: finding somebody, and answering people or programs."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ..models import User

USAGE = 2


class PersonCommand(BaseCommand):
    """A command about one person. ``--json`` answers programs; a name that nobody has ends with exit code 2."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name, and the way to answer."""
        parser.add_argument("username", help="the person's username")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def find(self, username: str) -> User:
        """Return the person; raises CommandError (exit code 2)."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is nobody with the username {username!r}.", returncode=USAGE)
        return user

    def answer(self, values: dict[str, Any], *, as_json: bool) -> None:
        """Print ``values`` as one JSON object, or a line for each."""
        if as_json:
            self.stdout.write(json.dumps(values, default=str))
            return
        width = max(len(name) for name in values)
        for name, value in values.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            self.stdout.write(f"{name.replace('_', ' '):<{width}}  {'-' if shown in (None, '') else shown}")
