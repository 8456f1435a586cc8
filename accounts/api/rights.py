"""Which rows a caller of the API may see: their own, or everybody's with the right to and the level that the area asks."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

from sessions_policy import gate
from sessions_policy.gate import Asked

from ..models import User

Row = TypeVar("Row", bound=Model)
EVERYBODY = "all"


def caller(request: Request) -> User:
    """Return the user behind the cookie or the token."""
    user: User = request.user  # type: ignore[assignment]
    return user


def require(request: Request, right: str, resource: str) -> None:
    """Ask for ``right``, and for what administrators say about ``resource``.

    Raises PermissionDenied (403) or AccessRefused (401 or 403). R4.11: a policy never grants what the right does not.
    """
    if not caller(request).has_perm(right):
        raise PermissionDenied
    gate.enforce(request, Asked(resources=(resource,)))


def rows_for(request: Request, rows: QuerySet[Row], *, right: str, resource: str) -> QuerySet[Row]:
    """Return the caller's own ``rows``; those of ``?user=NAME``, or with ``?user=all`` everybody's, to those who may."""
    wanted = request.query_params.get("user", "")
    if wanted in ("", caller(request).get_username()):
        return rows.filter(user=caller(request))
    require(request, right, resource)
    return rows if wanted == EVERYBODY else rows.filter(user__username=wanted)


def paged(request: Request, rows: QuerySet[Any] | list[Any], shown: Any) -> dict[str, Any]:
    """Return one page of ``rows`` (``limit`` up to 200, ``offset``), each as ``shown`` makes it."""
    pages = LimitOffsetPagination()
    pages.default_limit, pages.max_limit = 50, 200
    found = pages.paginate_queryset(rows, request) or []
    return {"count": pages.count, "results": [shown(row) for row in found]}
