"""Tokens that work now, and integrations by app, grant and profile, for what a change of policy is tried on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone

from sessions_policy.impact_cases import CHUNK, Case, Kind, Scope, Source, sets_of_everybody, standing

from . import grid
from .models import AccessToken


def sources(scope: Scope) -> list[Source]:
    """Return the access tokens that are alive, and the grid of those profiles that somebody has."""
    tokens = AccessToken.objects.filter(expires__gt=timezone.now(), user__is_active=True, user__is_frozen=False)
    integrations = list(_integrations(scope))
    return [
        Source(tokens.count, lambda: _tokens(scope, tokens)),
        Source(lambda: len(integrations), lambda: iter(integrations)),
    ]


def _tokens(scope: Scope, tokens: QuerySet[AccessToken]) -> Iterator[Case | None]:
    held, now = sets_of_everybody(), scope.before.now()
    targets: tuple[tuple[str, ...], ...] = ((), *((key,) for key in scope.resources))
    for token in tokens.select_related("user", "application").order_by("pk").iterator(chunk_size=CHUNK):
        user: Any = token.user
        facts = token.facts(now, "")
        for keys in targets:
            inputs = replace(standing(scope, user, facts, token.app_rule(), keys), sets=held.get(user.pk, ()))
            what = ", ".join(filter(None, (token.application.name if token.application else "", *keys)))
            yield Case(Kind.TOKEN, inputs, user.get_username(), what)


def _integrations(scope: Scope) -> Iterator[Case]:
    people = get_user_model()._default_manager.filter(is_active=True)
    used = set(people.order_by().values_list("profile_id", flat=True).distinct())
    after = {(c.profile_id, c.app, c.way): c for c in grid.cells(scope.after)}
    for cell in grid.cells(scope.before):
        now = after.get((cell.profile_id, cell.app, cell.way))
        if cell.profile_id in used and cell.inputs is not None and now is not None and now.inputs is not None:
            yield Case(Kind.INTEGRATION, cell.inputs, cell.profile, f"{cell.app}: {cell.way_name}", now.inputs)
