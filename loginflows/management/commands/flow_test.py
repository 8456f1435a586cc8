"""``manage.py flow_test [FLOW]``: run the saved test cases of login flows, dry."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandParser

from loginflows import checks
from loginflows.cases import Tried
from loginflows.management.answers import FINDINGS, FlowCommand
from loginflows.models import FlowVersion, LoginFlow


class Command(FlowCommand):
    """Runs them on the active version, or on the one that is named. Nothing is saved, sent or used up."""

    help = "Run the test cases of login flows: of all that are active, or of one. Exits with 1 when a case differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the flow and the version."""
        super().add_arguments(parser)
        parser.add_argument("name", nargs="?", help="the flow's name; without it every flow that has an active version")
        parser.add_argument("--number", type=int, help="which version of the flow; without it the active one, else the newest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with 1 when a case took another path than it is to take."""
        tried = {str(version): checks.try_cases(version) for version in self._versions(options)}
        if options["json"]:
            self.stdout.write(json.dumps({name: [_as_json(each) for each in cases] for name, cases in tried.items()}))
        for name, cases in {} if options["json"] else tried.items():
            self.stdout.write(f"{name}: {len(cases)} test cases" if cases else f"{name}: no test cases")
            for each in cases:
                self.stdout.write(f"  {'ok  ' if each.passed else 'DIFF'}  {each.name}{_difference(each)}")
        if any(not each.passed for cases in tried.values() for each in cases):
            sys.exit(FINDINGS)

    def _versions(self, options: dict[str, Any]) -> list[FlowVersion]:
        if options["name"]:
            return [self.find_version(options["name"], options["number"])]
        return [version for flow in LoginFlow.objects.all() if (version := flow.active_version()) is not None]


def _as_json(tried: Tried) -> dict[str, Any]:
    outcome = {"passed": tried.passed, "problem": tried.problem}
    return {"name": tried.name, **outcome, "expected": dict(tried.expected), "actual": dict(tried.actual)}


def _difference(tried: Tried) -> str:
    if tried.passed:
        return ""
    if tried.problem:
        return f": {tried.problem}"
    return f": expected {_path(tried.expected)}, took {_path(tried.actual)}"


def _path(result: Any) -> str:
    ending = result["ending"] or f"waits at {result['waits']}"
    return " > ".join([*map(str, result["path"]), f"({ending})"])
