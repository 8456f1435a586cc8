"""``manage.py policy_import FILE --reason TEXT [--yes]``: make the policies what a file says, all of it or nothing.

Exit codes: 0 done, or nothing to do; 1 findings: with ``--dry-run`` there is something to do, else it was not done; 2 usage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import ProtectedError

from sessions_policy import changing, policy_bundle
from sessions_policy.policy_bundle import Step

FINDINGS, USAGE = 1, 2
SIGNS = {"create": "+", "change": "~", "delete": "-"}


class Command(BaseCommand):
    """Plans the changes, rehearses them like any other, and makes them in one transaction."""

    help = "Make the policies what a file of policy_export says. Nothing is saved that would shut every administrator out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and what goes with a change."""
        parser.add_argument("file", help="a file of policy_export, or - for the standard input")
        parser.add_argument("--reason", default="", help="why; it is kept with every revision. Needed where protection goes")
        parser.add_argument("--yes", action="store_true", help="confirm what takes protection away")
        parser.add_argument("--prune", action="store_true", help="delete policies that the file does not name")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, and change nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, and make the plan true."""
        bundle = _read(options["file"])
        with changing.locked():
            try:
                steps = policy_bundle.plan(bundle, prune=options["prune"])
            except policy_bundle.InvalidBundle as error:
                raise CommandError("\n".join(error.errors), returncode=USAGE) from error
            answer = self._try(steps) if options["dry_run"] else self._make(steps, options)
        self._print(steps, answer, as_json=options["json"])
        if answer["problem"] or (options["dry_run"] and steps):
            sys.exit(FINDINGS)

    @staticmethod
    def _try(steps: list[Step]) -> dict[str, Any]:
        try:
            found = changing.review([step.change for step in steps], changing.Author(), _areas(steps))
        except ProtectedError as error:
            return _answer(problem=_in_use(error))
        refused = "" if found.refused is None else changing.WouldShutOut(found.refused).args[0]
        return _answer(takes_away=list(found.to_confirm), problem=refused)

    @staticmethod
    def _make(steps: list[Step], options: dict[str, Any]) -> dict[str, Any]:
        try:
            changing.make(
                [step.change for step in steps],
                changing.Author(),
                areas=_areas(steps),
                reason=options["reason"],
                confirmed=options["yes"],
            )
        except changing.WouldShutOut as error:
            return _answer(problem=str(error))
        except changing.Unconfirmed as error:
            return _answer(takes_away=list(error.taken_away), problem=f"{error} Add --reason TEXT and --yes.")
        except ProtectedError as error:
            return _answer(problem=_in_use(error))
        return _answer(done=True)

    def _print(self, steps: list[Step], answer: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            plan = [
                {"act": each.act, "kind": each.kind.name, "name": each.name, "before": each.before, "after": each.after}
                for each in steps
            ]
            self.stdout.write(json.dumps({"plan": plan, **answer}))
            return
        for step in steps:
            self.stdout.write(f"{SIGNS[step.act]} {step.kind.name} {step.name}")
            for name in step.after:
                before = "" if step.act == "create" else f"{json.dumps(step.before.get(name))} -> "
                self.stdout.write(f"    {name}: {before}{json.dumps(step.after[name])}")
        for sentence in answer["takes_away"]:
            self.stdout.write(f"! {sentence}")
        if answer["problem"]:
            self.stderr.write(answer["problem"])
        elif answer["done"]:
            self.stdout.write(f"{len(steps)} changes were made." if steps else "Nothing to do: everything is so already.")


def _answer(*, takes_away: list[str] | None = None, problem: str = "", done: bool = False) -> dict[str, Any]:
    return {"takes_away": takes_away or [], "problem": problem, "done": done}


def _areas(steps: list[Step]) -> list[str]:
    return sorted({step.kind.area for step in steps})


def _in_use(error: ProtectedError) -> str:
    names = ", ".join(sorted(map(str, error.protected_objects))[:5])
    return f"Something still uses what would be deleted: {names}."


def _read(file: str) -> Any:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {error}", returncode=USAGE) from error
