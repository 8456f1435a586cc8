"""``/api/v1/grid/``: profile by connected app by grant."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import rights
from accounts.api.shapes import ANSWER
from sessions_policy import policy_book
from sessions_policy.api_schema import documented

from .. import grid


class GridView(APIView):
    """What works, what asks and what is refused, by the policies in force."""

    policy_resource = "connected_apps"

    @documented(ANSWER)
    def get(self, request: Request) -> Response:
        """Return every combination with its verdict and its reason."""
        rights.require(request, "oauth.view_connectedapp", "connected_apps")
        book = policy_book.current()
        return Response({"revision": book.revision, "cells": [grid.as_json(cell) for cell in grid.cells(book)]})
