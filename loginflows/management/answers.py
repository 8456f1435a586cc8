"""What the commands for flows have in common: finding a flow, reading a file, answering people or programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.management.answers import USAGE

from ..finding_texts import sentence
from ..findings import Finding
from ..models import FlowVersion, LoginFlow

FINDINGS = 1


class FlowCommand(BaseCommand):
    """A command about flows. ``--json`` answers programs; exit code 1 means findings, 2 that the command was used wrongly."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way to answer."""
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def find(self, name: str) -> LoginFlow:
        """Return the flow; raises CommandError (exit code 2)."""
        flow = LoginFlow.objects.filter(name=name).first()
        if flow is None:
            raise CommandError(f"There is no login flow {name!r}.", returncode=USAGE)
        return flow

    def find_version(self, name: str, number: int | None) -> FlowVersion:
        """Return that version of the flow, else its active one, else its newest; raises CommandError (exit code 2)."""
        flow = self.find(name)
        found = (
            flow.versions.filter(number=number).first()
            if number is not None
            else flow.active_version() or flow.versions.first()
        )
        if found is None:
            raise CommandError(f"The login flow {name!r} has no such version.", returncode=USAGE)
        return found

    def read(self, path: str) -> Any:
        """Return the JSON in a file; raises CommandError (exit code 2)."""
        try:
            return json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(f"{path} cannot be read as JSON: {error}", returncode=USAGE) from error

    def say(self, findings: Iterable[Finding]) -> None:
        """Print a line for each finding."""
        for found in findings:
            self.stdout.write(f"{'error  ' if found.is_error else 'warning'}  {sentence(found)}")


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as JSON values."""
    return [
        {"code": found.code, "element": found.element, "error": found.is_error, "message": sentence(found)}
        for found in findings
    ]
