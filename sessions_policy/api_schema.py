"""How the views of the API describe themselves: drf-spectacular, told of levels, resources, scopes and problem documents.

A view says what it returns with :func:`documented`; what it asks is read from its own attributes, so that the description
cannot say anything else than the door does.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from . import doors
from .levels import Level
from .permissions import asked_by

Method = TypeVar("Method", bound=Callable[..., Any])
PROBLEM = {"$ref": "#/components/schemas/Problem"}
# Extensions of an operation. ``x-resource`` names what administrators rule; the level is added when the schema is served.
RESOURCE, OTHERS, LEVEL, AGE, SCOPES = (
    "x-resource",
    "x-resource-for-others",
    "x-required-level",
    "x-required-max-age",
    "x-scopes",
)
MORE_ERRORS = "x-errors"
ERRORS: dict[int, str] = {
    400: "The request cannot be read, or some fields are not right (`errors` says which).",
    401: "Not signed in, or the token does not work; or a step-up is needed: the challenge then is "
    '`error="insufficient_user_authentication"` with `acr_values` and `max_age` (RFC 9470).',
    403: "The right or the scope is missing, or a policy blocks it (`code` is `blocked_by_policy`).",
    404: "There is nothing at this address.",
    409: "It cannot be done as things are, or needs a reason and a confirmation first: nothing was changed.",
    413: "The body is too large.",
    415: "The body is of a type that is not read here.",
    422: "The change would shut people out: nothing was changed.",
    429: "Too many tries. `Retry-After` says how many seconds to wait.",
}
CHALLENGE = {
    "WWW-Authenticate": {
        "description": "How to authenticate, or what a new token needs (RFC 6750, RFC 9470).",
        "schema": {"type": "string"},
    }
}
LIMIT = OpenApiParameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": 200}, description="Rows of a page; 50 if left out."
)
OFFSET = OpenApiParameter("offset", {"type": "integer", "minimum": 0}, description="Rows to leave out before the page.")
PAGES = (LIMIT, OFFSET)
WHOSE = OpenApiParameter(
    "user",
    OpenApiTypes.STR,
    description="A username, or `all`. One's own if left out; other people's need a right and what their resource asks.",
)


def page_of(row: type[serializers.Serializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """Return the shape of one page of ``row``."""
    fields = {"count": serializers.IntegerField(min_value=0, help_text="How many there are."), "results": row(many=True)}
    return type(f"{name}Page", (serializers.Serializer,), {**fields, "__doc__": f"One page of {name}."})


def documented(
    returns: Any,
    *,
    sends: Any = None,
    status: int = 200,
    parameters: Sequence[OpenApiParameter] = (),
    errors: Sequence[int] = (),
    others: str = "",
    example: Any = None,
) -> Callable[[Method], Method]:
    """Describe a method of a view: the shape that it ``returns`` (None: no body; a dict: a schema), and what it takes.

    ``errors`` are those beside what any method of its kind may answer; ``others`` is the resource asked for other people's
    rows.
    """
    examples = [OpenApiExample("example", value=example, response_only=True)] if example is not None else []
    answers = {status: OpenApiResponse(returns, description=HTTPStatus(status).phrase, examples=examples)}
    extensions = {MORE_ERRORS: list(errors), **({OTHERS: others} if others else {})}
    described: Callable[[Method], Method] = extend_schema(
        request=sends, responses=answers, parameters=list(parameters), extensions=extensions
    )
    return described


class LevelAutoSchema(AutoSchema):
    """One operation with its resource, its scopes and its problem documents."""

    def get_operation_id(self) -> str:
        """Return the method and the view's name: ``getSessions``."""
        return self.method.lower() + type(self.view).__name__.removesuffix("View")

    def get_summary(self) -> str:
        """Return the first line of the view's description."""
        return inspect.cleandoc(type(self.view).__doc__ or "").partition("\n")[0].rstrip(".").replace("``", "")

    def get_description(self) -> str:  # type: ignore[override]
        """Return what the method does."""
        return inspect.cleandoc(getattr(self.view, self.method.lower()).__doc__ or "")

    def get_tags(self) -> list[str]:
        """Return the area: the first part of the path behind the version."""
        found = re.match(r"/api/v1/([^/]+)", self.path)
        return [found[1] if found else "api"]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return the ways to authenticate: a token with one of the scopes, or the cookie (with its CSRF header to change)."""
        if self._is_open():
            return [{}]
        cookie: dict[str, list[str]] = {"cookie": []}
        if self.method not in ("GET", "HEAD", "OPTIONS"):
            cookie["csrf"] = []
        return [*({"oauth2": [scope]} for scope in self._scopes()), {"bearer": []}, cookie]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation, with what the door of the view asks, for programs to read."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation.pop(MORE_ERRORS, None)
        if not self._is_open():
            asked = asked_by(self.view)
            operation |= {RESOURCE: list(asked.resources), SCOPES: self._scopes()}
            operation |= {LEVEL: asked.level.slug} if asked.level > Level.NONE else {}
            operation |= {AGE: asked.max_age} if asked.max_age is not None else {}
        return operation

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in sorted(self._error_codes()):
            content = {"application/problem+json": {"schema": PROBLEM}}
            headers = {"headers": CHALLENGE} if code == 401 else {}
            bodies.setdefault(str(code), {"description": ERRORS[code], "content": content, **headers})
        return bodies

    def _error_codes(self) -> set[int]:
        codes = {400, *self.get_extensions().get(MORE_ERRORS, ())}
        if not self._is_open():
            codes |= {401, 403}
        if "{" in self.path:
            codes.add(404)
        if self.method in ("POST", "PUT", "PATCH") and self.get_request_serializer() is not None:
            codes |= {413, 415}
        return codes

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:  # noqa: FBT001, FBT002
        return str(super()._get_serializer_name(serializer, direction, bypass_extensions)).removesuffix("Shape")

    def _scopes(self) -> list[str]:
        return list(getattr(self.view, "required_scopes", ("api", "full")))

    def _is_open(self) -> bool:
        return doors.mark_of(type(self.view)).open
