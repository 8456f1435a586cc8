"""``manage.py whatif``: one decision with its trace, on whatever facts are given."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sessions_policy import trace
from sessions_policy.whatif import Answer, BadQuestion, Effect, Question, Verdict, answer

HELP = {
    "user": "a username; without it, somebody of --profile, or nobody",
    "profile": "a profile by name",
    "methods": "what is proven, with seconds ago: password,authenticator_app:600; or none",
    "available": "which methods the person could use (a user's own by default)",
    "device_known": "whether the browser is remembered, or the security token was given: yes or no",
    "ip": "the address they come from",
    "at": "when: 2026-11-24T14:30 (now by default)",
    "channel": "browser, api_login, grant, token or bridge",
    "grant": "the OAuth grant",
    "app": "the connected app by name",
    "scopes": "the scopes of the token",
    "to": "login, a resource such as reports, or a path such as /reports/",
    "session": "whether they are signed in already: yes or no",
    "session_age": "seconds since the session began",
    "idle": "seconds since it was last used",
    "level": "the level that the request itself asks for",
    "max_age": "the age in seconds that the request itself asks for",
    "policies": "live, report_only (as if on), revision:N, or draft:... from the page",
}
VERDICTS = {"passes": "passes", "does_not_apply": "-", "answers": "ANSWERS"}


class Command(BaseCommand):
    """Asks What-If. It writes nothing; exit 0 whatever the answer, 2 for a question that cannot be asked."""

    help = "Tells what would happen: the verdict, the screens, the rules with every failed condition, what would change it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take every part of a question."""
        for field in fields(Question):
            parser.add_argument(f"--{field.name.replace('_', '-')}", default="", help=HELP[field.name])
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print."""
        try:
            found = answer(Question.read({field.name: options[field.name] for field in fields(Question)}))
        except BadQuestion as error:
            raise CommandError(f"--{error.field.replace('_', '-')}: {error}", returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
        else:
            self._print(found)

    def _print(self, found: Answer) -> None:
        style = self.style.SUCCESS if found.verdict is Verdict.ALLOW else self.style.WARNING
        self.stdout.write(style(found.sentence) + f"  [{found.decision.reason.value}]")
        self._section("They see", [f"{n} {each.words}" for n, each in enumerate(found.walk.screens, start=1)])
        document = trace.document(found.decision, mode=trace.Mode.SIMULATED)
        self._section("Rules", [_line(step) for step in document["steps"]])
        self._section("Would matter, and is not given", map(_effect, found.missing))
        self._section("Changes if", map(_effect, found.flips))

    def _section(self, title: str, found: Iterable[str]) -> None:
        lines = list(found)
        if lines:
            self.stdout.write(f"\n{title}:")
        for line in lines:
            self.stdout.write(f"  {line}")


def _effect(effect: Effect) -> str:
    return f"{effect.words} -> {effect.verdict.value} ({effect.reason})"


def _line(step: dict[str, Any]) -> str:
    verdict = VERDICTS[step["verdict"]] if step["reached"] else "not reached"
    wanted = [c for c in step["conditions"] if not c["holds"] and (c["applies"] or step["verdict"] == "answers")]
    failed = "; ".join(f"{c['name']}: expected {c['expected']}, found {c['actual'] or 'nothing'}" for c in wanted)
    return f"{verdict:12} {step['rule']:28} {failed}".rstrip()
