"""The schema as JSON or YAML for programs, and as a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_policy.api_schema import documented
from sessions_policy.doors import OpenToAllMixin

from . import reference
from .document import document

FORMAT = OpenApiParameter("format", {"type": "string", "enum": ["json", "yaml"]}, description="json if left out.")


class YamlRenderer(BaseRenderer):
    """YAML (RFC 9512)."""

    media_type = "application/yaml"
    format = "yaml"
    charset = "utf-8"

    def render(self, data: Any, media_type: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        """Return ``data`` as YAML."""
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode()


class SchemaView(OpenToAllMixin, APIView):  # type: ignore[misc] # both widen as_view
    """The description of the API (OpenAPI 3).

    SECURITY: which levels administrators ask for is told to those who are signed in; others read what the code declares.
    """

    permission_classes = ()
    renderer_classes = (JSONRenderer, YamlRenderer)

    @documented(OpenApiTypes.OBJECT, parameters=(FORMAT,), errors=(401, 404))
    def get(self, request: Request) -> Response:
        """Return the description, as JSON or with `?format=yaml` as YAML."""
        return Response(document(in_force=request.user.is_authenticated))


@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show the description to people who are signed in, with the levels in force."""
    return render(request, "developers/api.html", reference.page(document(in_force=True)))
