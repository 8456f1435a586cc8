"""What the validator is told of this site: its flows, attributes, actions and settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.utils import timezone

from accounts.pending import MAX_AGE

from . import actions
from .findings import Context

if TYPE_CHECKING:
    from .models import LoginFlow


def of(flow: LoginFlow | None) -> Context:
    """Return the site around ``flow``, or around a flow that has no name yet."""
    versions = apps.get_model("loginflows", "FlowVersion").objects.filter(state="active")
    attributes = apps.get_model("loginflows", "UserAttribute").objects.values_list("name", flat=True)
    known = flow is not None and flow.pk is not None
    return Context(
        name=flow.name if flow is not None else "",
        flows=dict(versions.values_list("flow__name", "definition")),
        actions=actions.signatures(),
        attributes=frozenset(attributes),
        locations=tuple(settings.LOGIN_FLOW_LOCATIONS),
        private_webhooks=settings.LOGIN_FLOW_PRIVATE_WEBHOOKS,
        profiles=flow.assignments.count() if known and flow is not None else None,
        runs=_running(flow) if known and flow is not None else 0,
    )


def _running(flow: LoginFlow) -> int:
    """Return how many runs are on the active version of ``flow`` and may still finish."""
    runs = apps.get_model("loginflows", "FlowRun").objects.filter(flow_version__flow=flow, outcome="running")
    return runs.filter(started__gt=timezone.now() - timedelta(seconds=MAX_AGE)).count()
