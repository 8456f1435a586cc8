"""Health for load balancers: whether the process lives, and whether it can serve."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from secrets import token_hex

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from sessions_policy.doors import open_to_all

logger = logging.getLogger(__name__)
NEVER_CACHED = {"Cache-Control": "no-store"}


class NotReady(Exception):
    """Something that the site needs in order to serve is not there."""


@open_to_all(during_login=True)
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process serves requests. It asks nothing of the database."""
    return JsonResponse({"status": "ok"}, headers=NEVER_CACHED)


@open_to_all(during_login=True)
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, migrations and cache are there, else 503. What failed is named, why is in the log."""
    found = {name: _passes(name, check) for name, check in CHECKS.items()}
    ok = all(found.values())
    body = {
        "status": "ok" if ok else "unavailable",
        "checks": {name: "ok" if good else "failed" for name, good in found.items()},
    }
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(body, status=status, headers=NEVER_CACHED)


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        # Each backend has errors of its own; whatever they are, the answer is "not ready".
        logger.exception("Not ready: %s", name)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


class Migrations:
    """Whether every migration is applied. Once true it stays true for this process, and is not asked again."""

    def __init__(self) -> None:
        self.applied = False

    def __call__(self) -> None:
        """Pass, or raise NotReady."""
        if self.applied:
            return
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            raise NotReady(f"{len(missing)} migrations are not applied; run manage.py migrate")
        self.applied = True


def _cache() -> None:
    value = token_hex(8)
    cache.set("authsite.health", value, timeout=10)
    if cache.get("authsite.health") is None:
        raise NotReady("the cache forgets what it is given")


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "migrations": Migrations(), "cache": _cache}
