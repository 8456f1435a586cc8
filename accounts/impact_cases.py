"""The sign-ins and token requests of the login history, for what a change of policy is tried on."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from sessions_policy.impact_cases import CHUNK, Case, Kind, Scope, Source, from_record
from sessions_policy.levels import Channel

from .models import LoginRecord
from .models.histories import LoginStatus


def sources(scope: Scope) -> list[Source]:
    """Return the successful logins; what was refused is among the decisions already."""
    rows = LoginRecord.objects.filter(at__gte=scope.since, status=LoginStatus.SUCCESS)
    return [Source(rows.count, lambda: _logins(rows))]


def _logins(rows: QuerySet[LoginRecord]) -> Iterator[Case | None]:
    columns = rows.order_by("pk").values_list("user__username", "channel", "application", "inputs")
    for who, channel, application, inputs in columns.iterator(chunk_size=CHUNK):
        kind = Kind.SIGN_IN if channel == Channel.BROWSER and not application else Kind.TOKEN_REQUEST
        yield from_record(kind, who or "", application, inputs)
