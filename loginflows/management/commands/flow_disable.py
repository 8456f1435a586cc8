"""``manage.py flow_disable PROFILE``: take a login flow away that keeps people out."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from accounts.management.answers import USAGE
from loginflows.management.answers import FlowCommand
from loginflows.models import FlowAssignment
from sessions_policy.models import Profile


class Command(FlowCommand):
    """The way back in when a flow fails for everybody, administrators included (R10.14). In force within a second."""

    help = "Take the login flow away from a profile, or retire a flow for every profile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the profile or the flow, and the reason."""
        super().add_arguments(parser)
        parser.add_argument("profile", nargs="?", help="the profile whose people are to sign in without a flow")
        parser.add_argument("--flow", help="retire the active version of this flow, for every profile that has it")
        parser.add_argument("--reason", required=True, help="why; it is kept in the history")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it away; exit code 2 where there is nothing to take away."""
        if bool(options["profile"]) == bool(options["flow"]):
            raise CommandError("Name a profile, or a flow with --flow.", returncode=USAGE)
        with transaction.atomic():
            answer = self._retire(options) if options["flow"] else self._unassign(options)
        answer["dry_run"] = options["dry_run"]
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        done = "would be" if options["dry_run"] else "was"
        self.stdout.write(
            f"The login flow {answer['flow']} {done} taken away from: {', '.join(answer['profiles']) or 'nobody'}"
        )

    def _unassign(self, options: dict[str, Any]) -> dict[str, Any]:
        name = options["profile"]
        assignment = FlowAssignment.objects.select_related("profile", "flow").filter(profile__name=name).first()
        if assignment is None:
            known = Profile.objects.filter(name=name).exists()
            raise CommandError(
                f"The profile {name!r} has no login flow." if known else f"There is no profile {name!r}.", returncode=USAGE
            )
        if not options["dry_run"]:
            assignment.reason = options["reason"]
            assignment.delete()
        return {"flow": assignment.flow.name, "profiles": [name]}

    def _retire(self, options: dict[str, Any]) -> dict[str, Any]:
        flow = self.find(options["flow"])
        active = flow.active_version()
        if active is None:
            raise CommandError(f"The login flow {flow.name!r} has no active version: it does not run.", returncode=USAGE)
        profiles = sorted(flow.assignments.values_list("profile__name", flat=True))
        if not options["dry_run"]:
            active.retire(None, options["reason"])
        return {"flow": flow.name, "profiles": profiles}
