"""Rows that have done their work and may be removed, in the shape that ``manage.py cleanup`` takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from sessions_policy.models import OrganisationSettings

from .models import FlowRun


def ended() -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield runs that are older than the organisation keeps its histories. Acceptances of terms stay."""
    kept_from = timezone.now() - timedelta(days=OrganisationSettings.load().history_days)
    yield "login_flow_runs", FlowRun.objects.filter(started__lt=kept_from)
