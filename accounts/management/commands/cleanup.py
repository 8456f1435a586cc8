"""``manage.py cleanup``: remove what has ended and what is older than the organisation keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import LoginRecord, RememberedBrowser, TemporaryCode, VerificationRecord
from sessions_policy.models import DecisionRecord, EndedSession, OrganisationSettings, UserSession

BATCH = 5_000


class Command(BaseCommand):
    """Removes ended sessions, browsers and codes, and history rows past their retention. Safe to interrupt."""

    help = "Remove ended sessions, browsers and codes, and history rows that are older than the organisation keeps them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way to answer."""
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--dry-run", action="store_true", help="count, and remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove, table by table, in batches."""
        counts = {name: self._remove(rows, dry_run=options["dry_run"]) for name, rows in ended()}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for name, count in counts.items():
            self.stdout.write(f"{name.replace('_', ' '):<24}{count}")

    @staticmethod
    def _remove(rows: QuerySet[Any], *, dry_run: bool) -> int:
        if dry_run:
            return rows.count()
        removed = 0
        while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
            removed += rows.model._default_manager.filter(pk__in=keys).delete()[0]
        return removed


def ended() -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield what may go, by name."""
    now = timezone.now()
    kept_from = now - timedelta(days=OrganisationSettings.load().history_days)
    yield "sessions", UserSession.objects.filter(expire_date__lte=now)
    yield "ended_sessions", EndedSession.objects.filter(at__lte=now - timedelta(days=1))
    yield "remembered_browsers", RememberedBrowser.objects.filter(expires__lte=now)
    yield "temporary_codes", TemporaryCode.objects.filter(expires__lte=kept_from)
    yield "logins", LoginRecord.objects.filter(at__lt=kept_from)
    yield "verifications", VerificationRecord.objects.filter(at__lt=kept_from)
    yield "decisions", DecisionRecord.objects.filter(at__lt=kept_from)
    for path in settings.CLEANUP_SOURCES:
        yield from import_string(path)()
